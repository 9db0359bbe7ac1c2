import Briefing
import Foundation
import ICalendar
import Store

/// A series as a secretary writes it down; nothing in it is trusted.
public struct SeriesForm: Decodable, Sendable {
    public struct Item: Decodable, Sendable {
        public var id: Int64?
        public var title: String?
        public var owner: String?
        public var minutes: Int?
    }

    public var title: String?
    public var organiser: UnitID?
    public var chair: Clearable<PersonID>?
    public var start: String?
    public var minutes: Int?
    public var rule: String?
    public var holidays: String?
    public var form: String?
    public var periodic: Bool?
    public var recorded: Bool?
    public var venue: Clearable<SiteID>?
    public var sites: [SiteID]?
    public var people: [PersonID]?
    public var agenda: [Item]?
    public var notes: String?
    /// Of a booking: meetings, by the rule's own time, that are left out because something else is then.
    public var leaveOut: [LocalDateTime]?
    /// Of an edit: what was read.
    public var version: Int?
}

extension SchedulerService {
    static let longestMeeting = 1440
    static let mostInvitees = 2000

    /// A plan from a form; all that is wrong is said at once.
    ///
    /// The start becomes the rule's first date: a rule of Mondays that is said to begin on a Wednesday begins on the
    /// Monday after (RFC 5545 §3.8.5.3 leaves a start that its rule does not name undefined).
    func plan(_ form: SeriesForm, by caller: Caller, over old: MeetingPlan? = nil) throws(ActError) -> MeetingPlan {
        var check = FormCheck()
        let plan = plan(form, by: caller, over: old, &check)
        try check.finish()
        return plan
    }

    func plan(
        _ form: SeriesForm, by caller: Caller, over old: MeetingPlan?, _ check: inout FormCheck
    ) -> MeetingPlan {
        let directory = directory
        let title = old != nil && form.title == nil ? old?.title ?? "" : check.text("title", form.title, 1...200)
        let organiser = form.organiser ?? old?.organiser ?? caller.person.unit
        if directory.tree.units[organiser] == nil {
            check.wrong("organiser", "Không có đơn vị chủ trì này.", "There is no such organising unit.")
        } else if !caller.rights.mayBook(for: organiser) {
            check.wrong(
                "organiser", "Bạn không đặt lịch thay đơn vị này được. Hãy chọn đơn vị của mình.",
                "You may not book for this unit. Choose your own.")
        }
        var start = old?.start ?? LocalDateTime(minuteNumber: 0)
        if let text = form.start {
            if let time = LocalDateTime(text) {
                start = time
            } else {
                check.wrong(
                    "start", "Ngày giờ bắt đầu không đúng. Ví dụ: 2026-11-23T07:30.",
                    "The start is not a time. For example: 2026-11-23T07:30.")
            }
        } else if old == nil {
            check.wrong("start", "Chưa chọn ngày giờ bắt đầu.", "Choose the day and time of the start.")
        }
        if !(1970...2199).contains(start.date.year) {
            check.wrong("start", "Năm phải từ 1970 đến 2199.", "The year must be 1970 to 2199.")
        }
        let minutes = check.number("minutes", form.minutes ?? old?.minutes, 5...Self.longestMeeting)
        let rule = rule(form, old, start: &start, &check)
        let holidays = form.holidays.flatMap(HolidayPolicy.init) ?? old?.holidays ?? .nextWorkingDay
        if let text = form.holidays, HolidayPolicy(rawValue: text) == nil {
            check.wrong(
                "holidays", "Chọn một cách xử lý ngày nghỉ: giữ, chuyển hoặc bỏ qua.",
                "Choose what happens on holidays: keep, next-working-day or skip.")
        }
        let meetingForm = form.form.flatMap(MeetingForm.init) ?? old?.form ?? .online
        if let text = form.form, MeetingForm(rawValue: text) == nil {
            check.wrong("form", "Hình thức là online, in-person hoặc mixed.", "The form is online, in-person or mixed.")
        }
        let sites = Set(form.sites ?? Array(old?.sites ?? []))
        let people = Set(form.people ?? Array(old?.people ?? []))
        checkSites(sites, old: old?.sites ?? [], "sites", &check)
        if people.count > Self.mostInvitees {
            check.wrong("people", "Mời quá nhiều người.", "Too many people are invited.")
        }
        if sites.isEmpty, people.isEmpty {
            check.wrong("sites", "Chưa chọn điểm cầu hoặc người dự nào.", "Choose at least one site or person.")
        }
        if let venue = form.venue?.value, directory.sites[venue] == nil {
            check.wrong("venue", "Không có phòng họp này.", "There is no such room.")
        }
        return MeetingPlan(
            title: title, organiser: organiser, chair: form.chair.map(\.value) ?? old?.chair, start: start,
            minutes: minutes,
            rule: rule, holidays: holidays, form: meetingForm, isPeriodic: form.periodic ?? old?.isPeriodic ?? false,
            venue: form.venue.map(\.value) ?? old?.venue, sites: sites, people: people,
            agenda: form.agenda.map { agenda($0, &check) } ?? old?.agenda ?? [],
            notes: form.notes.map { check.longText("notes", $0, 5000) } ?? old?.notes ?? "",
            isRecorded: form.recorded ?? old?.isRecorded ?? false)
    }

    private func rule(
        _ form: SeriesForm, _ old: MeetingPlan?, start: inout LocalDateTime, _ check: inout FormCheck
    ) -> RecurrenceRule? {
        var rule = old?.rule
        if let text = form.rule {
            guard !text.isEmpty else { return nil }
            do {
                rule = try RecurrenceRule(parsing: text)
            } catch {
                check.wrong("rule", error.vietnamese, error.english)
                return nil
            }
        }
        guard let rule else { return nil }
        guard let first = rule.dates(from: start, through: start.adding(minutes: 1440 * 366 * 8), limit: 1).first else {
            check.wrong(
                "rule", "Quy tắc lặp không cho ngày họp nào. Hãy xem lại ngày kết thúc và các ngày đã chọn.",
                "The rule gives no date at all. Look at its end and its days.")
            return rule
        }
        start = first
        return rule
    }

    func checkSites(_ sites: Set<SiteID>, old: Set<SiteID>, _ field: String, _ check: inout FormCheck) {
        if sites.count > Self.mostInvitees {
            check.wrong(field, "Mời quá nhiều điểm cầu.", "Too many sites are invited.")
        }
        let directory = directory
        let unusable = sites.subtracting(old).filter { directory.sites[$0]?.isActive != true }
        if !unusable.isEmpty {
            let names = unusable.sorted().prefix(3).map {
                directory.sites[$0] == nil ? "#\($0)" : directory.siteName($0)
            }
            check.wrong(
                field, "Điểm cầu không có hoặc đã ngừng dùng: \(names.joined(separator: ", ")).",
                "A site is unknown or no longer used: \(names.joined(separator: ", ")).")
        }
    }

    func agenda(_ items: [SeriesForm.Item], _ check: inout FormCheck) -> [AgendaItem] {
        if items.count > 200 {
            check.wrong(
                "agenda", "Chương trình quá nhiều mục (tối đa 200).", "The agenda has too many items (200 at most).")
        }
        return items.prefix(200).enumerated().map { index, item in
            AgendaItem(
                id: AgendaItemID(item.id ?? 0), title: check.text("agenda.\(index).title", item.title, 1...300),
                owner: check.text("agenda.\(index).owner", item.owner, 0...200),
                minutes: check.number("agenda.\(index).minutes", item.minutes ?? 0, 0...Self.longestMeeting))
        }
    }

    /// The chair and the people by name must be there.
    func checkPeople(_ plan: MeetingPlan, _ reading: Reading) throws {
        for id in plan.people.union(plan.chair.map { [$0] } ?? []) where try reading.person(id) == nil {
            throw ActError.invalid([
                plan.chair == id ? "chair" : "people": Sentence(
                    vietnamese: "Không có người này trong danh bạ.", english: "There is no such person.")
            ])
        }
    }

    func claim(_ plan: MeetingPlan) -> Claim {
        Claim(
            sites: plan.sites, people: plan.people.union(plan.chair.map { [$0] } ?? []), venue: plan.venue,
            isOnline: plan.form != .inPerson)
    }
}

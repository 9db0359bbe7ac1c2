import Briefing
import Foundation
import ICalendar
import Print
import Store

extension SchedulerService {
    /// A calendar is printed for at most as many days, in whole weeks.
    static let mostPrintedDays = 48

    /// The weeks of a span of days, each a sheet, with the meetings that ``calendarPage(from:to:unit:as:)`` shows.
    public func weekFile(from: String?, to: String?, unit: UnitID?, as caller: Caller) async throws -> MadeFile {
        let (first, last) = try span(from, to, most: Self.mostPrintedDays)
        let (monday, sunday) = (first.monday, last.monday.adding(days: 6))
        let page = try await calendarPage(from: "\(monday)", to: "\(sunday)", unit: unit, as: caller)
        let lists = try await store.read { reading in
            try reading.inviteeLists(of: page.occurrences.map { (id: $0.id, series: $0.series) })
        }
        let naming = ParticipantNaming(directory, on: today)
        let entries = page.occurrences.map { entry in
            WeekPlan.Entry(
                start: entry.start, end: entry.end,
                title: entry.state == .cancelled ? "\(entry.title) (đã hủy)" : entry.title, chair: entry.chair ?? "",
                participants: naming.words(lists[entry.id] ?? InviteeList()),
                place: Self.placeWords(venue: entry.venue, form: entry.form))
        }
        let holidays = Dictionary(
            page.days.compactMap { day in day.working ? nil : day.holiday.map { (day.date, $0) } },
            uniquingKeysWith: { first, _ in first })
        let weeks = stride(from: monday.dayNumber, through: sunday.dayNumber, by: 7).map { number in
            WeekPlan(weekOf: LocalDate(dayNumber: number), entries: entries, holidays: holidays).sheet
        }
        let document = WeekSheet.document(
            of: weeks, letterhead: letterhead(of: unit ?? caller.person.unit), footer: printedFooter,
            created: printedAt)
        return MadeFile(
            kind: .pdf, name: "lich-cong-tac-\(monday).pdf", bytes: try await PrintQueue.shared.pdf(of: document))
    }

    static func placeWords(venue: String?, form: MeetingForm) -> String {
        guard let venue, !venue.isEmpty else { return form.vietnamese.capitalised }
        return switch form {
        case .inPerson: venue
        case .online: "\(venue) (trực tuyến)"
        case .mixed: "\(venue), kết hợp trực tuyến"
        }
    }
}

/// Says in few words who is invited: whole kinds of units by what they are called together, others by name.
struct ParticipantNaming {
    private let directory: Directory
    /// Of each kind, the units that have a site.
    private let unitsOfKind: [String: Set<UnitID>]

    static let mostNames = 6

    init(_ directory: Directory, on day: LocalDate) {
        self.directory = directory
        let units = directory.sitesOfUnit.keys.compactMap { directory.tree.units[$0] }.filter { $0.exists(on: day) }
        unitsOfKind = Dictionary(grouping: units, by: \.kind).mapValues { Set($0.map(\.id)) }
    }

    func words(_ list: InviteeList) -> String {
        let invited = Dictionary(
            grouping: Set(list.sites.compactMap { directory.unit(of: $0) }),
            by: { directory.tree.units[$0]?.kind ?? "" })
        var parts: [String] = []
        var named = 0
        var unnamed = 0
        for kind in Self.order + Set(invited.keys).subtracting(Self.order).sorted() {
            guard let units = invited[kind] else { continue }
            if let all = unitsOfKind[kind], all.count > 1, all.isSubset(of: units), let words = Self.together[kind] {
                parts.append(words)
                continue
            }
            let shown = units.sorted().prefix(Self.mostNames - named)
            parts += shown.map { directory.tree.name($0) }
            named += shown.count
            unnamed += units.count - shown.count
        }
        if unnamed > 0 { parts.append("\(unnamed) đơn vị khác") }
        if !list.people.isEmpty { parts.append("\(list.people.count) đại biểu được mời riêng") }
        return parts.joined(separator: "; ").capitalised
    }

    private static let order = ["committee", "party", "department", "district", "commune"]
    private static let together = [
        "party": "các cơ quan Đảng", "department": "các sở, ban, ngành", "district": "các huyện, thành phố",
        "commune": "các xã, phường, thị trấn",
    ]
}

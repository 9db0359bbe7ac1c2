import ICalendar

/// What an edit changed, said in words: old and new.
public struct MeetingChanges: Sendable {
    public struct Names {
        public var site: (SiteID) -> String
        public var person: (PersonID) -> String

        public init(site: @escaping (SiteID) -> String, person: @escaping (PersonID) -> String) {
            self.site = site
            self.person = person
        }
    }

    public private(set) var vietnamese: [String] = []
    public private(set) var addedSites: Set<SiteID>
    public private(set) var removedSites: Set<SiteID>
    public private(set) var addedPeople: Set<PersonID>
    public private(set) var removedPeople: Set<PersonID>

    public init(from old: MeetingPlan, to new: MeetingPlan, names: Names) {
        addedSites = new.sites.subtracting(old.sites)
        removedSites = old.sites.subtracting(new.sites)
        addedPeople = new.people.subtracting(old.people)
        removedPeople = old.people.subtracting(new.people)
        if old.title != new.title { say("Tên cuộc họp", old.title, new.title) }
        if old.rule?.text != new.rule?.text || (old.rule != nil && new.start.minuteOfDay != old.start.minuteOfDay) {
            say("Lịch lặp", RuleInWords.vietnamese(old.recurrence), RuleInWords.vietnamese(new.recurrence))
        } else if old.start != new.start || old.minutes != new.minutes {
            say("Thời gian", old.time.vietnamese, new.time.vietnamese)
        }
        if old.form != new.form { say("Hình thức", old.form.vietnamese, new.form.vietnamese) }
        if old.venue != new.venue {
            say("Phòng họp", old.venue.map(names.site) ?? "không", new.venue.map(names.site) ?? "không")
        }
        if old.chair != new.chair {
            say("Chủ trì", old.chair.map(names.person) ?? "chưa có", new.chair.map(names.person) ?? "chưa có")
        }
        if old.agenda.map(\.title) != new.agenda.map(\.title) { vietnamese.append("Chương trình họp đã thay đổi") }
        if old.notes != new.notes { vietnamese.append("Ghi chú đã thay đổi") }
        if !addedSites.isEmpty { vietnamese.append("Mời thêm \(addedSites.count) điểm cầu") }
        if !removedSites.isEmpty { vietnamese.append("Bớt \(removedSites.count) điểm cầu") }
        if !addedPeople.isEmpty { vietnamese.append("Mời thêm \(addedPeople.count) người") }
        if !removedPeople.isEmpty { vietnamese.append("Bớt \(removedPeople.count) người") }
    }

    private mutating func say(_ what: String, _ old: String, _ new: String) {
        vietnamese.append("\(what): \(old) → \(new)")
    }
}

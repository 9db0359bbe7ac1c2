import Briefing
import Foundation
import ICalendar

/// A field of an edit that can be emptied: absent it stays, `null` empties it.
public struct Clearable<Value: Decodable & Sendable>: Decodable, Sendable {
    public var value: Value?

    public init(_ value: Value?) { self.value = value }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        value = container.decodeNil() ? nil : try container.decode(Value.self)
    }
}

extension KeyedDecodingContainer {
    /// What synthesised decoding calls for a field of this type: the standard one would take `null` for absent.
    func decodeIfPresent<Value>(_ type: Clearable<Value>.Type, forKey key: Key) throws -> Clearable<Value>? {
        contains(key) ? Clearable(try decodeIfPresent(Value.self, forKey: key)) : nil
    }
}

/// Which meetings an edit is about.
public enum EditScope: String, Sendable, Codable { case this, following, all }

/// An edit from a meeting's page; what is left out stays.
public struct EditForm: Decodable, Sendable {
    public var scope: String?
    public var version: Int?
    public var start: String?
    public var minutes: Int?
    public var title: String?
    public var chair: Clearable<PersonID>?
    public var venue: Clearable<SiteID>?
    public var form: String?
    public var agenda: [SeriesForm.Item]?
    public var addSites: [SiteID]?
    public var removeSites: [SiteID]?
    public var addPeople: [PersonID]?
    public var removePeople: [PersonID]?
    public var notes: String?
    public var rule: String?
    public var holidays: String?
}

public struct Edited: Encodable, Sendable {
    public var occurrence: OccurrenceID
    public var series: SeriesID
    /// Letters that were queued.
    public var mail: Int
}

extension EditForm {
    /// As an edit of a series' plan, from one of its meetings on.
    ///
    /// A new time of the meeting moves the whole plan by as much; a weekly rule of one weekday goes with it.
    func seriesForm(over plan: MeetingPlan, from occurrence: Occurrence) throws(ActError) -> SeriesForm {
        var form = SeriesForm()
        form.title = title
        form.minutes = minutes
        form.chair = chair
        form.venue = venue
        form.form = self.form
        form.agenda = agenda
        form.notes = notes
        form.holidays = holidays
        form.rule = rule
        if addSites != nil || removeSites != nil {
            form.sites = Array(plan.sites.union(addSites ?? []).subtracting(removeSites ?? []))
        }
        if addPeople != nil || removePeople != nil {
            form.people = Array(plan.people.union(addPeople ?? []).subtracting(removePeople ?? []))
        }
        form.start = occurrence.recurrenceID.description
        guard let start else { return form }
        guard let moved = LocalDateTime(start) else {
            throw .invalid([
                "start": Sentence(
                    vietnamese: "Ngày giờ bắt đầu không đúng. Ví dụ: 2026-11-23T07:30.",
                    english: "The start is not a time. For example: 2026-11-23T07:30.")
            ])
        }
        // A meeting that a holiday has moved is edited by its time, not by its day.
        let days = moved.date.dayNumber - occurrence.start.date.dayNumber
        form.start = moved.on(occurrence.recurrenceID.date.adding(days: days)).description
        if days != 0, rule == nil, let kept = plan.rule {
            guard let shifted = kept.shifted(to: occurrence.recurrenceID.date.adding(days: days).weekday) else {
                throw .invalid([
                    "start": Sentence(
                        vietnamese: "Quy tắc lặp này không chuyển sang ngày khác được. Hãy sửa ở trang định kỳ.",
                        english: "This rule cannot be moved to another day. Edit it on the series' page.")
                ])
            }
            form.rule = shifted.text
        }
        return form
    }
}

extension RecurrenceRule {
    /// A weekly rule of one weekday, on another weekday; nil for any other rule.
    func shifted(to weekday: Int) -> RecurrenceRule? {
        let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
        guard frequency == .weekly, names.indices.contains(weekday - 1) else { return nil }
        if byDay.isEmpty { return self }
        guard byDay.count == 1, byDay[0].ordinal == 0 else { return nil }
        let parts = text.split(separator: ";").map { part in
            part.hasPrefix("BYDAY=") ? "BYDAY=\(names[weekday - 1])" : String(part)
        }
        return try? RecurrenceRule(parsing: parts.joined(separator: ";"))
    }
}

import CIcal

/// A time zone as a calendar text describes it (VTIMEZONE, RFC 5545 §3.6.5).
///
/// Its rules are followed here and not by libical, which lists every change that a stranger's rule gives up to 2037:
/// with a rule of seconds, billions.
struct DescribedZone {
    private struct Change {
        /// On the clock that ends with the change.
        let onset: LocalDateTime
        /// Seconds east of UTC from then on.
        let offset: Int
    }

    private let changes: [Change]
    /// Before the first change.
    private let firstOffset: Int

    private static let mostObservances = 500
    private static let mostChanges = 10_000
    private static let lastYear = 2200

    /// - Returns: nil where the text describes no offset, or more changes than any zone has.
    init?(_ zone: OpaquePointer) {
        var changes: [Change] = []
        var earliest: (onset: LocalDateTime, offset: Int)?
        var observances = 0
        var part = icalcomponent_get_first_component(zone, ICAL_ANY_COMPONENT)
        while let component = part {
            observances += 1
            guard observances <= Self.mostObservances else { return nil }
            if let (from, made) = Self.changes(of: component) {
                guard changes.count + made.count <= Self.mostChanges else { return nil }
                changes += made
                if let first = made.first, first.onset < earliest?.onset ?? first.onset.adding(minutes: 1) {
                    earliest = (first.onset, from)
                }
            }
            part = icalcomponent_get_next_component(zone, ICAL_ANY_COMPONENT)
        }
        guard let earliest else { return nil }
        self.changes = changes.sorted { $0.onset < $1.onset }
        firstOffset = earliest.offset
    }

    /// Seconds east of UTC at a time on the zone's own clock.
    func offset(at time: LocalDateTime) -> Int {
        // The first change after the time, by halving.
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].onset <= time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? firstOffset : changes[low - 1].offset
    }

    /// The offset before one observance, and its changes in order.
    private static func changes(of component: OpaquePointer) -> (from: Int, changes: [Change])? {
        let properties = PropertyReader(component: component)
        guard let from = properties.text(ICAL_TZOFFSETFROM_PROPERTY).flatMap(offset),
            let to = properties.text(ICAL_TZOFFSETTO_PROPERTY).flatMap(offset),
            let text = properties.text(ICAL_DTSTART_PROPERTY), let start = BasicTime.read(text)?.time,
            let end = LocalDate(year: lastYear, month: 12, day: 31)
        else { return nil }
        var onsets: Set<LocalDateTime> = [start]
        if let text = properties.text(ICAL_RRULE_PROPERTY), var rule = try? RecurrenceRule(parsing: text),
            rule.frequency == .yearly
        {
            // UNTIL is in UTC here (§3.6.5), and was read to the province's clock; the onsets are on the zone's.
            rule.until = rule.until?.adding(minutes: (from - ProvinceClock.offsetSeconds) / 60)
            let last = LocalDateTime(minuteNumber: end.dayNumber * 1440)
            // Windows begins its zones in 1601; two rules of 200 years reach far enough.
            let recent = LocalDate(year: 1900, month: start.date.month, day: min(start.date.day, 28))
            let first = start.date.year < 1900 ? recent.map(start.on) ?? start : start
            onsets.formUnion(rule.dates(from: first, through: last, limit: 600))
        }
        for property in properties.all(ICAL_RDATE_PROPERTY).prefix(mostObservances) {
            if let time = BasicTime.read(property.text)?.time { onsets.insert(time) }
        }
        return (from, onsets.sorted().map { Change(onset: $0, offset: to) })
    }

    /// `+0700`, `-0330`, with seconds or without (§3.3.14).
    static func offset(_ text: String) -> Int? {
        let digits = Array(text.utf8.dropFirst())
        guard let sign = text.utf8.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            digits.count == 4 || digits.count == 6,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        let numbers = digits.map { Int($0) - 48 }
        let minutes = (numbers[0] * 10 + numbers[1]) * 60 + numbers[2] * 10 + numbers[3]
        let seconds = minutes * 60 + (digits.count == 6 ? numbers[4] * 10 + numbers[5] : 0)
        // No zone is a day away from UTC.
        guard seconds < 86_400 else { return nil }
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }
}

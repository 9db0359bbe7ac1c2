import CIcal

/// Turns the times of one calendar text to the province's clock.
struct ForeignClock {
    let calendar: OpaquePointer
    /// Names in use for the province's own clock: IANA's, its older spelling, and that of Windows.
    private static let own: Set<String> = [
        "asia/ho_chi_minh", "asia/saigon", "asia/bangkok", "asia/hanoi", "se asia standard time", "vietnam",
    ]
    private static let utc: Set<String> = ["utc", "gmt", "z", "etc/utc", "etc/gmt", "etc/universal", "universal"]

    /// The names of the text's zones that can be expanded in bounded time.
    private let bounded: Bool

    init(calendar: OpaquePointer) {
        self.calendar = calendar
        bounded = Self.zonesAreBounded(calendar)
    }

    /// A time on the province's clock.
    struct Time {
        let time: LocalDateTime
        let isDate: Bool
    }

    func read(_ property: PropertyReader.Property) throws(CalendarParseError) -> Time {
        try read(property.text, zone: property.parameter("TZID"))
    }

    /// Every time of EXDATE or RDATE properties, sorted and once each; of a period its start.
    func read(all properties: [PropertyReader.Property]) throws(CalendarParseError) -> [LocalDateTime] {
        var times: Set<LocalDateTime> = []
        for property in properties {
            let zone = property.parameter("TZID")
            for word in property.text.split(separator: ",") {
                guard times.count < CalendarDocument.mostDates else { throw .tooMany }
                let start = word.split(separator: "/").first ?? ""
                times.insert(try read(String(start), zone: zone).time)
            }
        }
        return times.sorted()
    }

    private func read(_ text: String, zone: String?) throws(CalendarParseError) -> Time {
        guard let reading = BasicTime.read(text) else { throw .badTime(String(text.prefix(60))) }
        if reading.isDate { return Time(time: reading.time, isDate: true) }
        let utc = Time(time: reading.time.adding(minutes: ProvinceClock.offsetSeconds / 60), isDate: false)
        if reading.isUTC { return utc }
        guard let zone, !zone.isEmpty else { return Time(time: reading.time, isDate: false) }
        if Self.utc.contains(zone.lowercased()) { return utc }
        // What the text itself says of a zone holds (§3.2.19), whatever the name.
        if let described = icalcomponent_get_timezone(calendar, zone) {
            guard bounded else { throw .unknownTimeZone(String(zone.prefix(60))) }
            return Time(time: province(reading.time, described), isDate: false)
        }
        if Self.own.contains(zone.lowercased()) { return Time(time: reading.time, isDate: false) }
        guard let known = icaltimezone_get_builtin_timezone(zone) else {
            throw .unknownTimeZone(String(zone.prefix(60)))
        }
        return Time(time: province(reading.time, known), isDate: false)
    }

    private func province(_ time: LocalDateTime, _ zone: OpaquePointer) -> LocalDateTime {
        var clock = LibICal.time(time)
        var isDaylight: Int32 = 0
        let offset = Int(icaltimezone_get_utc_offset(zone, &clock, &isDaylight))
        // No zone is a day away from UTC; a text may say any number.
        let bounded = abs(offset) < 86_400 ? offset : 0
        return time.adding(minutes: (ProvinceClock.offsetSeconds - bounded) / 60)
    }

    /// libical lists every change that a VTIMEZONE describes up to the year 2037: with a rule of seconds, billions.
    private static func zonesAreBounded(_ calendar: OpaquePointer) -> Bool {
        var parts = 0
        var zone = icalcomponent_get_first_component(calendar, ICAL_VTIMEZONE_COMPONENT)
        while let current = zone {
            var part = icalcomponent_get_first_component(current, ICAL_ANY_COMPONENT)
            while let observance = part {
                parts += 1
                let properties = PropertyReader(component: observance)
                for property in properties.all(ICAL_RRULE_PROPERTY) {
                    parts += 1
                    guard let rule = try? RecurrenceRule(parsing: property.text), rule.frequency == .yearly,
                        rule.byDay.count <= 1, rule.byMonth.count == 1, rule.byYearDay.isEmpty,
                        rule.byWeekNumber.isEmpty
                    else { return false }
                }
                guard parts <= 500, properties.all(ICAL_RDATE_PROPERTY).count <= 500 else { return false }
                part = icalcomponent_get_next_component(current, ICAL_ANY_COMPONENT)
            }
            zone = icalcomponent_get_next_component(calendar, ICAL_VTIMEZONE_COMPONENT)
        }
        return true
    }
}

import CIcal

/// Turns the times of one calendar text to the province's clock.
struct ForeignClock {
    /// Names in use for the province's own clock: IANA's, its older spelling, and that of Windows.
    private static let own: Set<String> = [
        "asia/ho_chi_minh", "asia/saigon", "asia/bangkok", "asia/hanoi", "se asia standard time", "vietnam",
    ]
    private static let utc: Set<String> = ["utc", "gmt", "z", "etc/utc", "etc/gmt", "etc/universal", "universal"]

    /// By TZID; nil for one that the text names and does not describe rightly.
    private let described: [String: DescribedZone?]

    init(calendar: OpaquePointer) {
        var described: [String: DescribedZone?] = [:]
        var zone = icalcomponent_get_first_component(calendar, ICAL_VTIMEZONE_COMPONENT)
        while let current = zone, described.count < 50 {
            if let name = PropertyReader(component: current).text(ICAL_TZID_PROPERTY) {
                described.updateValue(DescribedZone(current), forKey: name)
            }
            zone = icalcomponent_get_next_component(calendar, ICAL_VTIMEZONE_COMPONENT)
        }
        self.described = described
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
        if case .some(.some(let described)) = described[zone] {
            return Time(time: province(reading.time, offset: described.offset(at: reading.time)), isDate: false)
        }
        if Self.own.contains(zone.lowercased()) { return Time(time: reading.time, isDate: false) }
        guard let known = icaltimezone_get_builtin_timezone(zone) else {
            throw .unknownTimeZone(String(zone.prefix(60)))
        }
        var clock = LibICal.time(reading.time)
        var isDaylight: Int32 = 0
        let offset = Int(icaltimezone_get_utc_offset(known, &clock, &isDaylight))
        return Time(time: province(reading.time, offset: offset), isDate: false)
    }

    private func province(_ time: LocalDateTime, offset: Int) -> LocalDateTime {
        time.adding(minutes: (ProvinceClock.offsetSeconds - offset) / 60)
    }
}

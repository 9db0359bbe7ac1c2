import Foundation
import ICalendar
import Testing

@Suite struct RecurrenceRuleTests {
    private func dates(_ rule: String, _ start: String, through last: String = "2040-01-01T00:00", limit: Int = 5)
        throws -> [String]
    {
        try RecurrenceRule(parsing: rule).dates(from: time(start), through: time(last), limit: limit)
            .map(\.description)
    }

    @Test func `every Monday at 7:30`() throws {
        #expect(
            try dates("FREQ=WEEKLY;BYDAY=MO", "2026-11-23T07:30", limit: 3)
                == ["2026-11-23T07:30", "2026-11-30T07:30", "2026-12-07T07:30"])
    }

    @Test func `the first working day of a month`() throws {
        #expect(
            try dates("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "2026-12-01T08:00", limit: 4)
                == ["2026-12-01T08:00", "2027-01-01T08:00", "2027-02-01T08:00", "2027-03-01T08:00"])
    }

    @Test func `the last Friday and the last day of a month`() throws {
        #expect(
            try dates("FREQ=MONTHLY;BYDAY=-1FR", "2027-01-29T08:00", limit: 2)
                == ["2027-01-29T08:00", "2027-02-26T08:00"])
        #expect(
            try dates("FREQ=MONTHLY;BYMONTHDAY=-1", "2028-01-31T08:00", limit: 2)
                == ["2028-01-31T08:00", "2028-02-29T08:00"])
    }

    @Test func `29 February comes in leap years only, and not in 2100`() throws {
        #expect(
            try dates("FREQ=YEARLY", "2096-02-29T09:00", through: "2110-01-01T00:00")
                == ["2096-02-29T09:00", "2104-02-29T09:00", "2108-02-29T09:00"])
    }

    @Test func `a start that the rule does not match is neither given nor counted`() throws {
        #expect(
            try dates("FREQ=WEEKLY;BYDAY=MO;COUNT=2", "2026-11-24T07:30")
                == ["2026-11-30T07:30", "2026-12-07T07:30"])
    }

    @Test func `UNTIL is the last moment that counts, in UTC, on our clock, or as a whole day`() throws {
        for until in ["20261130T003000Z", "20261130T073000", "20261130"] {
            #expect(
                try dates("FREQ=WEEKLY;UNTIL=\(until)", "2026-11-23T07:30") == ["2026-11-23T07:30", "2026-11-30T07:30"])
        }
        #expect(try dates("FREQ=WEEKLY;UNTIL=20261130T002900Z", "2026-11-23T07:30") == ["2026-11-23T07:30"])
    }

    @Test func `a rule is written in one form and read again as itself`() throws {
        let rule = try RecurrenceRule(
            parsing: "rrule:byday=we,MO;wkst=MO;INTERVAL=01;freq=weekly;until=20261130T003000Z")
        #expect(rule.text == "FREQ=WEEKLY;UNTIL=20261130T003000Z;BYDAY=MO,WE")
        #expect(try RecurrenceRule(parsing: rule.text) == rule)
        let coded = try JSONEncoder().encode([rule])
        #expect(try JSONDecoder().decode([RecurrenceRule].self, from: coded) == [rule])
    }

    @Test(arguments: [
        ("", RecurrenceError.unreadable), ("nonsense", .unknownPart("NONSENSE")), ("BYDAY=MO", .missingFrequency),
        ("FREQ=SECONDLY", .unsupportedFrequency("SECONDLY")), ("FREQ=HOURLY", .unsupportedFrequency("HOURLY")),
        ("FREQ=DAILY;BYHOUR=7", .unsupportedPart("BYHOUR")), ("FREQ=DAILY;COLOUR=RED", .unknownPart("COLOUR")),
        ("FREQ=DAILY;FREQ=WEEKLY", .repeatedPart("FREQ")), ("FREQ=DAILY;INTERVAL=0", .badInterval("0")),
        ("FREQ=DAILY;INTERVAL=1001", .badInterval("1001")), ("FREQ=DAILY;COUNT=0", .badCount("0")),
        ("FREQ=DAILY;COUNT=5001", .badCount("5001")),
        ("FREQ=DAILY;COUNT=99999999999999999999", .badCount("99999999999999999999")),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", .countWithUntil), ("FREQ=DAILY;UNTIL=20270230", .badUntil("20270230")),
        ("FREQ=WEEKLY;BYDAY=XX", .badValue(part: "BYDAY", value: "XX")),
        ("FREQ=MONTHLY;BYDAY=6MO", .badValue(part: "BYDAY", value: "6")),
        ("FREQ=MONTHLY;BYMONTHDAY=0", .badValue(part: "BYMONTHDAY", value: "0")),
        ("FREQ=YEARLY;BYMONTH=-1", .badValue(part: "BYMONTH", value: "-1")),
        ("FREQ=WEEKLY;BYDAY=1MO", .partNotAllowed(part: "BYDAY=1", frequency: .weekly)),
        ("FREQ=WEEKLY;BYMONTHDAY=1", .partNotAllowed(part: "BYMONTHDAY", frequency: .weekly)),
        ("FREQ=MONTHLY;BYYEARDAY=1", .partNotAllowed(part: "BYYEARDAY", frequency: .monthly)),
        ("FREQ=MONTHLY;BYSETPOS=1", .setPositionAlone), ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", .neverHappens),
    ]) func `a rule that no briefing follows is refused, and the refusal says why`(text: String, error: RecurrenceError)
    {
        #expect(throws: error) { try RecurrenceRule(parsing: text) }
        #expect(error.vietnamese.hasSuffix(".") && error.english.hasSuffix("."))
    }

    @Test func `a rule that never matches is answered at once`() throws {
        // 29 February on every thousandth day, if that is a Monday.
        let rule = try RecurrenceRule(parsing: "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;INTERVAL=1000")
        let clock = ContinuousClock()
        let spent = clock.measure {
            _ = rule.dates(from: time("2026-01-01T07:30"), through: time("9000-01-01T00:00"), limit: 5)
        }
        #expect(spent < .seconds(2))
        let endless = try RecurrenceRule(parsing: "FREQ=DAILY")
        let all = endless.dates(from: time("2026-01-01T07:30"), through: time("9000-01-01T00:00"), limit: .max)
        #expect(all.count == 200 * 366 + 1)
    }

    @Test func `a split series has every meeting once`() throws {
        for text in ["FREQ=DAILY;INTERVAL=3;COUNT=40", "FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20271231", "FREQ=MONTHLY"] {
            let rule = try RecurrenceRule(parsing: text)
            let last = time("2029-01-01T00:00")
            let all = rule.dates(from: time("2026-11-23T07:30"), through: last, limit: 500)
            for place in 1..<min(all.count, 12) {
                let before = rule.ending(before: all[place])
                let after = try #require(rule.droppingFirst(place))
                #expect(before.count == nil)
                let halves =
                    before.dates(from: all[0], through: last, limit: 500)
                    + after.dates(from: all[place], through: last, limit: 500)
                #expect(halves == all)
            }
        }
        #expect(try RecurrenceRule(parsing: "FREQ=DAILY;COUNT=3").droppingFirst(3) == nil)
    }
}

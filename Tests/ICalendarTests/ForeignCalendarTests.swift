import Foundation
import ICalendar
import Testing
import TestSupport

/// Texts in the manner of other programs.
@Suite struct ForeignCalendarTests {
    private func event(_ lines: String, zone: String = "") throws -> CalendarEvent {
        let text =
            "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REPLY\n\(zone)BEGIN:VEVENT\nUID:a@b\n\(lines)\nEND:VEVENT\nEND:VCALENDAR\n"
        return try #require(try CalendarDocument(parsing: text).events.first)
    }

    /// As Outlook writes it: a Windows name, rules from the year 1601.
    private let pacific = """
        BEGIN:VTIMEZONE
        TZID:Pacific Standard Time
        BEGIN:STANDARD
        DTSTART:16010101T020000
        TZOFFSETFROM:-0700
        TZOFFSETTO:-0800
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:16010101T020000
        TZOFFSETFROM:-0800
        TZOFFSETTO:-0700
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3
        END:DAYLIGHT
        END:VTIMEZONE

        """

    @Test func `Outlook's time on its own description of a zone, in winter and in summer`() throws {
        let winter = try event("DTSTART;TZID=Pacific Standard Time:20261122T163000", zone: pacific)
        #expect(winter.start == time("2026-11-23T07:30"))
        let summer = try event("DTSTART;TZID=\"Pacific Standard Time\":20260722T173000", zone: pacific)
        #expect(summer.start == time("2026-07-23T07:30"))
        // The clock goes forward on 2026-03-08 at 2:00 and back on 2026-11-01 at 2:00.
        let before = try event("DTSTART;TZID=Pacific Standard Time:20260308T015900", zone: pacific)
        #expect(before.start == time("2026-03-08T16:59"))
        let after = try event("DTSTART;TZID=Pacific Standard Time:20260308T030000", zone: pacific)
        #expect(after.start == time("2026-03-08T17:00"))
    }

    @Test func `a zone whose rule ends in UTC changes for the last time when it says`() throws {
        let zone = """
            BEGIN:VTIMEZONE
            TZID:Auckland then
            BEGIN:DAYLIGHT
            DTSTART:20000301T024500
            TZOFFSETFROM:+1200
            TZOFFSETTO:+1300
            RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1;UNTIL=20020228T144500Z
            END:DAYLIGHT
            BEGIN:STANDARD
            DTSTART:20000901T024500
            TZOFFSETFROM:+1300
            TZOFFSETTO:+1200
            RRULE:FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1
            END:STANDARD
            END:VTIMEZONE

            """
        #expect(try event("DTSTART;TZID=Auckland then:20020401T120000", zone: zone).start == time("2002-04-01T06:00"))
        #expect(try event("DTSTART;TZID=Auckland then:20030401T120000", zone: zone).start == time("2003-04-01T07:00"))
    }

    @Test func `times in UTC, in a zone of the database, in our own, and in none`() throws {
        #expect(try event("DTSTART:20261123T003000Z").start == time("2026-11-23T07:30"))
        #expect(try event("DTSTART;TZID=America/New_York:20260722T203000").start == time("2026-07-23T07:30"))
        #expect(try event("DTSTART;TZID=Asia/Saigon:20261123T073000").start == time("2026-11-23T07:30"))
        #expect(try event("DTSTART:20261123T073000").start == time("2026-11-23T07:30"))
        #expect(try event("DTSTART;TZID=UTC:20261123T003000").start == time("2026-11-23T07:30"))
        #expect(throws: CalendarParseError.unknownTimeZone("Sao Hỏa")) {
            try event("DTSTART;TZID=Sao Hỏa:20261123T073000")
        }
    }

    @Test func `an end by duration, a day, and no end`() throws {
        #expect(try event("DTSTART:20261123T073000\nDURATION:PT1H30M").end == time("2026-11-23T09:00"))
        let day = try event("DTSTART;VALUE=DATE:20261123")
        #expect(day.isAllDay && day.end == time("2026-11-24T00:00"))
        #expect(try event("DTSTART:20261123T073000").end == time("2026-11-23T07:30"))
        #expect(try event("DTSTART:20261123T073000\nDTEND:20251123T073000").end == time("2026-11-23T07:30"))
    }

    @Test func `a reply as calendar programs send it`() throws {
        let reply = try event(
            """
            DTSTAMP:20261120T010203Z
            DTSTART:20261130T003000Z
            RECURRENCE-ID:20261130T003000Z
            SEQUENCE:2
            SUMMARY:Accepted: Giao ban
            COMMENT:Tôi dự\\, có 2 người
            ORGANIZER;CN="VP":MAILTO:vp@tinh.example
            ATTENDEE;CN=Huyện Ba Bể;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:pho@t
             inh.example";X-RESPONSE="a;b":Mailto:babe@tinh.example
            X-MICROSOFT-CDO-BUSYSTATUS:BUSY
            """)
        #expect(reply.recurrenceID == time("2026-11-30T07:30"))
        #expect(reply.sequence == 2 && reply.comment == "Tôi dự, có 2 người")
        #expect(ProvinceClock.local(unix: reply.stamp) == time("2026-11-20T08:02"))
        let attendee = try #require(reply.attendees.first)
        #expect(attendee.mail == "babe@tinh.example" && attendee.participation == .delegated)
        #expect(attendee.delegatedTo == "pho@tinh.example" && attendee.name == "Huyện Ba Bể")
    }

    @Test func `a rule that we do not carry is kept as its text and not as another rule`() throws {
        let event = try event("DTSTART:20261123T073000\nRRULE:FREQ=DAILY;BYHOUR=8,14")
        #expect(event.rule == nil)
        #expect(event.foreignRule?.contains("BYHOUR=8,14") == true)
    }

    @Test func `a value of another kind than its property's is not taken for it`() throws {
        let odd = try event(
            """
            DTSTART;VALUE=DATE-TIME:20261123T073000
            SUMMARY;VALUE=DATE-TIME:20261123T073000
            LOCATION;VALUE=BOOLEAN:TRUE
            DESCRIPTION;VALUE=RECUR:FREQ=DAILY
            SEQUENCE;VALUE=TEXT:abc
            STATUS;VALUE=PERIOD:20261123T073000Z/PT1H
            ATTENDEE;VALUE=DURATION:PT1H
            CATEGORIES;VALUE=URI:http://x
            """)
        #expect(odd.start == time("2026-11-23T07:30"))
        #expect(odd.sequence == 0 && odd.status == .confirmed)
    }

    @Test func `nonsense is refused with a sentence`() throws {
        #expect(throws: CalendarParseError.notACalendar) { try CalendarDocument(parsing: "") }
        #expect(throws: CalendarParseError.notACalendar) { try CalendarDocument(parsing: "Kính gửi\n\nTôi dự.") }
        #expect(throws: CalendarParseError.badTime("")) { try event("SUMMARY:x") }
        #expect(throws: CalendarParseError.tooLarge) {
            try CalendarDocument(parsing: String(repeating: "X:1\n", count: 300_000))
        }
        #expect(throws: CalendarParseError.tooMany) {
            try CalendarDocument(parsing: String(repeating: "BEG\n IN:VEVENT\n", count: 50))
        }
        #expect(throws: CalendarParseError.tooMany) {
            try event("DTSTART:20261123T073000\n" + String(repeating: "ATTENDEE:mailto:a@b\n", count: 3000))
        }
    }

    @Test func `a zone that changes every second costs nothing`() throws {
        let zone = pacific.replacing("FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11", with: "FREQ=SECONDLY")
        let spent = try ContinuousClock().measure {
            _ = try event("DTSTART;TZID=Pacific Standard Time:20261122T163000", zone: zone)
        }
        #expect(spent < .seconds(1))
    }

    @Test func `damaged texts are read or refused, and nothing ends the program`() throws {
        var random = SeededGenerator(seed: 20_261_123)
        let whole = Array(
            CalendarDocument(
                method: .request,
                events: [
                    CalendarEvent(
                        uid: "x", stamp: 9, start: time("2026-11-23T07:30"), end: time("2026-11-23T09:00"),
                        summary: "Giao ban", rule: try RecurrenceRule(parsing: "FREQ=MONTHLY;BYDAY=2TU;COUNT=9"),
                        exclusions: [time("2026-12-08T07:30")], alarms: [60])
                ]
            ).text().utf8)
        let words = [
            "BEGIN:VEVENT", "END:", ";VALUE=", "\n", "\r\n ", "TZID=", "99999999999", "RRULE:", "-", "\"", ":", "\\",
            "\u{FFFD}",
        ]
        var read = 0
        for _ in 0..<4000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                case 2: bytes.insert(contentsOf: (words.randomElement(using: &random) ?? "").utf8, at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 200)], at: place)
                }
            }
            if (try? CalendarDocument(parsing: String(decoding: bytes, as: UTF8.self))) != nil { read += 1 }
        }
        #expect(read > 1000 && read < 4000)
    }

    @Test func `writing and reading keep no memory`() throws {
        let events = (0..<40).map { number in
            CalendarEvent(
                uid: "\(number)", stamp: 0, start: time("2026-11-23T07:30"), end: time("2026-11-23T09:00"),
                summary: "Giao ban", organizer: CalendarOrganizer(name: "VP", mail: "vp@x"),
                attendees: [CalendarAttendee(name: "Ba Bể", mail: "b@x", delegatedTo: "c@x")], alarms: [60],
                attachments: ["https://hop.example/1"], categories: ["a"])
        }
        let document = CalendarDocument(method: .request, events: events)
        func round() throws {
            for _ in 0..<50 { #expect(try CalendarDocument(parsing: document.text()).events.count == 40) }
        }
        try round()
        let before = try residentKilobytes()
        try round()
        try round()
        // Each text is 20 kB, and its components are ten times that: a hundred that stay would be 20 MB.
        #expect(try residentKilobytes() - before < 8_000)
    }

    private func residentKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(Int(line.filter(\.isNumber)))
    }
}

import ICalendar
import Testing

@Suite struct CalendarDocumentTests {
    private var invitation: CalendarEvent {
        get throws {
            CalendarEvent(
                uid: "series-7@giaoban.example", sequence: 3, stamp: 1_795_000_001, start: time("2026-11-23T07:30"),
                end: time("2026-11-23T09:00"), summary: "Giao ban tuần; nội dung, kế hoạch \\ khác",
                description: "Dòng một\nDòng hai, có dấu phẩy; và chấm phẩy\nhttps://hop.example/r/abc?x=1&y=2",
                location: "Phòng họp số 1, UBND tỉnh Bắc Kạn",
                url: "https://hop.example/phien/7",
                organizer: CalendarOrganizer(name: "Văn phòng UBND tỉnh", mail: "vp@tinh.example"),
                attendees: [
                    CalendarAttendee(
                        name: "Huyện Ba Bể", mail: "babe@tinh.example", answerWanted: true, kind: .group,
                        delegatedTo: "pho@tinh.example"),
                    CalendarAttendee(
                        name: "Ông Nguyễn Văn A: Chủ tịch; \"chủ trì\"", mail: "a@tinh.example",
                        participation: .accepted,
                        role: .chair, delegatedFrom: "b@tinh.example"),
                ],
                rule: try RecurrenceRule(parsing: "FREQ=WEEKLY;BYDAY=MO;COUNT=52"),
                exclusions: [time("2026-12-07T07:30"), time("2027-02-08T07:30")], additions: [time("2026-12-08T07:30")],
                alarms: [60, 10, 0], attachments: ["https://hop.example/api/papers/7"],
                categories: ["Giao ban", "Tuần"],
                comment: "Đề nghị đúng giờ")
        }
    }

    @Test func `what is written is read again as itself`() throws {
        var changed = try invitation
        changed.rule = nil
        changed.exclusions = []
        changed.additions = []
        changed.recurrenceID = time("2026-11-30T07:30")
        changed.coversFollowing = true
        changed.status = .cancelled
        var document = CalendarDocument(method: .request, name: "Lịch của tỉnh", events: [try invitation, changed])
        let read = try CalendarDocument(parsing: document.text())
        // A quotation mark cannot be written in a parameter: it becomes an apostrophe.
        for index in document.events.indices {
            document.events[index].attendees[1].name = "Ông Nguyễn Văn A: Chủ tịch; 'chủ trì'"
        }
        #expect(read == document)
    }

    @Test func `lines end with CRLF, hold 75 octets at most, and split no character`() throws {
        var event = try invitation
        event.summary = String(repeating: "ừ", count: 400)
        event.attendees[0].name = String(repeating: "Bắc Kạn 🇻🇳 ", count: 30) + "x"
        let text = CalendarDocument(method: .request, events: [event]).text()
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        #expect(lines.last?.isEmpty == true)
        for line in lines.dropLast() {
            #expect(line.last == UInt8(ascii: "\r"))
            #expect(line.count <= 76)
            #expect(String(validating: line, as: UTF8.self) != nil)
        }
        let read = try CalendarDocument(parsing: text)
        #expect(read.events.first?.summary == event.summary)
        #expect(read.events.first?.attendees.first?.name == event.attendees[0].name)
    }

    @Test func `no value can add a line or a property`() throws {
        let evil = "x\r\nATTENDEE:mailto:evil@example.org\r\nEND:VEVENT\nBEGIN:VALARM\rX:1\u{0}\u{B}\"\u{85};VALUE=URI:"
        let event = CalendarEvent(
            uid: evil, stamp: 0, start: time("2026-11-23T07:30"), end: time("2026-11-23T09:00"), summary: evil,
            description: evil, location: evil, url: evil, organizer: CalendarOrganizer(name: evil, mail: evil),
            attendees: [CalendarAttendee(name: evil, mail: evil, delegatedTo: evil, delegatedFrom: evil)],
            attachments: [evil], categories: [evil], comment: evil)
        let text = CalendarDocument(method: .request, name: evil, events: [event]).text()
        let starts = text.split(separator: "\r\n").filter { !$0.hasPrefix(" ") }
            .map { String($0.prefix { $0 != ":" && $0 != ";" }) }
        #expect(starts.filter { $0 == "ATTENDEE" }.count == 1)
        #expect(starts.filter { $0 == "END" }.count == 4)
        #expect(!starts.contains("X") && !starts.contains("BEGIN:VALARM"))
        let read = try CalendarDocument(parsing: text)
        #expect(read.events.count == 1)
        #expect(read.events.first?.attendees.count == 1)
        #expect(read.events.first?.alarms == [])
    }

    @Test func `times carry the province's zone, which the text describes`() throws {
        let text = CalendarDocument(events: [try invitation]).text()
        #expect(text.contains("DTSTART;TZID=Asia/Ho_Chi_Minh:20261123T073000\r\n"))
        #expect(text.contains("TZID:Asia/Ho_Chi_Minh\r\n") && text.contains("TZOFFSETTO:+0700\r\n"))
        #expect(!text.contains("METHOD:"))
    }
}

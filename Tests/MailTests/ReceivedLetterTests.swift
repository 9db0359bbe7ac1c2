import Foundation
import Mail
import Testing
import TestSupport

@Suite struct ReceivedLetterTests {
    static let reply = """
        From: =?UTF-8?B?SHV54buHbiBCYSBC4buD?= <BaBe@backan.gov.vn>
        To: traloi@backan.gov.vn
        Cc: Nhom: a@backan.gov.vn, b@backan.gov.vn;
        Subject: Accepted: Giao ban
        Message-ID: <reply-1@mail.example>
        In-Reply-To: <mot@backan.gov.vn>
        References: <khong@backan.gov.vn> <mot@backan.gov.vn>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="x"

        --x
        Content-Type: multipart/alternative; boundary="y"

        --y
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Đồng ý tham dự.
        --y
        Content-Type: text/calendar; method=REPLY; charset="utf-8"
        Content-Transfer-Encoding: base64

        QkVHSU46VkNBTEVOREFSDQpNRVRIT0Q6UkVQTFkNCkVORDpWQ0FMRU5EQVINCg==
        --y--
        --x
        Content-Type: application/ics; name="invite.ics"
        Content-Disposition: attachment; filename="invite.ics"
        Content-Transfer-Encoding: base64

        QkVHSU46VkNBTEVOREFSDQpNRVRIT0Q6UkVQTFkNCkVORDpWQ0FMRU5EQVINCg==
        --x--
        """

    static let bounce = """
        Return-Path: <>
        From: Mail Delivery System <MAILER-DAEMON@mail.example>
        To: vanphong@backan.gov.vn
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="B"

        --B
        Content-Type: text/plain

        This is the mail system at host mail.example.
        --B
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mail.example
        Arrival-Date: Sat, 21 Nov 2026 08:00:00 +0700

        Final-Recipient: rfc822; BaBe@backan.gov.vn
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; mx.backan.gov.vn
        Diagnostic-Code: smtp; 550 5.1.1 <babe@backan.gov.vn>: Recipient address
            rejected: User unknown
        --B
        Content-Type: message/rfc822

        From: vanphong@backan.gov.vn
        To: babe@backan.gov.vn
        Message-ID: <mot@backan.gov.vn>
        Subject: x
        Content-Type: text/calendar

        BEGIN:VCALENDAR
        --B--
        """

    static func bytes(_ text: String) -> [UInt8] {
        Array(text.replacingOccurrences(of: "\n", with: "\r\n").utf8)
    }

    @Test func `an answer from a calendar program is read`() {
        let letter = ReceivedLetter(parsing: Self.bytes(Self.reply), handle: "7")
        #expect(letter.handle == "7")
        #expect(letter.from == "babe@backan.gov.vn")
        #expect(letter.fromName == "Huyện Ba Bể")
        #expect(letter.to == ["traloi@backan.gov.vn"])
        #expect(letter.messageID == "reply-1@mail.example")
        #expect(letter.references == ["mot@backan.gov.vn", "mot@backan.gov.vn", "khong@backan.gov.vn"])
        #expect(letter.text.contains("Đồng ý tham dự."))
        #expect(!letter.isAutomatic)
        #expect(letter.bounce == nil)
        // The part and the file hold the same object: it is read once.
        #expect(letter.calendars == ["BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n"])
    }

    @Test func `a calendar in another charset becomes UTF-8`() {
        let head = "From: a@b.vn\r\nContent-Type: text/calendar; charset=\"windows-1258\"\r\n\r\nSUMMARY:"
        // Windows-1258 writes ấ as â and a combining acute.
        let letter = ReceivedLetter(parsing: Array(head.utf8) + [0x47, 0x69, 0xE2, 0xEC, 0x79])
        #expect(letter.calendars.first?.precomposedStringWithCanonicalMapping == "SUMMARY:Giấy")
        let unknown = ReceivedLetter(parsing: Self.bytes("Content-Type: text/calendar; charset=x-none\n\nSUMMARY:Giấy"))
        #expect(unknown.calendars == ["SUMMARY:Giấy"])
    }

    @Test func `a delivery notice names the letter, the recipient and the reason`() throws {
        let letter = ReceivedLetter(parsing: Self.bytes(Self.bounce))
        let bounce = try #require(letter.bounce)
        #expect(bounce.originalID == "mot@backan.gov.vn")
        #expect(bounce.recipient == "babe@backan.gov.vn")
        #expect(bounce.status == "5.1.1")
        #expect(bounce.isFinal)
        #expect(bounce.reason == "550 5.1.1 <babe@backan.gov.vn>: Recipient address rejected: User unknown")
        #expect(letter.isAutomatic)
        // What comes back is our own calendar: it is no answer.
        #expect(letter.calendars.isEmpty)
    }

    @Test func `a notice that returns only the headers names the letter too`() throws {
        let text = Self.bounce.replacingOccurrences(of: "message/rfc822", with: "text/rfc822-headers")
            .replacingOccurrences(of: "Action: failed", with: "Action: delayed")
        let bounce = try #require(ReceivedLetter(parsing: Self.bytes(text)).bounce)
        #expect(bounce.originalID == "mot@backan.gov.vn")
        #expect(!bounce.isFinal)
    }

    @Test(arguments: [
        ("Auto-Submitted: auto-replied", true), ("Auto-Submitted: no", false), ("Precedence: bulk", true),
        ("X-Autoreply: yes", true), ("Return-Path: <>", true), ("X-Other: 1", false),
    ])
    func `a program's letter is known as such`(_ header: String, _ automatic: Bool) {
        #expect(ReceivedLetter(parsing: Self.bytes("From: a@b.vn\n\(header)\n\nx")).isAutomatic == automatic)
    }

    @Test func `a calendar beyond the bound is not read, nor more of them than the bound`() {
        let big = "Content-Type: text/calendar\n\n" + String(repeating: "x", count: ReceivedLetter.calendarBytes + 1)
        #expect(ReceivedLetter(parsing: Self.bytes(big)).calendars.isEmpty)
        var many = "Content-Type: multipart/mixed; boundary=x\n\n"
        for number in 0..<500 { many += "--x\nContent-Type: text/calendar\n\nSUMMARY:\(number)\n" }
        #expect(ReceivedLetter(parsing: Self.bytes(many + "--x--\n")).calendars.count == ReceivedLetter.calendarLimit)
    }

    @Test func `parts within parts without end are not followed`() {
        var text = ""
        for level in 0..<3000 { text += "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n" }
        _ = ReceivedLetter(parsing: Self.bytes(text + "Content-Type: text/calendar\n\nx"))
        var inner = ""
        for _ in 0..<3000 { inner += "Content-Type: message/rfc822\n\n" }
        _ = ReceivedLetter(parsing: Self.bytes(inner))
    }

    @Test func `cut, changed and random letters are read without harm`() throws {
        var generator = SeededGenerator(seed: 47)
        let seeds = [Self.bytes(Self.reply), Self.bytes(Self.bounce), try LetterTests.letter.message()]
        for seed in seeds {
            for cut in 0...seed.count { _ = ReceivedLetter(parsing: Array(seed.prefix(cut))) }
            for _ in 0..<2000 {
                var bytes = seed
                for _ in 0..<Int.random(in: 1...20, using: &generator) {
                    let place = Int.random(in: 0..<bytes.count, using: &generator)
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                    case 1: bytes.remove(at: place)
                    default:
                        let end = Int.random(in: place...bytes.count, using: &generator)
                        bytes.insert(contentsOf: bytes[place..<min(end, place + 200)], at: place)
                    }
                }
                let letter = ReceivedLetter(parsing: bytes)
                #expect(letter.text.utf8.count <= 3 * ReceivedLetter.textBytes)
            }
        }
        for _ in 0..<2000 {
            let count = Int.random(in: 0...400, using: &generator)
            _ = ReceivedLetter(parsing: (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
    }
}

import Foundation
import Mail
import Testing

@Suite struct LetterTests {
    static let letter = Letter(
        id: "6f9619ff-8b86-d011-b42d-00cf4fc964ff@backan.gov.vn",
        from: MailAddress(name: "Văn phòng UBND tỉnh Bắc Kạn", address: "vanphong@backan.gov.vn"),
        to: MailAddress(name: "Huyện Ba Bể", address: "babe@backan.gov.vn"),
        replyTo: MailAddress(address: "traloi@backan.gov.vn"),
        subject: "Giấy mời: Họp giao ban tuần – 7 giờ 30, Thứ Hai, ngày 23 tháng 11 năm 2026",
        text: "Kính gửi: Ủy ban nhân dân huyện Ba Bể\n.\n.. hai chấm\nTrân trọng./.\n",
        html: "<p>Kính gửi: Ủy ban nhân dân huyện Ba Bể</p>", date: 1_795_305_600)

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `an invitation has its parts in the order that mail programs expect`() throws {
        let paper = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).pdf")
        try Data("%PDF-1.7".utf8).write(to: paper)
        defer { try? FileManager.default.removeItem(at: paper) }
        var letter = Self.letter
        letter.calendar = .init(method: "REQUEST", text: "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n")
        letter.attachments = [
            .init(filename: "Báo cáo tuần 47.pdf", contentType: "application/pdf", path: paper.path)
        ]
        let text = Self.text(try letter.message())
        var rest = text[...]
        for mark in [
            "MIME-Version: 1.0", "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
            "application/ics", "giay-moi.ics", "application/pdf",
        ] {
            let found = try #require(rest.range(of: mark), "\(mark) is not there, or not in its place")
            rest = rest[found.upperBound...]
        }
        // RFC 6047 §2.4: method and charset are parameters of the part.
        let part = try #require(
            text.range(of: #"text/calendar; [^\r]*(\r\n[ \t][^\r]*)*"#, options: .regularExpression))
        #expect(text[part].contains("method=REQUEST"))
        #expect(text[part].contains("charset=UTF-8"))
    }

    @Test func `a letter without calendar and papers is only its text in two forms`() throws {
        let text = Self.text(try Self.letter.message())
        #expect(text.contains("multipart/alternative"))
        #expect(!text.contains("multipart/mixed"))
    }

    @Test func `lines end in CR LF, are ASCII and keep within RFC 5322`() throws {
        var letter = Self.letter
        letter.text = String(repeating: "Đề nghị các đơn vị chuẩn bị. ", count: 200)
        letter.headers.append(.init("X-Giaoban", String(repeating: "phiên ", count: 300)))
        let bytes = try letter.message()
        #expect(bytes.allSatisfy { $0 < 0x80 })
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast() {
            #expect(line.last == 0x0D)
            #expect(line.dropLast().count { $0 == 0x0D } == 0)
            #expect(line.count <= 999)
        }
    }

    @Test func `Vietnamese names and subjects come back as they were`() throws {
        let read = ReceivedLetter(parsing: try Self.letter.message())
        #expect(read.subject == Self.letter.subject)
        #expect(read.from == "vanphong@backan.gov.vn")
        #expect(read.fromName == "Văn phòng UBND tỉnh Bắc Kạn")
        #expect(read.to == ["babe@backan.gov.vn"])
        #expect(read.messageID == Self.letter.id)
        #expect(read.text.replacingOccurrences(of: "\r\n", with: "\n") == Self.letter.text)
        #expect(read.isAutomatic)
    }

    @Test func `the calendar comes back byte for byte`() throws {
        var letter = Self.letter
        let calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Họp giao ban – Ba Bể\r\nEND:VCALENDAR\r\n"
        letter.calendar = .init(method: "REQUEST", text: calendar)
        #expect(ReceivedLetter(parsing: try letter.message()).calendars == [calendar])
    }

    @Test func `the date is Vietnam's`() throws {
        #expect(Self.text(try Self.letter.message()).contains("Date: Sun, 22 Nov 2026 07:00:00 +0700"))
    }

    @Test(arguments: ["\r\nBcc: ai@do.vn", "\nBcc: ai@do.vn", "\rBcc: ai@do.vn", "\0", "\u{85}x", "\u{2028}x"])
    func `a line break in any header field is refused`(_ injection: String) {
        func expectRefused(_ what: String, _ change: (inout Letter) -> Void) {
            var letter = Self.letter
            change(&letter)
            #expect(throws: LetterError.self, "\(what)") { try letter.message() }
        }
        expectRefused("subject") { $0.subject += injection }
        expectRefused("from") { $0.from.name += injection }
        expectRefused("from address") { $0.from.address += injection }
        expectRefused("to") { $0.to.name += injection }
        expectRefused("to address") { $0.to.address = injection + $0.to.address }
        expectRefused("reply-to") { $0.replyTo = MailAddress(name: injection, address: "a@b.vn") }
        expectRefused("id") { $0.id += injection }
        expectRefused("header value") { $0.headers = [.init("X-Phien", "1" + injection)] }
        expectRefused("header name") { $0.headers = [.init("X" + injection, "1")] }
        expectRefused("method") { $0.calendar = .init(method: "REQUEST" + injection, text: "") }
        expectRefused("file name") {
            $0.attachments = [.init(filename: "a" + injection, contentType: "application/pdf", path: "/etc/hostname")]
        }
        expectRefused("content type") {
            $0.attachments = [.init(filename: "a", contentType: "application/pdf" + injection, path: "/etc/hostname")]
        }
    }

    @Test func `a caller cannot replace the headers that a letter has of itself`() {
        for name in ["From", "bcc", "Message-ID", "Content-Type", "MIME-Version"] {
            var letter = Self.letter
            letter.headers = [.init(name, "x")]
            #expect(throws: LetterError.badHeader(name)) { try letter.message() }
        }
    }

    @Test func `a paper that is gone is named`() {
        var letter = Self.letter
        letter.attachments = [.init(filename: "a.pdf", contentType: "application/pdf", path: "/nowhere/a.pdf")]
        #expect(throws: LetterError.unreadableAttachment(filename: "a.pdf")) { try letter.message() }
    }

    @Test(arguments: ["a@b", "babe@backan.gov.vn", "o'neil+x@a-b.vn", "a.b@c"])
    func `an address that can be written to is taken`(_ address: String) { #expect(MailAddress.isAddress(address)) }

    @Test(arguments: [
        "", "@", "a@", "@b", "a b@c.vn", "a@b@c", "a..b@c", ".a@c", "a@-c.vn", "a@c..vn", "<a@c.vn>", "a@c.vn,b@c.vn",
        "huyện@backan.vn", "a@[127.0.0.1]", "\"a\"@c.vn", "a@c.vn\n",
    ])
    func `what is no address is refused`(_ address: String) { #expect(!MailAddress.isAddress(address)) }
}

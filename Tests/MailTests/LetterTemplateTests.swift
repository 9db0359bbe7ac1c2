import Foundation
import Mail
import Testing

@Suite struct LetterTemplateTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "scheduler/templates").path

    static var values: LetterValues {
        var values = LetterValues(
            province: "Tỉnh Bắc Kạn", agency: "Ủy ban nhân dân tỉnh Bắc Kạn", recipient: "Huyện Ba Bể",
            title: "Giao ban <tuần> & \"tháng\"", time: "7 giờ 30, Thứ Hai, ngày 23 tháng 11 năm 2026",
            form: "Trực tuyến", placeAndDate: "Bắc Kạn, ngày 18 tháng 11 năm 2026")
        values.agenda = [.init(title: "Tình hình sản xuất", owner: "Sở Nông nghiệp", minutes: 20)]
        values.papers = [.init(title: "Báo cáo", url: "https://giaoban.vn/api/papers/7"), .init(title: "Phụ lục")]
        values.acceptURL = "https://giaoban.vn/tra-loi/abc?a=1&b=2"
        values.declineURL = "https://giaoban.vn/tra-loi/abd"
        values.delegateURL = "https://giaoban.vn/tra-loi/abe"
        values.technicianTime = "6 giờ 30"
        values.oldTime = "8 giờ 00, Thứ Hai, ngày 23 tháng 11 năm 2026"
        values.changes = ["Thêm tài liệu: Phụ lục"]
        values.reason = "Mưa lũ"
        values.days = 2
        values.minutes = 60
        values.linkURL = "https://giaoban.vn/thiet-lap/xyz"
        return values
    }

    @Test func `every letter of the tree is complete in both languages`() throws {
        let templates = try LetterTemplates(folder: Self.folder)
        for kind in LetterTemplates.Kind.allCases {
            for language in LetterTemplates.Language.allCases {
                let letter = templates.render(kind, language: language, values: Self.values)
                #expect(!letter.subject.isEmpty)
                for text in [letter.subject, letter.text, letter.html] { #expect(!text.contains("{{")) }
                #expect(letter.html.contains("<html lang=\"\(language.rawValue)\">"))
                #expect(letter.html.contains("</html>"))
                #expect(!letter.text.contains("\n\n\n"), "\(kind) \(language): \(letter.text)")
                #expect(letter.text.contains("Ủy ban nhân dân tỉnh Bắc Kạn"))
            }
        }
    }

    @Test func `an invitation says who, when, what, with which papers, and how to answer`() throws {
        let letter = try LetterTemplates(folder: Self.folder).render(.invitation, values: Self.values)
        for words in [
            "GIẤY MỜI", "Kính gửi: Huyện Ba Bể", "Bắc Kạn, ngày 18 tháng 11 năm 2026", "7 giờ 30, Thứ Hai",
            "1. Tình hình sản xuất – Sở Nông nghiệp (20 phút)", "1. Báo cáo: https://giaoban.vn/api/papers/7",
            "2. Phụ lục (gửi kèm)", "Tham dự: https://giaoban.vn/tra-loi/abc?a=1&b=2", "Không tham dự:",
            "Cử người dự thay:", "từ 6 giờ 30",
        ] {
            #expect(letter.text.contains(words), "\(words)")
        }
    }

    @Test func `an update says the old time and the new one`() throws {
        let letter = try LetterTemplates(folder: Self.folder).render(.update, values: Self.values)
        #expect(letter.text.contains("Thời gian cũ: 8 giờ 00"))
        #expect(letter.text.contains("Thời gian mới: 7 giờ 30"))
        #expect(letter.text.contains("- Thêm tài liệu: Phụ lục"))
    }

    @Test func `what people typed is text in the HTML, never markup or a program`() throws {
        var values = Self.values
        values.message = "<script>alert('x')</script>"
        values.papers = [.init(title: "\"><img src=x>", url: "javascript:alert(1)")]
        let html = try LetterTemplates(folder: Self.folder).render(.invitation, values: values).html
        #expect(html.contains("Giao ban &lt;tuần&gt; &amp; &quot;tháng&quot;"))
        #expect(html.contains("https://giaoban.vn/tra-loi/abc?a=1&amp;b=2"))
        for forbidden in ["<script", "<img", "javascript:"] { #expect(!html.contains(forbidden)) }
    }

    @Test func `a value with a line break makes no second subject line`() throws {
        var values = Self.values
        values.title = "Giao ban\r\nBcc: ai@do.vn"
        let subject = try LetterTemplates(folder: Self.folder).render(.invitation, values: values).subject
        let lines = subject.split(whereSeparator: \.isNewline)
        #expect(lines.count == 1)
    }

    @Test func `braces in a value are not filled again`() throws {
        var values = Self.values
        values.title = "{{agency}}"
        #expect(try LetterTemplates(folder: Self.folder).render(.soon, values: values).text.contains("{{agency}}"))
    }

    @Test(arguments: [
        ("invitation.vi.txt", "Giấy mời\n", 1), ("invitation.vi.txt", "Subject: {{titel}}\n", 1),
        ("invitation.en.html", "a\n{{#agenda}}\n{{title}}", 2), ("update.vi.html", "{{/agenda}}", 1),
        ("soon.vi.html", "\n\n{{title", 3), ("soon.vi.html", "{{}}", 1), ("soon.vi.html", "{{> khongco}}", 1),
        ("soon.vi.html", "{{#papers}}{{number}}{{/agenda}}", 1), ("soon.vi.html", "{{number}}", 1),
        ("header.vi.html", "{{> header}}", 1),
    ])
    func `a broken template is refused with its file and line`(_ file: String, _ text: String, _ line: Int) throws {
        let copy = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.copyItem(at: URL(filePath: Self.folder), to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        try Data(text.utf8).write(to: copy.appending(path: file))
        let error = #expect(throws: TemplateError.self) { try LetterTemplates(folder: copy.path) }
        #expect(error?.file == file)
        #expect(error?.line == line)
        #expect(error?.vietnamese.contains(file) == true)
    }

    @Test func `a missing template is named`() throws {
        let error = #expect(throws: TemplateError.self) { try LetterTemplates(folder: "/nowhere") }
        #expect(error?.english.contains("invitation.vi.txt is missing") == true)
    }
}

import TestSupport
import Testing

@testable import Papers

struct WatermarkTests {
    private func marked(_ paper: [UInt8], _ text: String = "Huyện Ba Bể – Nông Thị Mới") throws -> [UInt8] {
        guard case .marked(let bytes) = try Watermark.mark(paper, with: text) else { throw SigningError.notPrepared }
        return bytes
    }

    @Test(arguments: [Samples.table(), Samples.streams(), Samples.hybrid()])
    func `a mark stands behind the file, whose bytes stay as they are`(paper: [UInt8]) throws {
        let bytes = try marked(paper)
        #expect(bytes.starts(with: paper))
        let file = try PDFFile(bytes)
        let page = try #require(try file.pages(limit: 1).first)
        let contents = try #require(try file.array(page.dictionary["Contents"]))
        #expect(contents.count == 3)
        let first = try #require(try file.resolve(contents.first).stream)
        let last = try #require(try file.resolve(contents.last).stream)
        #expect(String(decoding: first.data, as: UTF8.self) == "q\n")
        #expect(String(decoding: last.data, as: UTF8.self).hasPrefix("\nQ\nq "))
        let forms = try file.dictionary(file.dictionary(page.dictionary["Resources"])?["XObject"])
        #expect(forms?.count == 1)
    }

    @Test(arguments: [true, false])
    func `what a page has of its own or from above is still there`(isOwn: Bool) throws {
        let resources = "/Resources<</Font<</F 9 0 R>>/XObject<</Anh 8 0 R>>>>"
        let page = "<</Type/Page/Parent 2 0 R/Contents 4 0 R\(isOwn ? resources : "")>>"
        var paper = try Samples.changed(Samples.table(), object: 3, to: page)
        if !isOwn {
            paper = try Samples.changed(paper, object: 2, to: "<</Type/Pages/Kids[3 0 R]/Count 1\(resources)>>")
        }
        let file = try PDFFile(try marked(paper))
        let found = try #require(try file.pages(limit: 1).first?.dictionary["Resources"])
        let kept = try #require(try file.dictionary(found))
        #expect(try file.dictionary(kept["Font"])?.count == 1)
        #expect(try file.dictionary(kept["XObject"])?.keys.contains("Anh") == true)
    }

    @Test func `a signed paper is left as it is, and one that only waits for a signature is not`() throws {
        let signer = try TestSigner("Nông Văn Ký")
        let signed = try signer.signed(Samples.table())
        #expect(try Watermark.mark(signed, with: "Ai đó") == .signed)
        let form = SignatureForm(agency: "Văn phòng", time: SigningTime(seconds: 1_795_400_000), isShown: true)
        let waiting = try PreparedPaper(Samples.table(), form: form).bytes
        // The place already has its dictionary: whoever signs must find the file as it is.
        #expect(try Watermark.mark(waiting, with: "Ai đó") == .signed)
    }

    @Test func `any name can be drawn, and a broken file says so`() throws {
        #expect(try marked(Samples.table(), "\u{0}\u{1}Đặng\u{202E}" + String(repeating: "dài ", count: 500)).count > 0)
        #expect(throws: SigningError.self) { try Watermark.mark(Array("%PDF-1.7\nhong".utf8), with: "a") }
    }
}

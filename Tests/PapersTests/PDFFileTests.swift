import TestSupport
import Testing

@testable import Papers

struct PDFFileTests {
    @Test(arguments: [Samples.table(), Samples.streams(), Samples.hybrid()])
    func `the first page is found by table, by stream and by both`(bytes: [UInt8]) throws {
        let page = try #require(try PDFFile(bytes).pages(limit: 1).first)
        #expect(page.reference == PDFReference(number: 3, generation: 0))
        #expect(page.box == PDFBox(left: 0, bottom: 0, right: 595, top: 842))
    }

    @Test func `a value is written as it was read`() throws {
        let text = "<</A[1 -2 .5 (a\\(b\\)\\101\\n) <48 6> true null/N#20m]/B 12 0 R/C<</D()>>>>"
        var scanner = PDFScanner(Array(text.utf8))
        let value = try scanner.object()
        var out: [UInt8] = []
        PDFWriting.write(value, into: &out)
        #expect(
            String(decoding: out, as: UTF8.self)
                == "<</A [1 -2 .5 <61286229410A> <4860> true null /N#20m]/B 12 0 R/C <</D <>>>>>")
        var again = PDFScanner(out)
        #expect(try again.object() == value)
    }

    @Test func `an encrypted file says so`() {
        #expect(throws: SigningError.encrypted) { try PDFFile(Samples.table(trailer: "/Encrypt 9 0 R")) }
    }

    @Test func `what is no PDF says so`() {
        #expect(throws: SigningError.notPDF) { try PDFFile(Array("PK\u{3}\u{4}".utf8)) }
        #expect(throws: SigningError.notPDF) { try PDFFile([]) }
    }

    @Test func `a file cut off anywhere is refused`() throws {
        let whole = Samples.streams()
        for count in stride(from: 5, to: whole.count - 10, by: 1) {
            #expect(throws: SigningError.self) { try PDFFile(Array(whole.prefix(count))) }
        }
    }

    @Test func `one key with two values is refused`() {
        var scanner = PDFScanner(Array("<</A 1/A 2>>".utf8))
        #expect(throws: SigningError.self) { try scanner.object() }
    }

    @Test func `values in one another without end are refused`() {
        var scanner = PDFScanner([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))
        #expect(throws: SigningError.self) { try scanner.object() }
    }

    @Test func `sections that name each other end`() throws {
        let text = String(decoding: Samples.table(), as: UTF8.self)
        let start = try PDFFile(Array(text.utf8)).references.start
        let looped = text.replacing("/Root 1 0 R", with: "/Root 1 0 R/Prev \(start)")
        #expect(throws: SigningError.self) { try PDFFile(Array(looped.utf8)) }
    }

    @Test func `what unpacks without end is refused`() throws {
        let bomb = Samples.packed([UInt8](repeating: 0, count: 4 << 20))
        var budget = 1 << 20
        #expect(throws: SigningError.self) {
            try PDFUnpacking.bytes(
                of: PDFStream(dictionary: ["Filter": .name("FlateDecode")], data: bomb[...]), budget: &budget)
        }
    }

    @Test func `nothing that is read traps, whatever its bytes`() throws {
        var generator = SeededGenerator(seed: 11)
        let signed = try TestSigner("A").signed(Samples.streams())
        let bases = [Samples.table(), Samples.streams(), signed]
        var read = 0
        for round in 0..<1_500 {
            var bytes = bases[round % bases.count]
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[place] = .random(in: 0...255, using: &generator)
                case 1: bytes[place] = Array("<>[]()/%0123456789 R".utf8).randomElement(using: &generator) ?? 0
                case 2: bytes.remove(at: place)
                case 3: bytes.insert(.random(in: 48...57, using: &generator), at: place)
                default:
                    let end = min(place + Int.random(in: 0...40, using: &generator), bytes.count)
                    bytes += bytes[place..<end]
                }
            }
            guard let reports = try? SignatureCheck.reports(of: bytes, trusting: TrustAnchors(roots: []), now: 0) else {
                continue
            }
            read += 1
            #expect(reports.allSatisfy { !$0.isValid })
            _ = try? PreparedPaper(reading: bytes)
        }
        #expect(read > 150, "some of them are still files")
    }

    @Test func `random bytes behind a header are refused`() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            let noise = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            #expect(throws: SigningError.self) { try PDFFile(Array("%PDF-1.7\n".utf8) + noise) }
        }
    }
}

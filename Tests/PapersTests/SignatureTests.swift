import Testing

@testable import Papers

struct SignatureTests {
    private static let now: Int64 = 1_795_500_000

    private func reports(_ paper: [UInt8], _ signers: TestSigner...) throws -> [SignatureReport] {
        try SignatureCheck.reports(
            of: paper, trusting: TrustAnchors(roots: signers.map(\.certificate)), now: Self.now)
    }

    @Test(arguments: [Samples.table(), Samples.streams()], [TestSigner.Kind.rsa, .p256])
    func `a signed paper is valid, and says who and when`(paper: [UInt8], kind: TestSigner.Kind) throws {
        let signer = try TestSigner("Nguyễn Thị Hường", kind)
        let signed = try signer.signed(paper)
        #expect(signed.starts(with: paper), "what was there stays as it was")
        let report = try #require(try reports(signed, signer).first)
        #expect(report.isValid)
        #expect(report.later == .nothing)
        #expect(report.certificate?.name == "Nguyễn Thị Hường")
        #expect(report.claimedTime?.seconds == 1_795_400_000)
        #expect(report.vietnamese.contains("Chữ ký số hợp lệ; người ký: Nguyễn Thị Hường"))
        #expect(report.english.contains("Valid signature; signed by Nguyễn Thị Hường"))
    }

    @Test func `equal papers are prepared as equal files`() throws {
        let form = SignatureForm(agency: "Văn phòng", time: SigningTime(seconds: 1_795_400_000))
        let first = try PreparedPaper(Samples.table(), form: form)
        #expect(try PreparedPaper(Samples.table(), form: form).bytes == first.bytes)
        #expect(try PreparedPaper(reading: first.bytes).digest == first.digest)
    }

    @Test func `a byte changed in what is signed is seen`() throws {
        let signer = try TestSigner("A")
        let signed = try signer.signed(Samples.table(), isShown: false)
        let field = try #require(try PDFFile(signed).signatureFields().first)
        let range = try #require(SignedRange(field.value?["ByteRange"], in: signed))
        for place in stride(from: 0, to: signed.count, by: 5) where !range.gap.contains(place) {
            var changed = signed
            changed[place] ^= 1
            // Either it is no file any longer, or its signature is not valid.
            let valid = (try? reports(changed, signer))?.contains(where: \.isValid) ?? false
            #expect(!valid, "byte \(place)")
        }
    }

    @Test func `signers in order are all valid, and each is said to be followed by signatures only`() throws {
        for paper in [Samples.table(), Samples.streams()] {
            let signers = [try TestSigner("A"), try TestSigner("B"), try TestSigner("C")]
            var signed = paper
            for signer in signers { signed = try signer.signed(signed) }
            let reports = try reports(signed, signers[0], signers[1], signers[2])
            #expect(reports.map(\.isValid) == [true, true, true])
            #expect(reports.map(\.later) == [.signatures, .signatures, .nothing])
            #expect(reports.map { $0.certificate?.name } == ["A", "B", "C"])
            #expect(Set(reports.map(\.field)).count == 3)
            let boxes = try PDFFile(signed).signatureFields().compactMap {
                try PDFFile(signed).box($0.dictionary["Rect"])
            }
            #expect(boxes.count == 3)
            // Two have room in the upper margin of A4; the third stands below.
            #expect(boxes[0].top == boxes[1].top && boxes[2].top < boxes[1].bottom)
            #expect(!boxes[0].overlaps(boxes[1]) && !boxes[1].overlaps(boxes[2]) && !boxes[0].overlaps(boxes[2]))
        }
    }

    @Test(arguments: [
        // Other words on the page.
        (4, "<</Length 2>>\nstream\nET\nendstream"),
        // Another page's box.
        (3, "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<>>/MediaBox[0 0 10 10]>>"),
        // Something that is run when the file is opened.
        (1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]/SigFlags 3>>/OpenAction 9 0 R>>"),
    ])
    func `what is changed behind a signature is seen`(number: Int, body: String) throws {
        let signer = try TestSigner("A")
        let changed = try Samples.changed(signer.signed(Samples.table()), object: number, to: body)
        let found = try reports(changed, signer)
        #expect(found.map(\.isValid) == [false], "\(found)")
    }

    @Test func `what was awaited and comes after the signature is seen`() throws {
        let signer = try TestSigner("A")
        // The page names an object that is not there, and shows it as soon as it is.
        let paper = Samples.table(page: "/Annots[90 0 R]")
        let signed = try signer.signed(paper)
        #expect(try reports(signed, signer).map(\.isValid) == [true])
        let changed = try Samples.changed(
            signed, object: 90, to: "<</Type/Annot/Subtype/FreeText/Contents(khac)/Rect[0 0 500 800]>>")
        #expect(try reports(changed, signer).map(\.later) == [.changes])
    }

    @Test func `a signature of another paper is refused`() throws {
        let signer = try TestSigner("A")
        let form = SignatureForm(agency: "Văn phòng", time: SigningTime(seconds: 1_795_400_000))
        let prepared = try PreparedPaper(Samples.table(), form: form)
        let other = try PreparedPaper(Samples.streams(), form: form)
        let message = try signer.message(over: other.digest)
        #expect(throws: SigningError.signatureDoesNotFit) { try prepared.embedding(message) }
        #expect(throws: SigningError.signatureDoesNotFit) { try prepared.embedding([0x30, 0]) }
        #expect(throws: SigningError.noRoom) { try prepared.embedding([UInt8](repeating: 1, count: 20_000)) }
    }

    @Test func `a signature that names another's certificate is refused`() throws {
        let (signer, other) = (try TestSigner("A"), try TestSigner("A"))
        let prepared = try PreparedPaper(
            Samples.table(), form: SignatureForm(agency: "Văn phòng", time: SigningTime(seconds: 1_795_400_000)))
        let attributes = try SignedAttributes(digest: prepared.digest, certificate: signer.certificate)
        let message = attributes.message(signature: other.sign(attributes.bytesToSign))
        #expect(throws: SigningError.signatureDoesNotFit) { try prepared.embedding(message) }
    }

    @Test func `a certificate put in the place of the signer's is seen`() throws {
        let signer = try TestSigner("A", .rsa)
        // The same key, name and number, valid for longer.
        let longer = try signer.certificate(until: 2_040_000_000)
        let prepared = try PreparedPaper(
            Samples.table(), form: SignatureForm(agency: "Văn phòng", time: SigningTime(seconds: 1_795_400_000)))
        let message = try signer.message(over: prepared.digest)
        #expect(message.contains(signer.certificate.der))
        let swapped = message.replacing(signer.certificate.der, with: longer.der)
        #expect(throws: SigningError.signatureDoesNotFit) { try prepared.embedding(swapped) }
        let signed = try prepared.embedding(message)
        let forged = signed.replacing(
            PDFWriting.hexadecimal(signer.certificate.der).dropFirst().dropLast(),
            with: PDFWriting.hexadecimal(longer.der).dropFirst().dropLast())
        #expect(forged != signed)
        let found = try SignatureCheck.reports(
            of: forged, trusting: TrustAnchors(roots: [longer, signer.certificate]), now: Self.now)
        #expect(found.map(\.integrity) == [.changed])
    }

    @Test func `a later dictionary that borrows a signature is seen`() throws {
        let signer = try TestSigner("A")
        let signed = try signer.signed(Samples.table())
        let field = try #require(try PDFFile(signed).signatureFields().first)
        var value = try #require(field.value)
        value["M"] = .string(Array("D:20300101000000Z".utf8))
        var body: [UInt8] = []
        PDFWriting.write(.dictionary(value), into: &body)
        let changed = try Samples.changed(
            signed, object: field.holder, to: String(decoding: body, as: UTF8.self))
        #expect(try reports(changed, signer).map(\.integrity) == [.unreadable])
    }

    @Test func `a certificate is judged by the time and by who is trusted`() throws {
        let signer = try TestSigner("A", from: 1_700_000_000, until: 1_795_450_000)
        let signed = try signer.signed(Samples.table())
        #expect(try reports(signed, signer).map(\.trust) == [.expired])
        #expect(try reports(signed).map(\.trust) == [.unknownIssuer])
        let early = try SignatureCheck.reports(
            of: signed, trusting: TrustAnchors(roots: [signer.certificate]), now: 1_600_000_000)
        #expect(early.map(\.trust) == [.notYetValid])
    }

    @Test func `a prepared paper waits`() throws {
        let prepared = try PreparedPaper(
            Samples.table(), form: SignatureForm(agency: "Văn phòng", time: SigningTime(seconds: 1_795_400_000)))
        #expect(try reports(prepared.bytes).map(\.integrity) == [.waiting])
        #expect(throws: SigningError.notPrepared) { try PreparedPaper(reading: Samples.table()) }
        let signed = try TestSigner("A").signed(Samples.table())
        #expect(throws: SigningError.notPrepared) { try PreparedPaper(reading: signed) }
    }

    @Test func `a file that its author has locked is not signed`() throws {
        let locked = Samples.table(
            catalog: "/Perms<</DocMDP<</Reference[<</TransformMethod/DocMDP/TransformParams<</P 1>>>>]>>>>")
        #expect(throws: SigningError.changesForbidden) { try TestSigner("A").signed(locked) }
    }

    @Test(arguments: [0, 90, 180, 270])
    func `the appearance is at the top right of the page as it is shown`(rotation: Int) throws {
        let signed = try TestSigner("A").signed(Samples.table(page: "/Rotate \(rotation)"))
        let file = try PDFFile(signed)
        let field = try #require(try file.signatureFields().first)
        let box = try #require(try file.box(field.dictionary["Rect"]))
        // Turned clockwise, as it is shown.
        let shown: (right: Double, top: Double, width: Double) =
            switch rotation {
            case 90: (842 - box.top, box.left, box.height)
            case 180: (box.left, box.bottom, box.width)
            case 270: (box.bottom, 595 - box.right, box.height)
            default: (595 - box.right, 842 - box.top, box.width)
            }
        #expect(abs(shown.right - 28) < 0.1 && abs(shown.top - 14) < 0.1 && abs(shown.width - 198) < 0.1)
    }

    @Test func `texts without letters or without end are refused`() {
        for text in ["", "  ", String(repeating: "ữ", count: 301)] {
            #expect(throws: SigningError.badText) { try TestSigner("A").signed(Samples.table(), agency: text) }
        }
    }
}

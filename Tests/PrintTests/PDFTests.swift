import Testing

@testable import Print

@Suite(.enabled(if: Poppler.isInstalled, "poppler-utils reads the files back"))
struct PDFTests {
    @Test func `every Vietnamese letter is read back as it was written`() throws {
        let pdf = try PDF.pages(
            of: PrintDocument(
                title: "Chữ", blocks: [.paragraph(Paragraph(StyledText(Samples.alphabet), alignment: .left))]))
        let read = try Poppler.text(pdf, "-raw").split(whereSeparator: \.isWhitespace)
        let written = Samples.alphabet.split(separator: " ")
        #expect(read.prefix(written.count).elementsEqual(written))
        let fonts = try Poppler.fonts(pdf).split(separator: "\n").dropFirst(2)
        #expect(fonts.allSatisfy { $0.contains("yes yes yes") }, "embedded, a part only, and readable")
        // `ABCDEF+Tinos-Bold …`
        let families = fonts.compactMap {
            $0.split(separator: "+").last?.split(separator: "-").first?.split(separator: " ").first
        }
        #expect(Set(families).count == 1, "a word never has letters of two fonts: \(families)")
    }

    @Test func `the file says its title, its agency and the time it was given`() throws {
        let document = PrintDocument(
            title: "Báo cáo tỷ lệ họp trực tuyến", author: "VĂN PHÒNG ỦY BAN", created: "2026-11-23T07:30:00+07:00",
            blocks: [.paragraph(Paragraph("Nội dung"))])
        let info = try Poppler.info(PDF.pages(of: document))
        #expect(info.contains("Báo cáo tỷ lệ họp trực tuyến"))
        #expect(info.contains("VĂN PHÒNG ỦY BAN"))
        #expect(info.contains("Nov 23 00:30:00 2026 UTC") || info.contains("Nov 23 07:30:00 2026"))
        #expect(info.contains("595.276 x 841.89 pts (A4)"))
    }

    @Test func `equal documents are equal files`() throws {
        let document = Samples.report(units: 40).document(letterhead: Samples.letterhead)
        let pdf = try PDF.pages(of: document)
        #expect(try pdf == PDF.pages(of: document))
        // Nor does tomorrow's differ: no clock is read.
        #expect(try !Poppler.info(pdf).contains("CreationDate"))
    }

    @Test func `a letterhead has the name of the state, motto, agency, number, place and date`() throws {
        let pdf = try PDF.pages(
            of: PrintDocument(title: "Thư", blocks: [.letterhead(Samples.letterhead), .closing(Samples.closing)]))
        let text = try Poppler.text(pdf, "-layout")
        for line in [
            "ỦY BAN NHÂN DÂN TỈNH BẮC KẠN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "VĂN PHÒNG",
            "Độc lập - Tự do - Hạnh phúc",
            "Số: 12/BC-VP", "Bắc Kạn, ngày 30 tháng 11 năm 2026", "Nơi nhận:", "- Lưu: VT, TH.", "CHÁNH VĂN PHÒNG",
            "Nguyễn Thị Hường",
        ] { #expect(text.contains(line), "\(line)") }
    }

    @Test func `264 units are printed with the header on each page, every unit once, and the number of pages`() throws {
        let pdf = try PDF.pages(
            of: Samples.report(units: 264).document(letterhead: Samples.letterhead, closing: Samples.closing))
        let pages = try Poppler.text(pdf, "-layout").split(separator: "\u{0C}")
        #expect(pages.count > 5)
        for (index, page) in pages.enumerated() {
            #expect(page.contains("STT") || !page.contains("Xã Nghĩa"), "trang \(index + 1)")
            #expect(page.contains("Trang \(index + 1)/\(pages.count)"))
        }
        let text = pages.joined()
        let words = text.split(whereSeparator: \.isWhitespace)
        for number in 1..<264 {
            #expect(words.indices.filter { words[$0] == "\(number)" && $0 > 0 && words[$0 - 1] == "Phương" }.count == 1)
        }
    }

    @Test func `a merged cell's text stands once on each page that shows its rows`() throws {
        let table = PrintTable(
            columns: [.init("Ngày", fraction: 1, merging: true), .init("Việc", fraction: 4)],
            rows: (0..<90).map { .cells(["Thứ Hai", "Việc \($0)"]) })
        let pages = try Poppler.text(PDF.pages(of: PrintDocument(title: "", blocks: [.table(table)])), "-layout")
            .split(separator: "\u{0C}")
        #expect(pages.count > 1)
        for page in pages { #expect(page.split(separator: "Thứ Hai", omittingEmptySubsequences: false).count == 2) }
    }

    @Test func `the week's sheet shows each day with its meetings, landscape, on one page`() throws {
        let pdf = try PDF.pages(of: WeekSheet.document(of: [Samples.week], letterhead: Samples.letterhead))
        #expect(try Poppler.pageCount(pdf) == 1)
        #expect(try Poppler.info(pdf).contains("841.89 x 595.276"))
        let text = try Poppler.text(pdf, "-raw")
        for word in ["LỊCH CÔNG TÁC TUẦN", "Thứ Hai", "23/11", "Nghỉ lễ theo quy định", "Giao ban trực tuyến đầu tuần"]
        {
            #expect(text.contains(word), "\(word)")
        }
    }

    @Test func `a row taller than a page goes on over pages without losing a line`() throws {
        let lines = (0..<400).map { "dòng\($0)" }
        let table = PrintTable(
            columns: [.init("Một", fraction: 1), .init("Hai", fraction: 1)],
            rows: [.cells(["đầu", "trước"]), .cells([StyledText(lines.joined(separator: "\n")), "bên cạnh"])])
        let text = try Poppler.text(PDF.pages(of: PrintDocument(title: "", blocks: [.table(table)])), "-raw")
        let words = Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
        #expect(lines.allSatisfy(words.contains))
        #expect(words.contains("cạnh"))
    }

    @Test func `letters are numbered above from the second page on`() throws {
        let document = PrintDocument(
            title: "", pageNumbers: .top,
            blocks: [.paragraph(Paragraph("một")), .pageBreak, .paragraph(Paragraph("hai"))])
        let pages = try Poppler.text(PDF.pages(of: document), "-raw").split(separator: "\u{0C}")
        #expect(pages.map { Set($0.split(separator: "\n").map(String.init)) } == [["một"], ["2", "hai"]])
    }

    @Test func `control characters, NULs and line ends of Windows do not cut a text off`() throws {
        let pdf = try PDF.pages(
            of: PrintDocument(title: "a\0b", blocks: [.paragraph(Paragraph("trước\0sau\u{1B}[0m\r\nhết"))]))
        let text = try Poppler.text(pdf, "-raw")
        #expect(text.contains("trước sau [0m\nhết"))
    }
}

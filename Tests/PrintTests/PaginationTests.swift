import Testing
import TestSupport

@testable import Print

/// What stands where, without a file.
struct PaginationTests {
    @Test(arguments: 0..<40) func `whatever a table holds, nothing is drawn outside the page and no row is split`(
        seed: Int
    ) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let columns = Int.random(in: 1...7, using: &random)
        let table = PrintTable(
            columns: (0..<columns).map {
                .init("Cột \($0)", fraction: Double.random(in: 1...5, using: &random), merging: $0 < columns / 3)
            },
            rows: (0..<Int.random(in: 0...120, using: &random)).map { index in
                if index % 17 == 3 { return .group("Nhóm \(index)") }
                return .cells(
                    (0..<columns).map { column in
                        let words = Int.random(in: 0...12, using: &random)
                        return StyledText(String(repeating: "từng chữ ", count: words) + "r\(index / 3)c\(column)")
                    })
            })
        let sheet = Sheet(seed % 2 == 0 ? .portrait : .landscape)
        let canvas = try Canvas(sheet: sheet)
        var pagination = Pagination(sheet: sheet)
        try pagination.place(.space(millimetres: Double.random(in: 0...240, using: &random)), measuredBy: canvas)
        try pagination.place(.table(table), measuredBy: canvas)
        for page in pagination.pages {
            var lastText: StyledText?
            for case .text(let text, let style, let x, let y, let width, let lines) in page {
                let heights = canvas.lines(of: text, style, width: width)
                #expect(lines == nil || lines == 0..<heights.count)
                #expect(x >= sheet.leftMargin && x + width <= sheet.width - sheet.rightMargin + 0.01)
                #expect(y >= sheet.topMargin && y + heights.reduce(0, +) <= sheet.bodyBottom + 0.01)
                lastText = text
            }
            #expect(lastText?.plain.hasPrefix("Nhóm") != true || table.rows.last == .group(lastText ?? ""))
        }
        let drawn = pagination.pages.joined().reduce(into: 0) { count, mark in
            if case .text(let text, _, _, _, _, _) = mark, !text.plain.hasPrefix("Cột") { count += 1 }
        }
        let columnsMerged = columns / 3
        let least = table.rows.reduce(0) {
            if case .cells(let cells) = $1 { $0 + cells.count - columnsMerged } else { $0 + 1 }
        }
        #expect(drawn >= least)
    }

    @Test func `a heading is not the last line of a page`() throws {
        let sheet = Sheet(.portrait)
        let canvas = try Canvas(sheet: sheet)
        var pagination = Pagination(sheet: sheet)
        try pagination.place(.paragraph(Paragraph("đầu")), measuredBy: canvas)
        pagination.y = sheet.bodyBottom - 40
        try pagination.place(.heading("Tiêu đề"), measuredBy: canvas)
        #expect(pagination.pages.count == 2)
    }

    @Test(arguments: 0..<60) func `a signature never stands alone on a page`(lines: Int) throws {
        let filling = StyledText(Array(repeating: "dòng", count: 20 + lines / 2).joined(separator: "\n"))
        let before: [PrintBlock] =
            lines % 2 == 0
            ? [.paragraph(Paragraph(filling)), .paragraph(Paragraph("cuối"))]
            : [.table(PrintTable(columns: [.init("Cột", fraction: 1)], rows: [.cells([filling]), .cells(["cuối"])]))]
        let sheet = Sheet(.portrait)
        let canvas = try Canvas(sheet: sheet)
        var pagination = Pagination(sheet: sheet)
        let closing = Closing(recipients: ["Lưu: VT."], position: "CHÁNH VĂN PHÒNG", name: "Nguyễn Thị Hường")
        for (index, block) in before.enumerated() {
            let following = index == before.count - 1 ? pagination.height(of: closing, measuredBy: canvas) : 0
            try pagination.place(block, before: following, measuredBy: canvas)
        }
        try pagination.place(.closing(closing), measuredBy: canvas)
        let texts = pagination.pages.last?.compactMap {
            if case .text(let text, _, _, _, _, _) = $0 { text.plain } else { nil }
        }
        #expect(texts?.contains("CHÁNH VĂN PHÒNG") == true && texts?.contains("cuối") == true)
    }

    @Test func `a document beyond 2,000 pages, or of too much text, is refused`() throws {
        #expect(throws: PrintError.tooManyPages) {
            try PDF.pages(of: PrintDocument(title: "", blocks: Array(repeating: .pageBreak, count: 2_000)))
        }
        func printing(cells: Int, of bytes: Int) throws {
            let cell = StyledText(String(repeating: "a ", count: bytes / 2))
            let table = PrintTable(
                columns: [.init("", fraction: 1)], rows: Array(repeating: .cells([cell]), count: cells))
            _ = try PDF.pages(of: PrintDocument(title: "", blocks: [.table(table)]))
        }
        #expect(throws: PrintError.tooMuchText) {
            try printing(cells: PDF.textLimit / PDF.runLimit + 1, of: PDF.runLimit)
        }
        #expect(throws: PrintError.tooMuchText) { try printing(cells: 1, of: PDF.runLimit + 2) }
        #expect(throws: Never.self) { try printing(cells: 1, of: PDF.runLimit) }
    }

    @Test(.timeLimit(.minutes(1))) func `a word without an end is wrapped in reasonable time`() throws {
        let word = StyledText(String(repeating: "a", count: PDF.runLimit))
        #expect(throws: Never.self) {
            try PDF.pages(of: PrintDocument(title: "", blocks: [.paragraph(Paragraph(word))]))
        }
    }

    @Test func `a table with wrong columns or cells is refused by its row`() {
        func printing(_ table: PrintTable) throws {
            _ = try PDF.pages(of: PrintDocument(title: "", blocks: [.table(table)]))
        }
        #expect(throws: PrintError.columns) { try printing(PrintTable(columns: [], rows: [])) }
        for fraction in [0, -1, .nan, .infinity, 1e-9] {
            #expect(throws: PrintError.columns) {
                try printing(PrintTable(columns: [.init("a", fraction: fraction), .init("b", fraction: 1)], rows: []))
            }
        }
        #expect(throws: PrintError.cells(row: 1, found: 2, expected: 1)) {
            try printing(PrintTable(columns: [.init("a", fraction: 1)], rows: [.cells([""]), .cells(["", ""])]))
        }
    }

    @Test func `absurd sizes and spaces end in pages, not in a trap`() throws {
        for size in [0, -5, 1_000, 1e300, .nan, .infinity] {
            let blocks: [PrintBlock] = [
                .space(millimetres: size), .heading("a b", size: size),
                .paragraph(Paragraph("a\nb c", size: size, indent: size)),
                .table(
                    PrintTable(columns: [.init("a", fraction: 1)], rows: [.group("x"), .cells(["b c"])], size: size)),
            ]
            #expect(throws: Never.self) { try PDF.pages(of: PrintDocument(title: "", blocks: blocks)) }
        }
    }

    @Test func `days below ten and the first two months have a leading nought`() {
        #expect(
            Letterhead.placeAndDate("Bắc Kạn", day: 5, month: 2, year: 2027) == "Bắc Kạn, ngày 05 tháng 02 năm 2027")
        #expect(
            Letterhead.placeAndDate("Bắc Kạn", day: 23, month: 3, year: 2027) == "Bắc Kạn, ngày 23 tháng 3 năm 2027")
    }
}

import CPango

/// Documents as PDF files: text set by Pango, drawn by cairo, in Times New Roman or what this machine has like it.
///
/// Takes processor time (about 0.1 s for 264 rows) and no locks: call it off the event loop.
public enum PDF {
    public static let pageLimit = 2_000
    /// Bytes of UTF-8 in one document.
    public static let textLimit = 4 << 20
    /// Bytes of UTF-8 in one paragraph or cell: the time that Pango takes for a text grows faster than its length.
    public static let runLimit = 24 << 10
    /// Bytes of the file.
    public static let fileLimit = 64 << 20

    /// The file's bytes. Equal documents give equal bytes on one machine.
    public static func pages(of document: PrintDocument) throws(PrintError) -> [UInt8] {
        let sheet = Sheet(document.orientation)
        let canvas = try Canvas(sheet: sheet)
        var pagination = Pagination(sheet: sheet)
        for (index, block) in document.blocks.enumerated() {
            // A signature never stands alone on a page: the paragraph or row before it goes along.
            var following = 0.0
            if index + 1 < document.blocks.count, case .closing(let closing) = document.blocks[index + 1] {
                following = pagination.height(of: closing, measuredBy: canvas)
            }
            try pagination.place(block, before: following, measuredBy: canvas)
        }
        let pages = pagination.pages
        canvas.describe(title: document.title, author: document.author, created: document.created)
        for (index, page) in pages.enumerated() {
            for mark in page { canvas.draw(mark) }
            for mark in margins(of: document, page: index + 1, of: pages.count, on: sheet) { canvas.draw(mark) }
            canvas.finishPage()
        }
        return try canvas.finish()
    }

    /// Footer and page number.
    private static func margins(of document: PrintDocument, page: Int, of pages: Int, on sheet: Sheet) -> [Mark] {
        var marks: [Mark] = []
        let footer = TextStyle(size: 10, italic: true)
        let bottom = sheet.height - sheet.bottomMargin + 14
        if !document.footer.isEmpty {
            // One line: what is longer is cut by an ellipsis, so that it never reaches the page number.
            var style = footer
            style.ellipsized = true
            marks.append(
                .text(
                    StyledText(document.footer), style, x: sheet.leftMargin, y: bottom, width: sheet.bodyWidth * 0.8))
        }
        switch document.pageNumbers {
        case .none: break
        case .top where page > 1:
            marks.append(
                .text(
                    StyledText("\(page)"), TextStyle(size: 13, alignment: .centre), x: sheet.leftMargin,
                    y: sheet.topMargin / 2 - 6, width: sheet.bodyWidth))
        case .top: break
        case .footer:
            var style = footer
            style.alignment = .right
            marks.append(
                .text(
                    StyledText("Trang \(page)/\(pages)"), style, x: sheet.leftMargin + sheet.bodyWidth * 0.8, y: bottom,
                    width: sheet.bodyWidth * 0.2))
        }
        return marks
    }
}

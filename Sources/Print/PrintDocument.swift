/// A document to be printed: A4 pages with the margins of Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục I.
///
/// A value only: nothing is measured or drawn before ``PDF/pages(of:)``.
public struct PrintDocument: Hashable, Sendable {
    public enum Orientation: Hashable, Sendable { case portrait, landscape }

    /// Where pages are numbered.
    public enum PageNumbers: Hashable, Sendable {
        case none
        /// In the middle of the upper margin from the second page on, as Nghị định 30/2020/NĐ-CP wants it of letters.
        case top
        /// At the right of the footer on every page, with the number of pages: `Trang 2/7`.
        case footer
    }

    /// What PDF readers show as the window's title. Not drawn.
    public var title: String
    /// The issuing agency, in the file's description. Not drawn.
    public var author: String
    /// When the document was made, ISO 8601 with offset (`2026-11-23T07:30:00+07:00`), in the file's description; nil
    /// leaves it out, so that equal documents are equal files.
    public var created: String?
    public var orientation: Orientation
    public var pageNumbers: PageNumbers
    /// One line at the left of each page's lower margin.
    public var footer: String
    public var blocks: [PrintBlock]

    public init(
        title: String, author: String = "", created: String? = nil, orientation: Orientation = .portrait,
        pageNumbers: PageNumbers = .footer, footer: String = "", blocks: [PrintBlock] = []
    ) {
        self.title = title
        self.author = author
        self.created = created
        self.orientation = orientation
        self.pageNumbers = pageNumbers
        self.footer = footer
        self.blocks = blocks
    }
}

/// What stands below another on a page.
public enum PrintBlock: Hashable, Sendable {
    case letterhead(Letterhead)
    /// Bold, in the middle, and never the last thing on a page.
    case heading(StyledText, size: Double = 14)
    case title(DocumentTitle)
    case paragraph(Paragraph)
    case table(PrintTable)
    case closing(Closing)
    /// Empty height in millimetres; nothing at the top of a page. What is below 0 counts as 0.
    case space(millimetres: Double)
    case pageBreak
}

/// Lines of text across the page.
public struct Paragraph: Hashable, Sendable {
    public var text: StyledText
    public var alignment: TextAlignment
    /// In points.
    public var size: Double
    /// The first line's indent, in millimetres.
    public var indent: Double
    /// Whether it is a heading of what follows, and never the last thing on a page.
    public var keepsWithNext: Bool

    public init(
        _ text: StyledText, alignment: TextAlignment = .justified, size: Double = 13, indent: Double = 0,
        keepsWithNext: Bool = false
    ) {
        self.text = text
        self.alignment = alignment
        self.size = size
        self.indent = indent
        self.keepsWithNext = keepsWithNext
    }
}

public enum TextAlignment: Hashable, Sendable { case left, centre, right, justified }

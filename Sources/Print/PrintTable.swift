/// A table as wide as the page. Its header is repeated on each page; a row is split only where it is taller than a page.
public struct PrintTable: Hashable, Sendable {
    public struct Column: Hashable, Sendable {
        public var title: StyledText
        /// The part of the width, in whatever unit the other columns use; above 0.
        public var fraction: Double
        public var alignment: TextAlignment
        /// Cells below one another with equal text are one cell, as long as they are in the merging columns left of it
        /// too. Its text stands at the top, and again on the next page.
        public var merging: Bool

        public init(_ title: StyledText, fraction: Double, alignment: TextAlignment = .left, merging: Bool = false) {
            self.title = title
            self.fraction = fraction
            self.alignment = alignment
            self.merging = merging
        }
    }

    public enum Row: Hashable, Sendable {
        /// One text for each column.
        case cells([StyledText])
        /// The same, bold on a grey ground.
        case total([StyledText])
        /// One bold text across all columns, above the rows that belong to it; never the last on a page.
        case group(StyledText)
    }

    /// 1 to 40.
    public var columns: [Column]
    public var rows: [Row]
    /// In points.
    public var size: Double

    public init(columns: [Column], rows: [Row], size: Double = 11) {
        self.columns = columns
        self.rows = rows
        self.size = size
    }
}

/// An administrative document as blocks below one another: what is shown, and what every printed form is made from.
public struct MinutesDocument: Hashable, Sendable, Encodable {
    /// What a reader's window is called.
    public var title: String
    public var blocks: [MinutesBlock]

    public init(title: String, blocks: [MinutesBlock]) {
        self.title = title
        self.blocks = blocks
    }
}

public enum MinutesBlock: Hashable, Sendable {
    /// Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, các khoản 1–4.
    case letterhead(superior: String?, agency: String, number: String, placeAndDate: String)
    /// Tên loại và trích yếu (khoản 5).
    case title(String, subject: String)
    /// A part's heading.
    case section(String)
    /// A heading within a part.
    case item(String)
    /// Its bold beginning, which may be empty, and its text.
    case paragraph(label: String, text: String)
    /// In italics: what the document says of itself.
    case remark(String)
    case table(MinutesTable)
    /// Who signs at the left and at the right, and who receives it (khoản 7 và 9; Phụ lục III, mẫu 1.9).
    case signatures(left: Signatory?, right: Signatory, recipients: [String])

    public struct Signatory: Hashable, Sendable, Encodable {
        /// In capitals.
        public var position: String
        /// Empty where it is written by hand.
        public var name: String

        public init(position: String, name: String) {
            self.position = position
            self.name = name
        }
    }
}

public struct MinutesTable: Hashable, Sendable, Encodable {
    public struct Column: Hashable, Sendable, Encodable {
        public enum Alignment: String, Sendable, Encodable { case left, centre, right }

        public var title: String
        /// Its part of the width, in the unit of the other columns.
        public var width: Double
        public var alignment: Alignment

        public init(_ title: String, width: Double, alignment: Alignment = .left) {
            self.title = title
            self.width = width
            self.alignment = alignment
        }
    }

    public var columns: [Column]
    /// A text for each column.
    public var rows: [[String]]

    public init(columns: [Column], rows: [[String]]) {
        self.columns = columns
        self.rows = rows
    }
}

extension MinutesBlock: Encodable {
    private enum Key: String, CodingKey {
        case type, superior, agency, number, placeAndDate, text, subject, label, columns, rows, left, right, recipients
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .letterhead(let superior, let agency, let number, let placeAndDate):
            try container.encode("letterhead", forKey: .type)
            try container.encode(superior, forKey: .superior)
            try container.encode(agency, forKey: .agency)
            try container.encode(number, forKey: .number)
            try container.encode(placeAndDate, forKey: .placeAndDate)
        case .title(let text, let subject):
            try container.encode("title", forKey: .type)
            try container.encode(text, forKey: .text)
            try container.encode(subject, forKey: .subject)
        case .section(let text), .item(let text), .remark(let text):
            let type =
                switch self {
                case .section: "section"
                case .item: "item"
                default: "remark"
                }
            try container.encode(type, forKey: .type)
            try container.encode(text, forKey: .text)
        case .paragraph(let label, let text):
            try container.encode("paragraph", forKey: .type)
            try container.encode(label, forKey: .label)
            try container.encode(text, forKey: .text)
        case .table(let table):
            try container.encode("table", forKey: .type)
            try container.encode(table.columns, forKey: .columns)
            try container.encode(table.rows, forKey: .rows)
        case .signatures(let left, let right, let recipients):
            try container.encode("signatures", forKey: .type)
            try container.encode(left, forKey: .left)
            try container.encode(right, forKey: .right)
            try container.encode(recipients, forKey: .recipients)
        }
    }
}

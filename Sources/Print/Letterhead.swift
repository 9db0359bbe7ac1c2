/// The head of an administrative document: issuing agency and number at the left; name of the state, motto, place and
/// date at the right (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, các khoản 1–4).
public struct Letterhead: Hashable, Sendable {
    /// The agency above the issuing one, in capitals; nil where there is none.
    public var superior: String?
    /// The issuing agency, in capitals; bold, with a rule below.
    public var agency: String
    /// `Số: 12/BC-VP`; nil leaves the place empty.
    public var number: String?
    /// `Bắc Kạn, ngày 23 tháng 11 năm 2026`, in italics; nil leaves the place empty.
    public var placeAndDate: String?

    public init(superior: String? = nil, agency: String, number: String? = nil, placeAndDate: String? = nil) {
        self.superior = superior
        self.agency = agency
        self.number = number
        self.placeAndDate = placeAndDate
    }

    /// Place and date as a document says them: days below 10 and the months 1 and 2 with a leading nought (mục II,
    /// khoản 4, điểm b).
    public static func placeAndDate(_ place: String, day: Int, month: Int, year: Int) -> String {
        let days = (0..<10).contains(day) ? "0\(day)" : "\(day)"
        let months = (0..<3).contains(month) ? "0\(month)" : "\(month)"
        return "\(place), ngày \(days) tháng \(months) năm \(year)"
    }

    static let state = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    static let motto = "Độc lập - Tự do - Hạnh phúc"
}

/// The kind of document and what it is about, with a rule below (the same decree, mục II, khoản 5).
public struct DocumentTitle: Hashable, Sendable {
    /// In capitals: `BIÊN BẢN`.
    public var kind: String
    public var subject: String

    public init(kind: String, subject: String) {
        self.kind = kind
        self.subject = subject
    }
}

/// The foot of an administrative document: recipients at the left, who signs at the right (the same decree, mục II, các
/// khoản 7 và 9). Never split over pages.
public struct Closing: Hashable, Sendable {
    /// Somebody who signs beside the other.
    public struct Signatory: Hashable, Sendable {
        /// In capitals.
        public var position: String
        public var name: String

        public init(position: String, name: String = "") {
            self.position = position
            self.name = name
        }
    }

    /// Each a line below `Nơi nhận:`; where there is none, that is left out too.
    public var recipients: [String]
    /// In capitals: `CHÁNH VĂN PHÒNG`; lines by line feeds.
    public var position: String
    /// Who signs; empty where it is written by hand.
    public var name: String
    /// Who signs at the left, as a meeting's secretary does (Phụ lục III, mẫu 1.9); the recipients then stand below.
    public var left: Signatory?

    public init(recipients: [String], position: String, name: String = "", left: Signatory? = nil) {
        self.recipients = recipients
        self.position = position
        self.name = name
        self.left = left
    }
}

/// What a signature says of itself, and shows on a page.
public struct SignatureForm: Hashable, Sendable {
    /// The person who signs.
    public var signer: String?
    /// The agency or organisation in whose name it is signed.
    public var agency: String?
    /// The paper's number and symbol, such as `12/BC-VP`.
    public var number: String?
    /// Why it is signed, such as `Phê duyệt`. Not shown.
    public var reason: String?
    /// Where. Not shown.
    public var location: String?
    /// When, by the server's clock.
    public var time: SigningTime
    /// Whether a page shows it.
    public var isShown: Bool
    /// Where it is shown.
    public var place: Place

    public enum Place: Hashable, Sendable {
        /// At the top right of the first page, where an agency's stands (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II,
        /// khoản 8).
        case topOfFirstPage
        /// At the bottom right of the last page: a person's, which leaves the other place free.
        case bottomOfLastPage
    }

    /// - Parameter isShown: Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, khoản 8 wants an agency's signature on a
    ///   paper that goes with another one shown.
    public init(
        signer: String? = nil, agency: String? = nil, number: String? = nil, reason: String? = nil,
        location: String? = nil, time: SigningTime, isShown: Bool = true, place: Place = .topOfFirstPage
    ) {
        self.signer = signer
        self.agency = agency
        self.number = number
        self.reason = reason
        self.location = location
        self.time = time
        self.isShown = isShown
        self.place = place
    }

    /// Letters of one text.
    static let textLimit = 300

    /// Upright black letters of 10 points in Times New Roman, as Nghị định 30/2020/NĐ-CP wants them, or in a font of the same
    /// measures; all of these have the Vietnamese letters. 198 points are 70 mm.
    static let drawing = DrawnText(
        fonts: "Times New Roman,Tinos,Noto Serif,DejaVu Serif,serif", points: 10,
        colour: DrawnText.Colour(red: 0, green: 0, blue: 0, opacity: 1), width: 198)

    /// The lines of the appearance: whose signature, of which paper, and the time by ISO 8601 with its zone.
    var lines: [String] {
        var lines: [String] = []
        if let signer { lines.append("Người ký: \(signer)") }
        if let agency { lines.append("Cơ quan: \(agency)") }
        if let number { lines.append("Số, ký hiệu: \(number)") }
        lines.append("Thời gian ký: \(time.iso8601)")
        return lines
    }

    func check() throws(SigningError) {
        for text in [signer, agency, number, reason, location] {
            guard let text else { continue }
            guard text.contains(where: { !$0.isWhitespace }), text.unicodeScalars.count <= Self.textLimit else {
                throw .badText
            }
        }
    }
}

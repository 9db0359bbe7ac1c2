/// What a letter's text can say. A template names each by the property's name; what is nil or empty is left out there by
/// a section, `{{#venue}}…{{/venue}}`.
public struct LetterValues: Sendable, Hashable {
    public struct AgendaItem: Sendable, Hashable {
        public var title: String
        /// Who presents it.
        public var owner: String
        public var minutes: Int?

        public init(title: String, owner: String = "", minutes: Int? = nil) {
            self.title = title
            self.owner = owner
            self.minutes = minutes
        }
    }

    public struct Paper: Sendable, Hashable {
        public var title: String
        /// Where it is read; nil where it is attached.
        public var url: String?

        public init(title: String, url: String? = nil) {
            self.title = title
            self.url = url
        }
    }

    /// The province, for example "Tỉnh Bắc Kạn".
    public var province: String
    /// Who invites: "Ủy ban nhân dân tỉnh Bắc Kạn".
    public var agency: String
    /// "Bắc Kạn, ngày 18 tháng 11 năm 2026".
    public var placeAndDate: String
    /// Whom the letter is to: "Ủy ban nhân dân huyện Ba Bể".
    public var recipient: String
    /// The briefing's title.
    public var title: String
    /// When, in words: "7 giờ 30, Thứ Hai, ngày 23 tháng 11 năm 2026".
    public var time: String
    /// "Trực tuyến", "Trực tiếp kết hợp trực tuyến".
    public var form: String
    /// The room at the office.
    public var venue: String?
    /// The recipient's own site.
    public var site: String?
    public var chair: String?
    /// The rule in words, of a series.
    public var rule: String?
    public var agenda: [AgendaItem]
    public var papers: [Paper]
    /// A free text of the secretary.
    public var message: String?
    /// When the technician is there: "6 giờ 30".
    public var technicianTime: String?
    public var acceptURL: String?
    public var declineURL: String?
    public var delegateURL: String?
    /// The occurrence's page, or the room.
    public var pageURL: String?
    /// Of an update: the time before, when it changed.
    public var oldTime: String?
    /// Of an update: what else changed, a sentence each.
    public var changes: [String]
    /// Of a cancellation.
    public var reason: String?
    /// Of a reminder: days left.
    public var days: Int?
    /// Of a call: minutes left.
    public var minutes: Int?
    /// Of an account: the link, and until when it holds.
    public var linkURL: String?
    public var linkExpiry: String?
    /// Whom to ask, with telephone.
    public var contact: String?

    public init(
        province: String, agency: String, recipient: String, title: String = "", time: String = "", form: String = "",
        placeAndDate: String = ""
    ) {
        self.province = province
        self.agency = agency
        self.placeAndDate = placeAndDate
        self.recipient = recipient
        self.title = title
        self.time = time
        self.form = form
        agenda = []
        papers = []
        changes = []
    }
}

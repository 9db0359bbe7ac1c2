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

extension LetterValues {
    /// The names that a template may use,
    static let names: Set<String> = [
        "province", "agency", "placeAndDate", "recipient", "title", "time", "form", "venue", "site", "chair", "rule",
        "agenda", "papers", "message", "technicianTime", "acceptURL", "declineURL", "delegateURL", "pageURL", "oldTime",
        "changes", "reason", "days", "minutes", "hasAgenda", "hasPapers", "hasChanges", "linkURL", "linkExpiry",
        "contact",
    ]

    /// and those inside the sections of its lists.
    static let innerNames: [String: Set<String>] = [
        "agenda": ["number", "title", "owner", "minutes"], "papers": ["number", "title", "url"], "changes": ["change"],
    ]

    /// The values under their names.
    var table: [String: TemplateValue] {
        var table: [String: TemplateValue] = [:]
        let texts: [(String, String?)] = [
            ("province", province), ("agency", agency), ("placeAndDate", placeAndDate), ("recipient", recipient),
            ("title", title), ("time", time), ("form", form), ("venue", venue), ("site", site), ("chair", chair),
            ("rule", rule), ("message", message), ("technicianTime", technicianTime),
            ("acceptURL", Self.web(acceptURL)),
            ("declineURL", Self.web(declineURL)), ("delegateURL", Self.web(delegateURL)),
            ("pageURL", Self.web(pageURL)),
            ("oldTime", oldTime), ("reason", reason), ("days", days.map(String.init)),
            ("minutes", minutes.map(String.init)), ("linkURL", Self.web(linkURL)), ("linkExpiry", linkExpiry),
            ("contact", contact),
        ]
        for (name, text) in texts { table[name] = .text(text ?? "") }
        // A heading stands once before a list, and only where the list has something.
        for (name, isEmpty) in [
            ("hasAgenda", agenda.isEmpty), ("hasPapers", papers.isEmpty), ("hasChanges", changes.isEmpty),
        ] {
            table[name] = .text(isEmpty ? "" : "1")
        }
        table["agenda"] = .list(
            agenda.enumerated().map { index, item in
                [
                    "number": .text(String(index + 1)), "title": .text(item.title), "owner": .text(item.owner),
                    "minutes": .text(item.minutes.map(String.init) ?? ""),
                ]
            })
        table["papers"] = .list(
            papers.enumerated().map { index, paper in
                [
                    "number": .text(String(index + 1)), "title": .text(paper.title),
                    "url": .text(Self.web(paper.url) ?? ""),
                ]
            })
        table["changes"] = .list(changes.map { ["change": .text($0)] })
        return table
    }

    /// A link that somebody typed must not be a program (`javascript:`).
    private static func web(_ url: String?) -> String? {
        guard let url, url.hasPrefix("https://") || url.hasPrefix("http://") else { return nil }
        return url
    }
}

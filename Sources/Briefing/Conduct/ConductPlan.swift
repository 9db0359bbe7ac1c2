/// What is known of a meeting before it is conducted: who is expected, from which units, to talk of what.
public struct ConductPlan: Hashable, Sendable, Codable {
    public struct PlannedSeat: Hashable, Sendable, Codable {
        public var seat: Seat
        public var name: String
        public var unit: UnitID
        /// Whether it is called in the roll: whoever only leads is not.
        public var isInvited: Bool
        /// Who comes in place of the invited, as its answer says; empty: nobody.
        public var delegate: String

        public init(seat: Seat, name: String, unit: UnitID, isInvited: Bool, delegate: String = "") {
            self.seat = seat
            self.name = name
            self.unit = unit
            self.isInvited = isInvited
            self.delegate = delegate
        }
    }

    /// A unit of a seat, or above one.
    public struct PlannedUnit: Hashable, Sendable, Codable {
        public var id: UnitID
        public var name: String
        public var parent: UnitID?
        public var kind: String

        public init(id: UnitID, name: String, parent: UnitID?, kind: String) {
            self.id = id
            self.name = name
            self.parent = parent
            self.kind = kind
        }
    }

    public struct PlannedItem: Hashable, Sendable, Codable {
        public var title: String
        public var owner: String
        public var minutes: Int

        public init(title: String, owner: String, minutes: Int) {
            self.title = title
            self.owner = owner
            self.minutes = minutes
        }
    }

    /// A paper that may be shown.
    public struct PlannedPaper: Hashable, Sendable, Codable {
        public var id: PaperID
        /// The first version of it.
        public var root: PaperID
        public var title: String
        /// The place of its agenda item, from 1 on; nil where it is for the whole meeting.
        public var item: Int?
        /// 0 while it has none: not converted yet, or nothing that has pages.
        public var pages: Int

        public init(id: PaperID, root: PaperID, title: String, item: Int?, pages: Int) {
            self.id = id
            self.root = root
            self.title = title
            self.item = item
            self.pages = pages
        }
    }

    public var title: String
    /// Unix milliseconds.
    public var start: Int64
    public var end: Int64
    public var chair: Seat?
    public var seats: [PlannedSeat]
    public var units: [PlannedUnit]
    public var agenda: [PlannedItem]
    public var isEmergency: Bool
    /// In the order of the meeting's page.
    public var papers: [PlannedPaper]
    /// The series' standing order: what is said is recorded from the opening on.
    @DecodedOrFalse public var isRecorded: Bool

    public init(
        title: String, start: Int64, end: Int64, chair: Seat?, seats: [PlannedSeat], units: [PlannedUnit],
        agenda: [PlannedItem], isEmergency: Bool = false, papers: [PlannedPaper] = [], isRecorded: Bool = false
    ) {
        self.title = title
        self.start = start
        self.end = end
        self.chair = chair
        self.seats = seats
        self.units = units
        self.agenda = agenda
        self.isEmergency = isEmergency
        self.papers = papers
        self.isRecorded = isRecorded
    }
}

/// A truth that a plan in a journal may not name.
@propertyWrapper
public struct DecodedOrFalse: Hashable, Sendable, Codable {
    public var wrappedValue: Bool

    public init(wrappedValue: Bool) { self.wrappedValue = wrappedValue }

    public init(from decoder: any Decoder) throws {
        wrappedValue = try decoder.singleValueContainer().decode(Bool.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}

extension KeyedDecodingContainer {
    /// A plan in a journal may name no papers.
    func decode(
        _ type: [ConductPlan.PlannedPaper].Type, forKey key: Key
    ) throws -> [ConductPlan.PlannedPaper] {
        try decodeIfPresent(type, forKey: key) ?? []
    }

    func decode(_ type: DecodedOrFalse.Type, forKey key: Key) throws -> DecodedOrFalse {
        try decodeIfPresent(type, forKey: key) ?? DecodedOrFalse(wrappedValue: false)
    }
}

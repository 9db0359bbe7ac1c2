/// The number under which something is kept; of a kind of its own, so that a site's cannot stand for a unit's.
public struct Identifier<Subject>: RawRepresentable, Hashable, Comparable, Sendable, Codable {
    public let rawValue: Int64

    public init(rawValue: Int64) { self.rawValue = rawValue }
    public init(_ number: Int64) { rawValue = number }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension Identifier: CustomStringConvertible {
    public var description: String { String(rawValue) }
}

public typealias UnitID = Identifier<Unit>
public typealias SiteID = Identifier<Site>
public typealias PersonID = Identifier<Person>
public typealias SeriesID = Identifier<Series>
public typealias OccurrenceID = Identifier<Occurrence>
public typealias PaperID = Identifier<Paper>
public typealias AgendaItemID = Identifier<AgendaItem>

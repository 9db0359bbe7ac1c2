/// The class of a meeting by which its recordings are kept: what the booking says of it anyway, so that nobody has to judge
/// anew.
public enum RecordClass: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    /// Giao ban, họp định kỳ.
    case periodic
    /// Họp chuyên đề, họp đột xuất.
    case single
    /// Triệu tập khẩn.
    case emergency

    public init(isPeriodic: Bool, isEmergency: Bool) {
        self = isEmergency ? .emergency : isPeriodic ? .periodic : .single
    }
}

/// How many years each class is kept; a class without a number is kept for ever. As JSON: `{"periodic": 10}`.
public struct RetentionRules: Hashable, Sendable, Codable {
    public static let mostYears = 100

    /// 1 to 100.
    public private(set) var years: [RecordClass: Int] = [:]

    public init() {}

    public init(from decoder: any Decoder) throws {
        years = try decoder.singleValueContainer().decode([RecordClass: Int].self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(years)
    }

    /// - Parameter years: nil: for ever.
    public mutating func set(_ kind: RecordClass, years: Int?) { self.years[kind] = years }

    public subscript(_ kind: RecordClass) -> Int? { years[kind] }
}

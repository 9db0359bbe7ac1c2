/// Somebody with an account.
public struct Person: Hashable, Sendable {
    public var id: PersonID
    public var name: String
    /// Unique, in lower case: what somebody signs in with.
    public var email: String
    /// Chức vụ.
    public var title: String
    public var phone: String
    public var unit: UnitID
    public var isActive: Bool
    public var grants: [Grant]

    public init(
        id: PersonID, name: String, email: String, title: String, phone: String, unit: UnitID, isActive: Bool = true,
        grants: [Grant] = []
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.title = title
        self.phone = phone
        self.unit = unit
        self.isActive = isActive
        self.grants = grants
    }
}

/// What somebody is in a unit; `Rights` says what each of them may do.
public enum Role: String, CaseIterable, Sendable, Codable {
    case administrator, secretary, chair, technician, delegate, auditor
}

/// A role in a unit and in all units below it.
public struct Grant: Hashable, Sendable {
    public var role: Role
    public var unit: UnitID

    public init(role: Role, unit: UnitID) {
        self.role = role
        self.unit = unit
    }
}

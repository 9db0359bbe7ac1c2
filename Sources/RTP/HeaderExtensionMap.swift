/// Which identifier stands for which header extension with one peer (`a=extmap`, RFC 8285 §5).
@frozen
public struct HeaderExtensionMap: Sendable {
    @usableFromInline var ids = InlineArray<10, UInt8>(repeating: 0)
    /// For identifiers 1 to 15: kind + 1, or 0.
    @usableFromInline var kinds = InlineArray<16, UInt8>(repeating: 0)

    /// A map in which nothing is negotiated.
    public init() {}

    /// The identifier of a kind, 1 to 255; 0 when it is not negotiated. Giving an identifier to a second kind takes
    /// it from the first.
    @inlinable
    public subscript(kind: HeaderExtensionKind) -> UInt8 {
        @inline(__always)
        get {
            let index = Int(kind.rawValue)
            return index < ids.count ? ids[index] : 0
        }
        set {
            let index = Int(kind.rawValue)
            guard index < ids.count else { return }
            let old = ids[index]
            if old > 0, old < 16 { kinds[Int(old)] = 0 }
            if newValue > 0 {
                for other in 0..<ids.count where ids[other] == newValue { ids[other] = 0 }
            }
            ids[index] = newValue
            if newValue > 0, newValue < 16 { kinds[Int(newValue)] = kind.rawValue &+ 1 }
        }
    }

    /// The kind that an identifier stands for, or nil.
    @inlinable
    public func kind(id: UInt8) -> HeaderExtensionKind? {
        if id < 16 {
            let value = kinds[Int(id)]
            return value == 0 ? nil : HeaderExtensionKind(rawValue: value &- 1)
        }
        for index in 0..<ids.count where ids[index] == id {
            return HeaderExtensionKind(rawValue: UInt8(truncatingIfNeeded: index))
        }
        return nil
    }
}

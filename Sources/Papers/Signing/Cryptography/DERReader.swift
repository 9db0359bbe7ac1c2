/// Reads DER (ITU-T X.690), value by value, bounds-checked.
struct DERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    /// The next value's tag; nil at the end.
    var tag: UInt8? { rest.first }

    /// The content of the next value, where it has this tag.
    mutating func take(_ tag: UInt8) -> ArraySlice<UInt8>? {
        var bytes = rest
        guard bytes.popFirst() == tag, let first = bytes.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7F)
            guard (1...4).contains(count), count <= bytes.count else { return nil }
            length = bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            bytes = bytes.dropFirst(count)
        }
        guard length <= bytes.count else { return nil }
        rest = bytes.dropFirst(length)
        return bytes.prefix(length)
    }

    /// The content of the next value as one that holds others.
    mutating func enter(_ tag: UInt8 = 0x30) -> DERReader? { take(tag).map { DERReader($0) } }
}

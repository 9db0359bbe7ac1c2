/// Reads bytes one after the other; nil beyond their end.
struct ByteReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() -> UInt8? { rest.popFirst() }

    /// - Parameter count: not negative.
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// Big endian.
    mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(_: Value.Type) -> Value? {
        take(Value.bitWidth / 8)?.reduce(0) { $0 << 8 | Value($1) }
    }

    /// Two bytes of length, and UTF-8.
    mutating func text() -> String? {
        guard let length = integer(UInt16.self), let bytes = take(Int(length)) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// Numbers in bytes, the lowest byte first.
extension [UInt8] {
    /// nil past the end.
    func littleEndian<Value: FixedWidthInteger & UnsignedInteger>(_ type: Value.Type, at offset: Int) -> Value? {
        let size = Value.bitWidth / 8
        guard offset >= 0, count >= size, offset <= count - size else { return nil }
        return self[offset..<offset + size].reversed().reduce(0) { Value($1) | ($0 &<< 8) }
    }

    mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

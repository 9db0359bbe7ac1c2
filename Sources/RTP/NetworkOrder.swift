// Big-endian reads that cannot trap and cannot leave the span: a byte outside reads as zero. Parsers check lengths
// first, for the sake of their answers; this is what makes a forgotten check harmless.
extension RawSpan {
    @inlinable @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        guard offset >= 0, offset < byteCount else { return 0 }
        return unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    @inlinable @inline(__always)
    func uint16(at offset: Int) -> UInt16 {
        guard offset >= 0, offset <= byteCount &- 2 else { return 0 }
        return UInt16(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self))
    }

    @inlinable @inline(__always)
    func uint24(at offset: Int) -> UInt32 {
        UInt32(byte(at: offset)) << 16 | UInt32(uint16(at: offset &+ 1))
    }

    @inlinable @inline(__always)
    func uint32(at offset: Int) -> UInt32 {
        guard offset >= 0, offset <= byteCount &- 4 else { return 0 }
        return UInt32(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
    }

    @inlinable @inline(__always)
    func uint64(at offset: Int) -> UInt64 {
        UInt64(uint32(at: offset)) << 32 | UInt64(uint32(at: offset &+ 4))
    }
}

// Big-endian writes; outside the buffer they do nothing.
extension UnsafeMutableRawBufferPointer {
    @inlinable @inline(__always)
    func put(_ value: UInt8, at offset: Int) {
        guard let base = baseAddress, offset >= 0, offset < count else { return }
        base.storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
    }

    @inlinable @inline(__always)
    func put(_ value: UInt16, at offset: Int) {
        guard let base = baseAddress, offset >= 0, offset <= count &- 2 else { return }
        base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
    }

    @inlinable @inline(__always)
    func put(_ value: UInt32, at offset: Int) {
        guard let base = baseAddress, offset >= 0, offset <= count &- 4 else { return }
        base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
    }

    @inlinable @inline(__always)
    func put24(_ value: UInt32, at offset: Int) {
        put(UInt8(truncatingIfNeeded: value >> 16), at: offset)
        put(UInt16(truncatingIfNeeded: value), at: offset &+ 1)
    }
}

/// A range of two offsets that never traps: empty when the end is before the start.
@inlinable @inline(__always)
func byteRange(_ start: Int, _ end: Int) -> Range<Int> {
    Range(uncheckedBounds: (lower: start, upper: end < start ? start : end))
}

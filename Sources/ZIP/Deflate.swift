import CZlib

/// Raw DEFLATE (RFC 1951) of what fits into memory.
public enum Deflate {
    /// - Throws: ``ZIPError/packing`` where zlib has no memory.
    public static func packed(_ content: [UInt8]) throws(ZIPError) -> [UInt8] {
        var stream = z_stream()
        guard content.count <= 1 << 30, shim_deflate_init(&stream) == Z_OK else { throw .packing }
        defer { deflateEnd(&stream) }
        // zlib's own bound: one call is enough, and nothing is written beyond it.
        var packed = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(content.count))))
        var input = content
        let status = input.withUnsafeMutableBufferPointer { source in
            packed.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(truncatingIfNeeded: source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(truncatingIfNeeded: target.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { throw .packing }
        packed.removeLast(Int(stream.avail_out))
        return packed
    }

    /// - Parameter size: what the content must have, so that nothing grows beyond it.
    /// - Returns: nil where the bytes are not the whole of such a content.
    public static func unpacked(_ bytes: [UInt8], size: Int) -> [UInt8]? {
        var stream = z_stream()
        guard size >= 0, size <= 1 << 30, bytes.count <= 1 << 30, shim_inflate_init(&stream) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        // One more than is wanted, so that a longer content shows.
        var content = [UInt8](repeating: 0, count: size + 1)
        var input = bytes
        let status = input.withUnsafeMutableBufferPointer { source in
            content.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(truncatingIfNeeded: source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(truncatingIfNeeded: target.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END, stream.avail_in == 0, stream.avail_out == 1 else { return nil }
        content.removeLast()
        return content
    }
}

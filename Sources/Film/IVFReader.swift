/// Reads VP8 pictures from an IVF file, the container of libvpx's tools: a header of 32 bytes, then each picture behind
/// 12 bytes of length and time.
///
/// ```
/// "DKIF" | version (16) | header length (16) | "VP80" | width (16) | height (16) | rate (32) | scale (32) | …
/// length (32) | time in scale/rate s (64) | picture …
/// ```
struct IVFReader {
    /// Pixels.
    let height: Int
    private let file: ByteSource
    private let track: FilmTrack
    private let rate: UInt64
    private let scale: UInt64
    private var offset: UInt64

    /// - Throws: ``FilmError/malformed(at:)`` for anything but VP8 of a sensible time base.
    init(_ file: ByteSource, track: FilmTrack) throws(FilmError) {
        guard let header = file.bytes(at: 0, count: 32), header.starts(with: "DKIF".utf8),
            let length = header.littleEndian(UInt16.self, at: 6), length >= 32,
            header[8..<12].elementsEqual("VP80".utf8),
            let height = header.littleEndian(UInt16.self, at: 14),
            let rate = header.littleEndian(UInt32.self, at: 16), let scale = header.littleEndian(UInt32.self, at: 20),
            rate > 0, scale > 0
        else { throw .malformed(at: 0) }
        self.file = file
        self.track = track
        self.height = Int(height)
        self.rate = UInt64(rate)
        self.scale = UInt64(scale)
        offset = UInt64(length)
    }

    /// The next picture; nil at the end of the file.
    mutating func next() throws(FilmError) -> FilmFrame? {
        guard offset < file.length else { return nil }
        guard let header = file.bytes(at: offset, count: 12),
            let length = header.littleEndian(UInt32.self, at: 0),
            let ticks = header.littleEndian(UInt64.self, at: 4), length > 0, length <= FilmFile.frameLimit,
            let bytes = file.bytes(at: offset + 12, count: Int(length)), let first = bytes.first
        else { throw .malformed(at: Int(clamping: offset)) }
        let (product, overflows) = ticks.multipliedReportingOverflow(by: scale)
        let (thousandth, overflowsToo) = product.multipliedReportingOverflow(by: 1000)
        guard !overflows, !overflowsToo, let time = UInt32(exactly: thousandth / rate) else {
            throw .malformed(at: Int(clamping: offset))
        }
        offset += 12 + UInt64(length)
        // The lowest bit of a VP8 picture says that it refers to others (RFC 6386 §9.1).
        return FilmFrame(track: track, time: time, isKeyframe: first & 1 == 0, bytes: bytes)
    }
}

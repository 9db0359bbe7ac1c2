/// Reads Opus packets from an Ogg file (RFC 3533, RFC 7845) of one stream, each of 20 ms.
///
/// ```
/// "OggS" | version (8) | kind (8) | granule position (64) | serial (32) | page (32) | checksum (32) | segments (8)
/// lengths of the segments (8 each) | segments …
/// ```
/// A packet goes on while its segments are 255 bytes long, from one page to the next if need be. The first two packets
/// are headers. Checksums are not looked at: what is damaged does not make a file unsafe to read.
struct OggReader {
    /// Longest packet that is taken, bytes: Opus' own limit of a frame (RFC 6716 §3.4).
    static let packetLimit = 1_275
    /// The same of a header.
    static let headerLimit = 1 << 20

    private let file: ByteSource
    private var offset: UInt64 = 0
    private var segments: [UInt8] = []
    private var segment = 0
    private var packets = 0
    private var time: UInt32 = 0

    init(_ file: ByteSource) { self.file = file }

    /// The next 20 ms of sound; nil at the end of the file.
    mutating func next() throws(FilmError) -> FilmFrame? {
        while let packet = try nextPacket() {
            packets += 1
            if packets <= 2 {
                guard packets == 2 || packet.starts(with: "OpusHead".utf8) else { throw malformed }
                continue
            }
            guard !packet.isEmpty, packet.count <= Self.packetLimit, time <= FilmFile.longest else { throw malformed }
            defer { time += 20 }
            return FilmFrame(track: .sound, time: time, isKeyframe: true, bytes: packet)
        }
        return nil
    }

    private var malformed: FilmError { .malformed(at: Int(clamping: offset)) }

    private mutating func nextPacket() throws(FilmError) -> [UInt8]? {
        var packet: [UInt8] = []
        while true {
            if segment >= segments.count {
                guard try openPage() else {
                    guard packet.isEmpty else { throw malformed }
                    return nil
                }
                continue
            }
            let length = Int(segments[segment])
            segment += 1
            guard let bytes = file.bytes(at: offset, count: length), packet.count + length <= Self.headerLimit else {
                throw malformed
            }
            offset += UInt64(length)
            packet += bytes
            if length < 255 { return packet }
        }
    }

    /// Returns false at the end of the file.
    private mutating func openPage() throws(FilmError) -> Bool {
        guard offset < file.length else { return false }
        guard let header = file.bytes(at: offset, count: 27), header.starts(with: "OggS".utf8),
            let lengths = file.bytes(at: offset + 27, count: Int(header[26]))
        else { throw malformed }
        segments = lengths
        segment = 0
        offset += 27 + UInt64(lengths.count)
        return true
    }
}

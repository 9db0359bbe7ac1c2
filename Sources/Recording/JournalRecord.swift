/// One thing that a journal keeps: when, and what.
public struct JournalRecord: Hashable, Sendable, Codable {
    /// Microseconds of the recorder's own clock since the recording began; never smaller than that of the record before it.
    public var time: UInt64
    public var content: Content

    public enum Content: Hashable, Sendable, Codable {
        /// Somebody's track begins. Its number is used once in a recording.
        case began(Track)
        case ended(track: UInt32)
        /// A plain RTP packet (RFC 3550 §5.1) of a layer of a track, as its sender sent it: header, payload, no padding.
        case packet(track: UInt32, layer: UInt8, bytes: [UInt8])
        /// The sender's media clock stood at `timestamp` when its own wall clock stood at `ntp`, 32.32 seconds since 1900 (RFC
        /// 3550 §6.4.1): what joins the voice and the picture of one sender.
        case clock(track: UInt32, layer: UInt8, timestamp: UInt32, ntp: UInt64)
        /// What happened in the meeting: a JSON object (RFC 8259).
        case event([UInt8])
        /// So many packets could not be kept: the disk was too slow, or pictures were left out to keep voices.
        case lost(track: UInt32, packets: UInt32)
    }

    public init(time: UInt64, _ content: Content) {
        self.time = time
        self.content = content
    }
}

/// A track as a journal names it.
public struct Track: Hashable, Sendable, Codable {
    public enum Role: UInt8, Sendable, Codable { case voice, camera, screen }

    public enum Codec: UInt8, Sendable, Codable { case opus, vp8, vp9, h264, av1 }

    public var number: UInt32
    public var role: Role
    public var codec: Codec
    /// Ticks of its media clock in a second.
    public var clockRate: UInt32
    /// Whose it is, as the room names them; tracks of the same owner are in step.
    public var owner: String
    /// The owner's name for people.
    public var name: String

    public init(number: UInt32, role: Role, codec: Codec, clockRate: UInt32, owner: String, name: String) {
        self.number = number
        self.role = role
        self.codec = codec
        self.clockRate = clockRate
        self.owner = owner
        self.name = name
    }
}

/// Records as bytes, big endian.
///
///     0  1  kind: 1 began, 2 ended, 3 packet, 4 clock, 5 event, 6 lost
///     1  4  microseconds since the block's first record
///     5  4  bytes that follow
///     9     began: number (4), role (1), codec (1), clock rate (4), length of owner (2), owner, length of name (2), name
///           ended: number (4)
///           packet: number (4), layer (1), packet
///           clock: number (4), layer (1), timestamp (4), NTP time (8)
///           event: JSON
///           lost: number (4), count (4)
enum RecordCoding {
    static let headerBytes = 9
    /// Bytes of one record's content; an RTP packet has at most 65,535.
    static let largestContent = 1 << 20

    /// - Returns: false for what no record may be: longer than ``largestContent``, or too long after the block's begin.
    static func write(_ record: JournalRecord, since start: UInt64, into out: inout [UInt8]) -> Bool {
        guard record.time >= start, let delta = UInt32(exactly: record.time - start) else { return false }
        let begin = out.count
        out.append(kind(of: record.content))
        append(delta, to: &out)
        append(UInt32(0), to: &out)
        switch record.content {
        case .began(let track):
            append(track.number, to: &out)
            out += [track.role.rawValue, track.codec.rawValue]
            append(track.clockRate, to: &out)
            append(text: track.owner, to: &out)
            append(text: track.name, to: &out)
        case .ended(let track): append(track, to: &out)
        case .packet(let track, let layer, let bytes):
            append(track, to: &out)
            out.append(layer)
            out += bytes
        case .clock(let track, let layer, let timestamp, let ntp):
            append(track, to: &out)
            out.append(layer)
            append(timestamp, to: &out)
            append(ntp, to: &out)
        case .event(let json): out += json
        case .lost(let track, let packets):
            append(track, to: &out)
            append(packets, to: &out)
        }
        let length = out.count - begin - headerBytes
        guard length <= largestContent else {
            out.removeSubrange(begin...)
            return false
        }
        let bytes = withUnsafeBytes(of: UInt32(length).bigEndian) { Array($0) }
        out.replaceSubrange(begin + 5..<begin + 9, with: bytes)
        return true
    }

    /// The records of a block's plain body; nil where it holds anything else.
    static func read(_ body: [UInt8], since start: UInt64) -> [JournalRecord]? {
        var reader = ByteReader(body[...])
        var records: [JournalRecord] = []
        while !reader.isAtEnd {
            guard let kind = reader.byte(), let delta = reader.integer(UInt32.self),
                let length = reader.integer(UInt32.self), let bytes = reader.take(Int(length)),
                let content = content(kind, bytes)
            else { return nil }
            let (time, overflow) = start.addingReportingOverflow(UInt64(delta))
            guard !overflow else { return nil }
            records.append(JournalRecord(time: time, content))
        }
        return records
    }

    private static func kind(of content: JournalRecord.Content) -> UInt8 {
        switch content {
        case .began: 1
        case .ended: 2
        case .packet: 3
        case .clock: 4
        case .event: 5
        case .lost: 6
        }
    }

    private static func content(_ kind: UInt8, _ bytes: ArraySlice<UInt8>) -> JournalRecord.Content? {
        var reader = ByteReader(bytes)
        if kind == 5 { return .event(Array(bytes)) }
        guard let track = reader.integer(UInt32.self) else { return nil }
        switch kind {
        case 1:
            guard let role = reader.byte().flatMap(Track.Role.init),
                let codec = reader.byte().flatMap(Track.Codec.init),
                let rate = reader.integer(UInt32.self), let owner = reader.text(), let name = reader.text()
            else { return nil }
            return .began(
                Track(number: track, role: role, codec: codec, clockRate: rate, owner: owner, name: name))
        case 2: return .ended(track: track)
        case 3:
            guard let layer = reader.byte() else { return nil }
            return .packet(track: track, layer: layer, bytes: Array(reader.rest))
        case 4:
            guard let layer = reader.byte(), let timestamp = reader.integer(UInt32.self),
                let ntp = reader.integer(UInt64.self)
            else { return nil }
            return .clock(track: track, layer: layer, timestamp: timestamp, ntp: ntp)
        case 6: return reader.integer(UInt32.self).map { .lost(track: track, packets: $0) }
        default: return nil
        }
    }

    static func append(_ value: some FixedWidthInteger, to out: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { out += $0 }
    }

    private static func append(text: String, to out: inout [UInt8]) {
        // Cut at a letter, not within one.
        var bytes = Array(text.utf8.prefix(1_000))
        while !bytes.isEmpty, String(validating: bytes, as: UTF8.self) == nil { bytes.removeLast() }
        append(UInt16(bytes.count), to: &out)
        out += bytes
    }
}

import CZlib

/// Where a recording's journal begins, goes on, and how its parts are told from each other.
///
/// A journal is a folder of segments, each a file of blocks; a block is what was flushed at once. Every block can be found
/// and checked by itself, so that what is whole is read whatever happened to what is around it.
///
/// A segment begins with 64 bytes, big endian:
///
///      0  8  `GIAOBAN1`
///      8 16  the recording
///     24  4  number of the segment, from 0
///     28  4  1: its blocks are encrypted
///     32  8  Unix time in milliseconds at which the recording began
///     40 16  salt of the segment's key: random
///     56  4  blocks of the segment before; 2³² − 1 where that is not known: its writer was killed
///     60  4  CRC-32 of the 60 bytes before
struct SegmentHeader: Hashable, Sendable {
    var recording: RecordingID
    var number: UInt32
    var isEncrypted: Bool
    /// Unix milliseconds.
    var start: Int64
    /// 16 bytes.
    var salt: [UInt8]
    /// Nil where it is not known.
    var blocksBefore: UInt32?

    static let bytes = 64
    private static let magic = Array("GIAOBAN1".utf8)

    var encoded: [UInt8] {
        var out = Self.magic + recording.bytes
        RecordCoding.append(number, to: &out)
        RecordCoding.append(UInt32(isEncrypted ? 1 : 0), to: &out)
        RecordCoding.append(UInt64(bitPattern: start), to: &out)
        out += salt.prefix(16) + [UInt8](repeating: 0, count: max(0, 16 - salt.count))
        RecordCoding.append(blocksBefore ?? .max, to: &out)
        RecordCoding.append(Checksum.crc32(out[...]), to: &out)
        return out
    }

    init(recording: RecordingID, number: UInt32, isEncrypted: Bool, start: Int64, salt: [UInt8], blocksBefore: UInt32?)
    {
        self.recording = recording
        self.number = number
        self.isEncrypted = isEncrypted
        self.start = start
        self.salt = salt
        self.blocksBefore = blocksBefore
    }

    init?(_ file: [UInt8]) {
        guard file.count >= Self.bytes, file.starts(with: Self.magic) else { return nil }
        var reader = ByteReader(file[8..<Self.bytes])
        guard let id = reader.take(16).flatMap({ RecordingID(Array($0)) }), let number = reader.integer(UInt32.self),
            let flags = reader.integer(UInt32.self), let start = reader.integer(UInt64.self),
            let salt = reader.take(16), let before = reader.integer(UInt32.self), let sum = reader.integer(UInt32.self),
            sum == Checksum.crc32(file[0..<Self.bytes - 4])
        else { return nil }
        self.init(
            recording: id, number: number, isEncrypted: flags & 1 == 1, start: Int64(bitPattern: start),
            salt: Array(salt), blocksBefore: before == .max ? nil : before)
    }
}

/// A block's begin, 32 bytes, big endian:
///
///      0  4  `GBLK`
///      4  4  number of the segment
///      8  4  number of the block in its segment, from 0
///     12  4  bytes of the body
///     16  8  time of the first record, microseconds
///     24  4  CRC-32 of the body as it is stored
///     28  4  CRC-32 of the 28 bytes before
struct BlockHeader: Hashable, Sendable {
    var segment: UInt32
    var number: UInt32
    var length: UInt32
    var time: UInt64
    var bodySum: UInt32

    static let bytes = 32
    static let magic = Array("GBLK".utf8)
    /// Bytes of a body at most: what a second of 40 pictures at 4 Mbit/s is.
    static let largestBody = 32 << 20

    var encoded: [UInt8] {
        var out = Self.magic
        for value in [segment, number, length] { RecordCoding.append(value, to: &out) }
        RecordCoding.append(time, to: &out)
        RecordCoding.append(bodySum, to: &out)
        RecordCoding.append(Checksum.crc32(out[...]), to: &out)
        return out
    }

    init(segment: UInt32, number: UInt32, length: UInt32, time: UInt64, bodySum: UInt32) {
        self.segment = segment
        self.number = number
        self.length = length
        self.time = time
        self.bodySum = bodySum
    }

    /// - Parameter bytes: 32 of them, or more.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count >= Self.bytes, bytes.starts(with: Self.magic) else { return nil }
        let header = bytes.prefix(Self.bytes)
        var reader = ByteReader(header.dropFirst(4))
        guard let segment = reader.integer(UInt32.self), let number = reader.integer(UInt32.self),
            let length = reader.integer(UInt32.self), let time = reader.integer(UInt64.self),
            let bodySum = reader.integer(UInt32.self),
            let sum = reader.integer(UInt32.self), sum == Checksum.crc32(header.dropLast(4)),
            length <= Self.largestBody
        else { return nil }
        self.init(
            segment: segment, number: number, length: length, time: time, bodySum: bodySum)
    }
}

/// Names a recording: 16 bytes, random.
public struct RecordingID: Hashable, Sendable {
    let bytes: [UInt8]

    /// nil unless there are 16 of them.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    public static func random() -> RecordingID {
        var generator = SystemRandomNumberGenerator()
        return RecordingID(unchecked: (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }
}

extension RecordingID: CustomStringConvertible {
    /// 32 hexadecimal digits.
    public var description: String {
        bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }
}

enum Checksum {
    /// CRC-32 of ISO 3309, as zlib computes it: against accidents, not against people.
    static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBytes { buffer in
            UInt32(
                truncatingIfNeeded: CZlib.crc32_z(
                    0, buffer.bindMemory(to: UInt8.self).baseAddress, buffer.count))
        }
    }
}

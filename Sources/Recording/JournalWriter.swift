import Foundation

/// Writes a recording's journal: records gather in memory, `flush` brings them to the disk as one block.
///
/// Belongs to one thread, which nobody waits for. What has been flushed is there after a power cut; what has not is lost,
/// and nothing else.
public struct JournalWriter: ~Copyable {
    /// Bytes of a segment beyond which the next one begins.
    public static let segmentBytes = 64 << 20

    public let recording: RecordingID
    /// Unix milliseconds: records count from here.
    public let start: Int64
    private let folder: URL
    private let key: JournalKey?
    private let segmentLimit: Int
    private var segment: Segment
    private var body: [UInt8] = []
    private var bodyStart: UInt64 = 0
    /// Bytes on the disk, of this writer's segments.
    public private(set) var bytes = SegmentHeader.bytes

    // Not private: the optimizer writes its metadata into modules that own a writer, where a private name is not found.
    struct Segment: ~Copyable {
        let file: JournalFile
        let number: UInt32
        let cipher: JournalCipher?
        var blocks: UInt32 = 0
        var length = SegmentHeader.bytes
        /// Whether nothing may follow in this file.
        var isOver = false
    }

    /// Begins a journal in a folder that is made here, or goes on with the one that is there, in a new segment.
    ///
    /// - Parameters:
    ///   - now: Unix milliseconds.
    ///   - segmentLimit: bytes of a segment beyond which the next one begins.
    public init(folder: URL, key: JournalKey?, now: Int64, segmentLimit: Int = segmentBytes) throws(JournalError) {
        if !FileManager.default.fileExists(atPath: folder.path) {
            do {
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw .system(EIO, folder.path)
            }
            try JournalFile.synchronize(folder: folder.deletingLastPathComponent().path)
        }
        let before = try JournalSegments(in: folder)
        let recording = before.headers.first?.recording ?? .random()
        let start = before.headers.first?.start ?? now
        let first = try Self.begin(
            number: before.nextNumber, after: nil, in: folder, recording: recording, start: start, key: key)
        self.recording = recording
        self.start = start
        self.folder = folder
        self.key = key
        self.segmentLimit = segmentLimit
        segment = first
    }

    /// Takes a record; it is on the disk after the next `flush`.
    public mutating func append(_ record: JournalRecord) throws(JournalError) {
        if body.isEmpty { bodyStart = record.time }
        guard body.count < BlockHeader.largestBody - RecordCoding.largestContent - 64,
            RecordCoding.write(record, since: bodyStart, into: &body)
        else { throw .badRecord }
    }

    /// The number of the segment that is being written: above those of all that were there when this writer began.
    public var segmentNumber: UInt32 { segment.number }

    /// Bytes that wait to be flushed.
    public var waiting: Int { body.count }

    /// Leaves out what waits: where the disk is full, so that what comes next has a chance.
    public mutating func dropWaiting() { body.removeAll(keepingCapacity: true) }

    /// Brings what has gathered to the disk. After an error the journal is as it was, and it still waits.
    public mutating func flush() throws(JournalError) {
        guard !body.isEmpty else { return }
        if segment.isOver || segment.length >= segmentLimit {
            segment = try Self.begin(
                number: segment.number + 1, after: segment.blocks, in: folder, recording: recording, start: start,
                key: key)
            bytes += SegmentHeader.bytes
        }
        var header = BlockHeader(
            segment: segment.number, number: segment.blocks,
            length: UInt32(body.count + (segment.cipher == nil ? 0 : JournalCipher.tagBytes)), time: bodyStart,
            bodySum: 0)
        var stored = body
        if let cipher = segment.cipher {
            guard let sealed = cipher.seal(body, block: segment.blocks, header: header.sealed) else { throw .badRecord }
            stored = sealed
        }
        header.bodySum = Checksum.crc32(stored[...])
        let block = header.encoded + stored
        do {
            try segment.file.write(block)
            try segment.file.synchronize()
        } catch {
            // Half a block would be taken for damage. What may be on the disk of an encrypted one has used up its nonce.
            segment.isOver = segment.cipher != nil
            do { try segment.file.cut(to: segment.length) } catch { segment.isOver = true }
            throw error
        }
        segment.blocks += 1
        segment.length += block.count
        bytes += block.count
        dropWaiting()
    }

    private static func begin(
        number: UInt32, after blocks: UInt32?, in folder: URL, recording: RecordingID, start: Int64, key: JournalKey?
    ) throws(JournalError) -> Segment {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let header = SegmentHeader(
            recording: recording, number: number, isEncrypted: key != nil, start: start, salt: salt,
            blocksBefore: blocks)
        let place = folder.appendingPathComponent(JournalSegments.name(number))
        let file = try JournalFile(creating: place.path)
        do {
            try file.write(header.encoded)
            try file.synchronize()
            try JournalFile.synchronize(folder: folder.path)
        } catch {
            // Nothing of it is needed, and its name will be.
            try? FileManager.default.removeItem(at: place)
            throw error
        }
        return Segment(
            file: file, number: number,
            cipher: key.map { JournalCipher($0, recording: recording, salt: salt) })
    }
}

extension BlockHeader {
    /// What is sealed along with an encrypted body: all but the checksums, which are of what is stored.
    var sealed: [UInt8] { Array(encoded.prefix(Self.bytes - 8)) }
}

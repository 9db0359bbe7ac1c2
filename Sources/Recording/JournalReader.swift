import Foundation

/// Reads a journal from its begin, while it grows or when it is whole, past everything that is damaged.
public struct JournalReader {
    /// Something of the journal that is not there, or not readable.
    public struct Damage: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            /// Bytes in which no whole block stands.
            case unreadable(bytes: Int)
            /// The end of a segment whose writer was killed or whose machine lost power: expected, and at most what was not
            /// flushed yet.
            case cutOff(bytes: Int)
            /// Blocks that were written and are not there.
            case missing(blocks: UInt32)
            case missingSegments(Range<UInt32>)
            /// A whole block that is not of this place: it was moved or copied.
            case misplaced
            /// A file that is no segment of this recording.
            case stranger(String)
            /// Encrypted with another key, or changed by somebody.
            case sealBroken
        }

        public var segment: UInt32
        /// Bytes from the segment's begin.
        public var offset: Int
        public var kind: Kind
    }

    /// Where a block begins, or the next one will.
    public struct Place: Hashable, Sendable, Codable {
        var segment: UInt32
        var offset: Int
        var block: UInt32
    }

    private let folder: URL
    private let key: JournalKey?
    private var segments: JournalSegments
    private var index = 0
    private var offset = SegmentHeader.bytes
    private var blocks: UInt32 = 0
    private var strangers: Set<String> = []
    /// What was found so far, in the journal's order.
    public private(set) var damage: [Damage] = []
    public let recording: RecordingID
    /// Unix milliseconds: records count from here.
    public let start: Int64

    /// - Throws: `notJournal`, `needsKey` where it is encrypted and no key is given, or what the folder's disk says.
    public init(folder: URL, key: JournalKey?) throws(JournalError) {
        self.folder = folder
        self.key = key
        segments = try JournalSegments(in: folder)
        guard let first = segments.headers.first else { throw .notJournal }
        if first.isEncrypted, key == nil { throw .needsKey }
        recording = first.recording
        start = first.start
        note(segments)
        if first.number > 0 {
            damage.append(Damage(segment: 0, offset: 0, kind: .missingSegments(0..<first.number)))
        }
    }

    /// Where the next block is looked for.
    public var place: Place { Place(segment: segments.headers[index].number, offset: offset, block: blocks) }

    /// Goes to a place that another reader of the same journal was at; what is before it is not read.
    ///
    /// - Returns: false where there is no such place: then nothing has changed.
    public mutating func go(to place: Place) throws(JournalError) -> Bool {
        guard let found = segments.headers.firstIndex(where: { $0.number == place.segment }),
            place.offset >= SegmentHeader.bytes,
            try JournalFile(reading: segments.files[found].path).length() >= place.offset
        else { return false }
        (index, offset, blocks) = (found, place.offset, place.block)
        return true
    }

    /// The records of the next block that is whole; nil where nothing more has been written.
    ///
    /// - Parameter isOver: whether nobody writes any more: what is left at the end is then judged, too.
    public mutating func next(isOver: Bool) throws(JournalError) -> [JournalRecord]? {
        while true {
            let header = segments.headers[index]
            let file = try JournalFile(reading: segments.files[index].path)
            while let block = try block(in: file) {
                guard block.header.segment == header.number, block.header.number >= blocks else {
                    add(.misplaced, at: block.offset)
                    continue
                }
                if block.header.number > blocks {
                    add(.missing(blocks: block.header.number - blocks), at: block.offset)
                }
                blocks = block.header.number + 1
                if let records = records(of: block, in: header) { return records }
                add(.sealBroken, at: block.offset)
            }
            let tail = try file.length() - offset
            if index == segments.headers.count - 1 {
                segments = try JournalSegments(in: folder)
                note(segments)
                index = segments.headers.firstIndex { $0.number == header.number } ?? index
                guard index < segments.headers.count - 1 else {
                    if isOver, tail > 0 {
                        add(.cutOff(bytes: tail), at: offset)
                        offset += tail
                    }
                    return nil
                }
            }
            finish(header, tail: tail)
        }
    }

    /// How much of what is on the disk has been read: 0 … 1.
    public func part() throws(JournalError) -> Double {
        var (before, all) = (0, 0)
        for (place, file) in segments.files.enumerated() {
            let length = try JournalFile(reading: file.path).length()
            all += length
            before += place < index ? length : place == index ? min(offset, length) : 0
        }
        return all == 0 ? 1 : Double(before) / Double(all)
    }

    /// The next whole block of a segment, wherever it is; afterwards `offset` is behind it.
    private mutating func block(in file: borrowing JournalFile) throws(JournalError) -> BlockScan.Found? {
        if let header = BlockHeader(try file.read(from: offset, count: BlockHeader.bytes)[...]) {
            let body = try file.read(from: offset + BlockHeader.bytes, count: Int(header.length))
            if body.count == Int(header.length), Checksum.crc32(body[...]) == header.bodySum {
                defer { offset += BlockHeader.bytes + body.count }
                return BlockScan.Found(header: header, offset: offset, body: body[...])
            }
        }
        var scan = BlockScan(try file.read(from: offset, count: Self.largestSegment))
        guard var block = scan.next() else { return nil }
        if block.offset > 0 { add(.unreadable(bytes: block.offset), at: offset) }
        block.offset += offset
        offset += scan.offset
        return block
    }

    /// Bytes in which blocks are looked for behind damage.
    private static let largestSegment = JournalWriter.segmentBytes + 2 * BlockHeader.largestBody

    /// Goes on with the next segment.
    private mutating func finish(_ header: SegmentHeader, tail: Int) {
        let next = segments.headers[index + 1]
        if next.number == header.number + 1 {
            if let written = next.blocksBefore {
                if tail > 0 { add(.unreadable(bytes: tail), at: offset) }
                if written > blocks { add(.missing(blocks: written - blocks), at: offset + tail) }
            } else if tail > 0 {
                add(.cutOff(bytes: tail), at: offset)
            }
        } else {
            if tail > 0 { add(.unreadable(bytes: tail), at: offset) }
            add(.missingSegments(header.number + 1..<next.number), at: offset + tail)
        }
        index += 1
        offset = SegmentHeader.bytes
        blocks = 0
    }

    private func records(of block: BlockScan.Found, in header: SegmentHeader) -> [JournalRecord]? {
        guard header.isEncrypted else { return RecordCoding.read(Array(block.body), since: block.header.time) }
        guard let key else { return nil }
        return JournalCipher(key, recording: header.recording, salt: header.salt)
            .open(block.body, block: block.header.number, header: block.header.sealed)
            .flatMap { RecordCoding.read($0, since: block.header.time) }
    }

    private mutating func note(_ segments: JournalSegments) {
        for file in segments.strangers where strangers.insert(file.lastPathComponent).inserted {
            damage.append(Damage(segment: 0, offset: 0, kind: .stranger(file.lastPathComponent)))
        }
    }

    private mutating func add(_ kind: Damage.Kind, at offset: Int) {
        damage.append(Damage(segment: segments.headers[index].number, offset: offset, kind: kind))
    }
}

import Foundation

/// A finished piece of a film: its packets, and who spoke. What a killed composer has finished it does not do again.
///
/// A file of JSON and packets, integers little endian:
///
///     0  8  `GIAOPIE2`
///     8  8  FNV-1a (64 bits) of all that follows
///    16  4  bytes of the head
///    20     the head, JSON, and then each packet: stream (2), keyframe (1), duration (4), time (8), length (4), bytes
struct Piece {
    struct Head: Codable, Equatable {
        /// The recording's id; a piece of another is of no use.
        var recording: String
        var layout: String
        var number: Int
        /// Pictures in it: ``Piece/pictures``, or fewer in the last.
        var pictures: Int
        /// H.264 parameter sets, of the film and of the low one.
        var video: Data
        var lowVideo: Data
        /// Whose voices the streams from ``Piece/firstVoice`` on are.
        var voices: [String]
        /// When somebody spoke: by owner, pairs of pictures of the film, from and up to.
        var speech: [String: [[Int]]]
        /// Where a composer that goes on behind it begins to read.
        var checkpoint: Checkpoint?
    }

    struct Packet {
        /// ``Piece/pictureStream`` and those after it; then voices.
        var stream: Int
        var coded: CodedPacket
    }

    static let pictureStream = 0
    static let soundStream = 1
    /// The sound alone, for thin lines.
    static let thinStream = 2
    static let lowPictureStream = 3
    static let lowSoundStream = 4
    static let firstVoice = 5
    /// Pictures of a piece: a minute.
    static let pictures = 1_500
    static let samples = pictures * FilmRate.samplesPerPicture

    /// What ``CodedPacket/time`` is at most in a piece that comes before another, in a stream of it.
    static func length(of stream: Int) -> Int {
        switch stream {
        case pictureStream: pictures
        case lowPictureStream:
            pictures * PictureForm.low.pictures / PictureForm.low.seconds / FilmRate.picturesPerSecond
        default: samples
        }
    }

    private static let magic = Array("GIAOPIE2".utf8)

    var head: Head
    var packets: [Packet]

    func encoded() throws(ArchiveError) -> [UInt8] {
        guard let json = try? JSONEncoder().encode(head) else { throw .memory }
        var body: [UInt8] = []
        Self.append(UInt32(json.count), to: &body)
        body += json
        for packet in packets {
            Self.append(UInt16(clamping: packet.stream), to: &body)
            body.append(packet.coded.isKeyframe ? 1 : 0)
            Self.append(UInt32(clamping: packet.coded.duration), to: &body)
            Self.append(packet.coded.time, to: &body)
            Self.append(UInt32(packet.coded.bytes.count), to: &body)
            body += packet.coded.bytes
        }
        var out = Self.magic
        Self.append(Self.digest(body[...]), to: &out)
        return out + body
    }

    /// nil where the file is not whole.
    init?(_ file: [UInt8]) {
        var rest = file[...]
        guard rest.starts(with: Self.magic) else { return nil }
        rest = rest.dropFirst(Self.magic.count)
        guard let digest: UInt64 = Self.take(&rest), digest == Self.digest(rest), let length: UInt32 = Self.take(&rest),
            Int(length) <= rest.count,
            let head = try? JSONDecoder().decode(Head.self, from: Data(rest.prefix(Int(length))))
        else { return nil }
        rest = rest.dropFirst(Int(length))
        self.head = head
        packets = []
        while !rest.isEmpty {
            guard let stream: UInt16 = Self.take(&rest), let key = rest.popFirst(),
                let duration: UInt32 = Self.take(&rest), let time: Int64 = Self.take(&rest),
                let count: UInt32 = Self.take(&rest), Int(count) <= rest.count
            else { return nil }
            packets.append(
                Packet(
                    stream: Int(stream),
                    coded: CodedPacket(
                        time: time, duration: Int64(duration), isKeyframe: key == 1,
                        bytes: Array(rest.prefix(Int(count))))))
            rest = rest.dropFirst(Int(count))
        }
    }

    init(head: Head, packets: [Packet]) {
        self.head = head
        self.packets = packets
    }

    /// Against accidents, not against people.
    private static func digest(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBufferPointer { bytes in
            var sum: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
            return sum
        }
    }

    private static func append(_ value: some FixedWidthInteger, to out: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { out += $0 }
    }

    private static func take<Value: FixedWidthInteger>(_ bytes: inout ArraySlice<UInt8>) -> Value? {
        let count = Value.bitWidth / 8
        guard bytes.count >= count else { return nil }
        var value = Value.zero
        for (index, byte) in bytes.prefix(count).enumerated() {
            value |= Value(truncatingIfNeeded: UInt64(byte)) << Value(8 * index)
        }
        bytes = bytes.dropFirst(count)
        return value
    }
}

/// The finished pieces of a film, in a folder.
struct PieceFolder {
    let url: URL

    init(_ url: URL) throws(ArchiveError) {
        self.url = url
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .output(url.path, code: EIO)
        }
    }

    func save(_ piece: Piece) throws(ArchiveError) {
        try DurableFile.write(piece.encoded(), to: file(piece.head.number))
    }

    func piece(_ number: Int) -> Piece? { (try? Data(contentsOf: file(number))).flatMap { Piece([UInt8]($0)) } }

    /// The heads of the pieces that are of use: from the first on, without a gap, all of one film, none of them its last.
    ///
    /// - Parameter isSame: whether a head is of the film that is being made.
    func usable(_ isSame: (Piece.Head) -> Bool) -> [Piece.Head] {
        var heads: [Piece.Head] = []
        while let head = piece(heads.count)?.head, head.number == heads.count, head.pictures == Piece.pictures,
            isSame(head)
        {
            heads.append(head)
        }
        return heads
    }

    func removeAll() { try? FileManager.default.removeItem(at: url) }

    private func file(_ number: Int) -> URL { url.appendingPathComponent("\(number).piece") }
}

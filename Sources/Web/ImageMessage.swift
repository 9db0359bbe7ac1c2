import Relay

/// The head of a binary message of the socket (`media/signalling.md`): which image, and which part of it follows.
struct ImageHeader: Equatable, Sendable {
    enum Kind: UInt8, Sendable {
        case still = 1
        case page = 2
    }

    /// Bytes of a header.
    static let length = 24

    var kind: Kind
    /// 0, 1 or 2, by ``limit(_:size:)``.
    var size: UInt8
    /// Whose image it is; 0 from its owner.
    var participant: ParticipantID
    var version: UInt32
    /// Bytes of the whole image.
    var total: Int
    /// Where in it this part begins.
    var offset: Int

    /// Bytes that an image of a kind and size has at most; nil when there is no such size.
    static func limit(_ kind: Kind, size: UInt8) -> Int? {
        switch (kind, size) {
        case (.still, 0): 6_000
        case (.page, 0): 4_000
        case (.page, 1): 40_000
        case (.page, 2): 250_000
        default: nil
        }
    }

    /// Bytes of the longest message of a page.
    static let messageLimit = length + 250_000

    init(kind: Kind, size: UInt8, participant: ParticipantID, version: UInt32, total: Int, offset: Int) {
        self.kind = kind
        self.size = size
        self.participant = participant
        self.version = version
        self.total = total
        self.offset = offset
    }

    /// Reads the header of a message; nil when it is too short, or of no known kind.
    init?(parsing message: [UInt8]) {
        guard message.count >= Self.length, let kind = Kind(rawValue: message[0]), message[2] == 0, message[3] == 0
        else { return nil }
        func number(_ range: Range<Int>) -> UInt64 { message[range].reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(
            kind: kind, size: message[1], participant: ParticipantID(rawValue: number(4..<12)),
            version: UInt32(truncatingIfNeeded: number(12..<16)), total: Int(number(16..<20)),
            offset: Int(number(20..<24)))
    }

    /// The header and a part of the image as one message.
    func message(_ part: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.length + part.count)
        bytes += [kind.rawValue, size, 0, 0]
        func put(_ value: UInt64, _ count: Int) {
            for shift in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
        }
        put(participant.rawValue, 8)
        put(UInt64(version), 4)
        put(UInt64(clamping: total), 4)
        put(UInt64(clamping: offset), 4)
        return bytes + part
    }
}

/// Whether bytes begin as a WebP (RFC 9649 §2.4) or a JPEG (ITU-T T.81 §B.1.1.3) does: what pages can be made to show.
func isImage(_ bytes: ArraySlice<UInt8>) -> Bool {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return true }
    return bytes.count >= 16 && bytes.starts(with: "RIFF".utf8) && bytes.dropFirst(8).starts(with: "WEBP".utf8)
}

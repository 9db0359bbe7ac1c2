import Relay

/// An image as its owner has sent it.
struct StoredImage: Sendable, Equatable {
    var kind: ImageHeader.Kind
    var size: UInt8
    var version: UInt32
    var owner: ParticipantID
    /// Grows with each image that comes, whatever its owner's version says.
    var stamp: UInt64
    var bytes: [UInt8]
}

/// The latest images of one room: a still of each camera, and each shared page in its sizes.
struct ImageStore: Sendable {
    struct Key: Hashable, Sendable {
        var owner: ParticipantID
        var kind: ImageHeader.Kind
        var size: UInt8
    }

    /// How much one participant may upload: so much at once, and so much a second.
    private struct Allowance: Sendable {
        static let messages = (burst: 12.0, perSecond: 3.0)
        static let bytes = (burst: 800_000.0, perSecond: 150_000.0)

        var messages = Self.messages.burst
        var bytes = Self.bytes.burst
        var updated: Int64

        mutating func take(_ count: Int, now: Int64) -> Bool {
            let seconds = Double(max(now - updated, 0)) / 1e6
            messages = min(Self.messages.burst, messages + seconds * Self.messages.perSecond)
            bytes = min(Self.bytes.burst, bytes + seconds * Self.bytes.perSecond)
            updated = now
            guard messages >= 1, bytes >= Double(count) else { return false }
            messages -= 1
            bytes -= Double(count)
            return true
        }
    }

    /// Bytes of all images of a room: a thousand stills, and the pages of some thirty presenters.
    static let limit = 16 << 20

    private var images: [Key: StoredImage] = [:]
    private var allowances: [ParticipantID: Allowance] = [:]
    private var lastStamp: UInt64 = 0
    private(set) var bytes = 0
    /// The version of the page that each presenter sent last.
    private(set) var newestPage: [ParticipantID: UInt32] = [:]

    subscript(key: Key) -> StoredImage? { images[key] }

    /// Takes an image that its owner uploads, header and all. Whether the owner shows anything is the roster's to know.
    /// - Returns: what was uploaded.
    mutating func put(_ message: [UInt8], from owner: ParticipantID, now: Int64) throws(RoomRoster.Refused)
        -> StoredImage
    {
        guard let header = ImageHeader(parsing: message) else { throw .init(reason: "this is no image message") }
        guard let limit = ImageHeader.limit(header.kind, size: header.size) else {
            throw .init(reason: "an image has size 0, 1 or 2, a still 0")
        }
        let body = message[ImageHeader.length...]
        guard body.count <= limit else { throw .init(reason: "this image has more than \(limit) bytes") }
        guard header.participant.rawValue == 0, header.offset == 0, header.total == body.count else {
            throw .init(reason: "an image comes whole: participant and offset 0, total its length")
        }
        guard isImage(body) else { throw .init(reason: "an image is a WebP or a JPEG") }
        var allowance = allowances[owner] ?? Allowance(updated: now)
        let isAllowed = allowance.take(body.count, now: now)
        allowances[owner] = allowance
        guard isAllowed else { throw .init(reason: "images come too often") }
        if header.kind == .page, newestPage[owner] != header.version {
            // What is left of the page before is of no use to anybody.
            forgetPages(of: owner)
        }
        let key = Key(owner: owner, kind: header.kind, size: header.size)
        let before = images[key]?.bytes.count ?? 0
        guard bytes - before + body.count <= Self.limit else { throw .init(reason: "the room has too many images") }
        if header.kind == .page { newestPage[owner] = header.version }
        lastStamp += 1
        let image = StoredImage(
            kind: header.kind, size: header.size, version: header.version, owner: owner, stamp: lastStamp,
            bytes: Array(body))
        images[key] = image
        bytes += body.count - before
        return image
    }

    mutating func forgetStill(of owner: ParticipantID) {
        remove(Key(owner: owner, kind: .still, size: 0))
    }

    mutating func forgetPages(of owner: ParticipantID) {
        newestPage[owner] = nil
        for size: UInt8 in 0...2 { remove(Key(owner: owner, kind: .page, size: size)) }
    }

    mutating func forget(_ owner: ParticipantID) {
        forgetStill(of: owner)
        forgetPages(of: owner)
        allowances[owner] = nil
    }

    private mutating func remove(_ key: Key) {
        bytes -= images.removeValue(forKey: key)?.bytes.count ?? 0
    }
}

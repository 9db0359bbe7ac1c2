/// A file on its way to the store. What is large goes in parts, and after a crash goes on with those that the store has.
public struct ObjectUpload {
    /// Of a part; the last is shorter. A store takes 5 MiB to 5 GiB, and 10,000 of them.
    static let smallestPart = 8 << 20
    private static let mostParts = 9_000

    public let key: String
    /// Bytes of the file.
    public let length: Int64

    public init(key: String, length: Int64) {
        self.key = key
        self.length = length
    }

    /// Bytes of its parts: always the same for the same length, so that a later run cuts where an earlier one did.
    var partLength: Int64 {
        let megabyte: Int64 = 1 << 20
        let needed = (length / Int64(Self.mostParts) / megabyte + 1) * megabyte
        return max(Int64(Self.smallestPart), needed)
    }

    var ranges: [Range<Int64>] {
        stride(from: 0, to: length, by: Int64.Stride(partLength)).map { $0..<min($0 + partLength, length) }
    }

    /// Sends what the store does not have yet.
    ///
    /// - Parameters:
    ///   - known: the upload that an earlier run has begun.
    ///   - began: is told the upload's number before its first part leaves, to be kept.
    ///   - rate: asked before each part: bytes a second that leave at most; 0: as many as go.
    ///   - read: bytes of the file; nil where it has become shorter.
    /// - Throws: ``ObjectStoreError``, or what `began` and `read` throw.
    public func run(
        to store: ObjectStore, known: String?, began: (String) throws -> Void, rate: () -> Int,
        read: (Range<Int64>) throws -> [UInt8]?
    ) throws {
        func bytes(_ range: Range<Int64>) throws -> [UInt8] {
            guard let bytes = try read(range) else { throw ObjectStoreError.changed }
            return bytes
        }
        guard length > partLength else {
            try store.put(try bytes(0..<length), at: key, rate: rate())
            return
        }
        var upload = ""
        var there: [Int: ObjectStore.Part] = [:]
        if let known {
            do {
                for part in try store.parts(of: known, at: key) { there[part.number] = part }
                upload = known
            } catch ObjectStoreError.missing {
                // The store has given it up, or has finished it and the answer was lost: it is sent again.
            }
        }
        if upload.isEmpty {
            upload = try store.begin(key)
            try began(upload)
        }
        var parts: [ObjectStore.Part] = []
        for (index, range) in ranges.enumerated() {
            if let part = there[index + 1], part.length == Int64(range.count) {
                parts.append(part)
            } else {
                parts.append(
                    try store.put(try bytes(range), as: index + 1, of: upload, at: key, rate: rate()))
            }
        }
        try store.finish(upload, of: parts, at: key)
    }
}

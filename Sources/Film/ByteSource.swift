/// A file as its readers see it: bytes by their place. What reads the disk is handed in.
public struct ByteSource {
    /// Bytes.
    public let length: UInt64
    private let read: (UInt64, Int) -> [UInt8]

    /// - Parameter read: gives bytes from an offset on, as many as asked for where the file has them.
    public init(length: UInt64, read: @escaping (_ offset: UInt64, _ count: Int) -> [UInt8]) {
        self.length = length
        self.read = read
    }

    public init(_ bytes: [UInt8]) {
        self.init(length: UInt64(bytes.count)) { offset, count in
            guard let start = Int(exactly: offset), start <= bytes.count else { return [] }
            return Array(bytes[start...].prefix(count))
        }
    }

    /// Exactly so many bytes; nil where the file has not got them, or cannot be read.
    func bytes(at offset: UInt64, count: Int) -> [UInt8]? {
        guard count >= 0, offset <= length, UInt64(count) <= length - offset else { return nil }
        if count == 0 { return [] }
        let bytes = read(offset, count)
        return bytes.count == count ? bytes : nil
    }
}

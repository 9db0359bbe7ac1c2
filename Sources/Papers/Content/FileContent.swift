/// A file's bytes as they are asked for: a large file is never held whole.
public struct FileContent {
    /// Bytes of the file.
    public let count: Int
    private let read: (_ offset: Int, _ count: Int) -> [UInt8]

    /// - Parameter read: bytes from an offset on; fewer than asked for where the file ends or cannot be read.
    public init(count: Int, read: @escaping (_ offset: Int, _ count: Int) -> [UInt8]) {
        self.count = count
        self.read = read
    }

    public init(_ bytes: [UInt8]) {
        self.init(count: bytes.count) { offset, count in Array(bytes[offset..<offset + count]) }
    }

    /// What of a range is in the file.
    func bytes(at offset: Int, _ wanted: Int) -> [UInt8] {
        guard offset >= 0, offset < count, wanted > 0 else { return [] }
        return read(offset, min(wanted, count - offset))
    }
}

extension [UInt8] {
    /// A number of `size` bytes, least first; nil beyond the end.
    func number(at offset: Int, _ size: Int) -> Int? {
        guard offset >= 0, size >= 0, offset <= count, size <= count - offset else { return nil }
        return (0..<size).reversed().reduce(0) { $0 << 8 | Int(self[offset + $1]) }
    }

    func has(_ bytes: some Collection<UInt8>, at offset: Int = 0) -> Bool {
        offset >= 0 && offset <= count && self[offset...].starts(with: bytes)
    }
}

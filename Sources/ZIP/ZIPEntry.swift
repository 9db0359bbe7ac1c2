import CZlib

/// A file of a container, as it will be written: packed, counted, with its checksum.
public struct ZIPEntry: Sendable, Hashable {
    public enum Method: UInt16, Sendable { case stored = 0, deflated = 8 }

    /// A path of plain parts between slashes, see ``isName(_:)``.
    public let name: String
    public let method: Method
    /// CRC-32 of the contents.
    public let checksum: UInt32
    /// Bytes of the contents, and of what stands for them in the container.
    public let size: UInt64
    public let packedSize: UInt64

    public init(name: String, method: Method, checksum: UInt32, size: UInt64, packedSize: UInt64) {
        self.name = name
        self.method = method
        self.checksum = checksum
        self.size = size
        self.packedSize = packedSize
    }

    /// Bytes of the longest name that is taken.
    static let longestName = 250

    /// Whether a name leads nowhere but below the folder that it is unpacked in: no part is empty, `.` or `..`, none begins
    /// or ends with a space or ends with a dot, and there is nothing that another system reads as more than a letter.
    public static func isName(_ name: String) -> Bool {
        guard !name.isEmpty, name.utf8.count <= longestName else { return false }
        let refused: Set<Unicode.Scalar> = ["\\", ":", "*", "?", "\"", "<", ">", "|"]
        guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || refused.contains($0) })
        else {
            return false
        }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.first != " " && part.last != " " && part.last != "."
        }
    }
}

/// Why a container cannot be written or read. Offsets are bytes from its beginning.
public enum ZIPError: Error, Equatable, Sendable {
    /// A name that is refused, or twice there.
    case name(String)
    /// zlib's own trouble, out of memory mostly.
    case packing
    /// It is none, or not as this module writes them.
    case notAContainer(offset: UInt64)
    /// What a file's header says differs from the directory's, or from what is there.
    case damaged(String)
    /// More files, or more bytes of one file, than whoever reads it wants.
    case tooLarge(String)
}

/// CRC-32 (ISO 3309), as ZIP has it, of bytes that come in pieces.
public struct Checksum: Sendable {
    public private(set) var value: UInt32 = 0

    public init() {}

    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { all in
            var done = 0
            while done < all.count {
                // zlib counts in 32 bits.
                let count = min(all.count - done, 1 << 30)
                value = UInt32(
                    truncatingIfNeeded: crc32(UInt(value), all.baseAddress?.advanced(by: done), UInt32(count)))
                done += count
            }
        }
    }
}

/// A prepared film as it lies on the disk: frames in the order of their times, then an index of the points at which it
/// can be entered, then what it is. Numbers are little-endian.
///
/// ```
/// frame:   time in ms (32) | track (8) | 1 for a keyframe (8) | 0 (16) | length (32) | bytes …
/// entry:   time in ms (32) | offset of its first frame (64)
/// summary: offset of the index (64) | entries (32) | length in ms (32) | has sound (8) | sizes of the picture (8) | 0 (16)
///          height (16) × 2 | 0 (32) | bit/s (32) × 2 | "GBFILM01"
/// ```
public enum FilmFile {
    /// Time between two points at which a film can be entered, ms.
    public static let step: UInt32 = 2_000
    /// Longest film, ms: twelve hours.
    public static let longest: UInt32 = 12 * 3600 * 1000
    /// Longest frame that is taken, bytes.
    public static let frameLimit = 1 << 20

    static let frameHeaderLength = 12
    static let entryLength = 12
    static let summaryLength = 44
    static let magic = Array("GBFILM01".utf8)

    /// One size of the picture.
    public struct Size: Equatable, Sendable {
        /// Pixels.
        public var height: Int
        /// On average, bit/s.
        public var rate: Int

        public init(height: Int, rate: Int) {
            self.height = height
            self.rate = rate
        }
    }

    /// What a film is.
    public struct Summary: Equatable, Sendable {
        /// ms.
        public var length: UInt32
        public var hasSound: Bool
        /// Of the picture, the smallest first; none: sound only. 0 to 2.
        public var sizes: [Size]
        public var indexOffset: UInt64
        public var indexCount: UInt32

        public init(length: UInt32, hasSound: Bool, sizes: [Size], indexOffset: UInt64, indexCount: UInt32) {
            self.length = length
            self.hasSound = hasSound
            self.sizes = sizes
            self.indexOffset = indexOffset
            self.indexCount = indexCount
        }

        /// Reads the end of a file.
        init(of file: ByteSource) throws(FilmError) {
            guard file.length >= UInt64(FilmFile.summaryLength),
                let bytes = file.bytes(
                    at: file.length - UInt64(FilmFile.summaryLength), count: FilmFile.summaryLength),
                bytes[36...].elementsEqual(FilmFile.magic),
                let offset = bytes.littleEndian(UInt64.self, at: 0), let count = bytes.littleEndian(UInt32.self, at: 8),
                let length = bytes.littleEndian(UInt32.self, at: 12), length <= FilmFile.longest + FilmFile.step,
                bytes[17] <= 2, bytes[16] > 0 || bytes[17] > 0,
                // The index fills what lies between the frames and this.
                count > 0, count <= FilmFile.longest / FilmFile.step + 1,
                case let index = UInt64(count) * UInt64(FilmFile.entryLength) + UInt64(FilmFile.summaryLength),
                index <= file.length, offset == file.length - index
            else { throw .malformed(at: 0) }
            sizes = (0..<Int(bytes[17])).map { position in
                Size(
                    height: Int(bytes.littleEndian(UInt16.self, at: 20 + 2 * position) ?? 0),
                    rate: Int(bytes.littleEndian(UInt32.self, at: 28 + 4 * position) ?? 0))
            }
            self.length = length
            hasSound = bytes[16] > 0
            indexOffset = offset
            indexCount = count
        }

        var bytes: [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(littleEndian: indexOffset)
            bytes.append(littleEndian: indexCount)
            bytes.append(littleEndian: length)
            bytes.append(hasSound ? 1 : 0)
            bytes.append(UInt8(clamping: sizes.count))
            bytes.append(littleEndian: UInt16(0))
            for position in 0..<2 {
                bytes.append(littleEndian: UInt16(clamping: position < sizes.count ? sizes[position].height : 0))
            }
            bytes.append(littleEndian: UInt32(0))
            for position in 0..<2 {
                bytes.append(littleEndian: UInt32(clamping: position < sizes.count ? sizes[position].rate : 0))
            }
            return bytes + FilmFile.magic
        }
    }
}

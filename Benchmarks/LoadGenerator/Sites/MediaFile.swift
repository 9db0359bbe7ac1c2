import Foundation

/// Encoded frames in an IVF file: 32 bytes of header, then each frame behind its length (4 bytes) and time (8 bytes),
/// little-endian.
final class MediaFile {
    private let bytes: [UInt8]
    private(set) var frames: [Range<Int>] = []
    /// Whether a VP8 frame needs none before it (RFC 6386 §9.1); for other codecs without meaning.
    private var isKey: [Bool] = []

    init?(path: String) {
        guard let data = FileManager.default.contents(atPath: path), data.count > 32 else { return nil }
        bytes = [UInt8](data)
        var offset = 32
        while offset + 12 <= bytes.count {
            let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
            let start = offset + 12
            guard length > 0, start + length <= bytes.count else { break }
            frames.append(start..<(start + length))
            isKey.append(bytes[start] & 1 == 0)
            offset = start + length
        }
        if frames.isEmpty { return nil }
    }

    func frame(_ index: Int) -> ArraySlice<UInt8> { bytes[frames[index]] }

    func isKeyframe(_ index: Int) -> Bool { isKey[index] }

    /// The first keyframe from here on, around the end.
    func keyframe(from index: Int) -> Int {
        for step in 0..<frames.count where isKey[(index + step) % frames.count] { return (index + step) % frames.count }
        return 0
    }
}

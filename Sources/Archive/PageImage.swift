import CAV
import Foundation

/// The image of a page, from a file in the journal's folder.
enum PageImage {
    private static let mostBytes = 32 << 20

    /// - Parameter path: as an event names it: relative, and never out of the folder.
    /// - Returns: nil where there is no such file, or it is no PNG, JPEG or WebP image.
    static func read(_ path: String, in folder: URL) -> Picture? {
        guard let file = place(path, in: folder), let bytes = try? [UInt8](Data(contentsOf: file)),
            bytes.count <= mostBytes
        else { return nil }
        return decode(bytes)
    }

    /// Where a path leads; nil where it leads out of the folder, also by a link.
    static func place(_ path: String, in folder: URL) -> URL? {
        guard !path.isEmpty, !path.hasPrefix("/"), !path.utf8.contains(0) else { return nil }
        let root = folder.resolvingSymlinksInPath().path
        let file = folder.appendingPathComponent(path).standardizedFileURL.resolvingSymlinksInPath()
        return file.path.hasPrefix(root + "/") ? file : nil
    }

    static func decode(_ bytes: [UInt8]) -> Picture? {
        let id: AVCodecID
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            id = AV_CODEC_ID_PNG
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            id = AV_CODEC_ID_MJPEG
        } else if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            id = AV_CODEC_ID_WEBP
        } else {
            return nil
        }
        return try? PictureDecoder(id, named: "image").decode(bytes)
    }
}

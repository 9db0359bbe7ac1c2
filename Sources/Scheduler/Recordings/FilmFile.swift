import Archive
import Foundation
import Identity

/// A file of a recording's film that is given out, by its name.
public enum FilmFile: String, CaseIterable, Sendable {
    /// Picture, sound and chapters.
    case film = "film.mp4"
    /// The film, small, for thin lines.
    case low = "low.mp4"
    /// The film while it is composed.
    case growing = "growing.mp4"
    /// The sound alone, for the thinnest.
    case sound = "sound.mp4"
    case chapters = "chapters.vtt"
    /// Who speaks.
    case speakers = "speakers.vtt"
    /// Who spoke how long.
    case talk = "talk.json"

    public var type: String {
        switch self {
        case .film, .low, .growing, .sound: "video/mp4"
        case .chapters, .speakers: "text/vtt; charset=utf-8"
        case .talk: "application/json; charset=utf-8"
        }
    }

    /// What the chain of acts calls it; nil for what tells of a film and is none.
    var fetched: String? {
        switch self {
        case .film, .low, .growing: "film"
        case .sound: "sound"
        case .chapters, .speakers, .talk: nil
        }
    }

    func url(in folder: FilmFolder) -> URL { folder.url.appendingPathComponent(rawValue) }
}

/// A film's file, opened: what is read of it is one content also where another takes its place meanwhile.
public struct FilmContent: Sendable {
    public let type: String
    /// Bytes, as it was opened: a film that grows has more later.
    public let length: Int
    /// Another content has another.
    public let tag: String
    /// Whether the film is done; then its files change no more, but by being composed again.
    public let isFinal: Bool
    /// `Hop-giao-ban-2026-11-23-1.mp4`: ASCII only.
    public let name: String
    private let bytes: FileBytes
    private let work: BlockingWork

    /// What is read and sent at once.
    private static let piece = 256 << 10

    /// - Throws: ``ActError/notFound`` where there is no such file.
    init(_ file: FilmFile, in folder: FilmFolder, name: String, work: BlockingWork) throws {
        try self.init(
            file.url(in: folder), type: file.type, name: name, isFinal: folder.readState()?.phase == .done, work: work)
    }

    /// - Throws: ``ActError/notFound`` where there is no such file.
    init(_ url: URL, type: String, name: String, isFinal: Bool, work: BlockingWork) throws {
        guard let bytes = try? FileBytes(url), let length = Int(exactly: bytes.length) else { throw ActError.notFound }
        self.type = type
        self.isFinal = isFinal
        self.name = name
        self.work = work
        self.bytes = bytes
        self.length = length
        tag = "\"\(String(bytes.identity, radix: 16))-\(String(length, radix: 16))\""
    }

    /// Gives a part, a piece at a time, as fast as it is taken.
    ///
    /// - Parameter part: within the file's length.
    public func write(_ part: Range<Int>, _ take: ([UInt8]) async throws -> Void) async throws {
        var offset = part.lowerBound
        while offset < part.upperBound {
            let count = min(Self.piece, part.upperBound - offset)
            let place = UInt64(clamping: offset)
            let read = try await work.run { [bytes] in Result { try bytes.bytes(at: place, count: count) } }.get()
            guard let read else { throw CocoaError(.fileReadUnknown) }
            try await take(read)
            offset += count
        }
    }
}

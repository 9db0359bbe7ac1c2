import Archive
import Foundation
import Identity
import ObjectStore
import Store

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
    private let source: Source
    private let work: BlockingWork

    private enum Source: Sendable {
        case file(FileBytes)
        case stored(ObjectStore, key: String, tag: String)

        /// What is read and sent at once: a store takes its time for each question.
        var piece: Int { if case .file = self { 256 << 10 } else { 2 << 20 } }

        func bytes(_ range: Range<Int>) throws -> [UInt8]? {
            switch self {
            case .file(let bytes): return try bytes.bytes(at: UInt64(clamping: range.lowerBound), count: range.count)
            case .stored(let objects, let key, let tag):
                var found: [UInt8] = []
                found.reserveCapacity(range.count)
                try objects.read(key, Int64(range.lowerBound)..<Int64(range.upperBound), tag: tag) { part in
                    found += part
                    // A store that does not know ranges would give the whole.
                    return found.count <= range.count
                }
                return found.count == range.count ? found : nil
            }
        }
    }

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
        source = .file(bytes)
        self.length = length
        tag = "\"\(String(bytes.identity, radix: 16))-\(String(length, radix: 16))\""
    }

    /// The same from a store.
    ///
    /// - Throws: ``ObjectStoreError``; ``ActError/notFound`` where the store does not have it.
    init(
        _ file: FilmFile, _ objects: ObjectStore, key: String, stored: StoredObject, name: String, work: BlockingWork
    ) throws {
        guard let tag = stored.tag, let there = try objects.object(at: key), let length = Int(exactly: there.length)
        else { throw ActError.notFound }
        guard there.tag == tag else { throw ObjectStoreError.changed }
        type = file.type
        self.name = name
        self.work = work
        source = .stored(objects, key: key, tag: tag)
        self.length = length
        isFinal = true
        self.tag = "\"\(stored.sha256.prefix(32))\""
    }

    /// Gives a part, a piece at a time, as fast as it is taken.
    ///
    /// - Parameter part: within the file's length.
    public func write(_ part: Range<Int>, _ take: ([UInt8]) async throws -> Void) async throws {
        var offset = part.lowerBound
        while offset < part.upperBound {
            let count = min(source.piece, part.upperBound - offset)
            let range = offset..<offset + count
            let read = try await work.run { [source] in Result { try source.bytes(range) } }.get()
            guard let read else { throw CocoaError(.fileReadUnknown) }
            try await take(read)
            offset += count
        }
    }
}

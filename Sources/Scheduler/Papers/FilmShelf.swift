import Conversion
import Film
import Foundation
import Logging

/// The papers of picture and sound that can be played in a call: each is prepared once, one after the other.
public actor FilmShelf {
    /// How far a paper is.
    public enum State: Sendable {
        /// ms.
        case ready(length: Int64)
        case preparing
        /// In words for whoever wants it played.
        case failed(vietnamese: String, english: String)
    }

    private let folders: PaperFolders
    private let preparation: FilmPreparation
    private let logger: Logger
    private var waiting: [String] = []
    private var failures: [String: FilmPreparation.Failure] = [:]
    private var lengths: [String: Int64] = [:]
    private var isWorking = false

    init(_ folders: PaperFolders, preparation: FilmPreparation = FilmPreparation(), logger: Logger) {
        self.folders = folders
        self.preparation = preparation
        self.logger = logger
    }

    /// Whether files of a media type (RFC 6838) can be played.
    public static func canPlay(_ type: String) -> Bool { type.hasPrefix("video/") || type.hasPrefix("audio/") }

    /// How far a file is; one that nobody has asked for begins to be prepared.
    ///
    /// - Parameter sha256: of the original, as the store has it.
    public func state(of sha256: String) -> State {
        if let length = lengths[sha256] { return .ready(length: length) }
        if let summary = FilmPreparation.summary(of: folders.film(of: sha256)) {
            lengths[sha256] = Int64(summary.length)
            return .ready(length: Int64(summary.length))
        }
        if let failure = failures[sha256] { return Self.words(failure) }
        if !waiting.contains(sha256) {
            waiting.append(sha256)
            work()
        }
        return .preparing
    }

    private func work() {
        guard !isWorking, let next = waiting.first else { return }
        isWorking = true
        Task { [self] in
            let (film, original) = (folders.film(of: next), folders.original(next))
            let failure = await Self.prepare(original, as: film, by: preparation)
            finish(next, failure)
        }
    }

    private func finish(_ sha256: String, _ failure: (any Error)?) {
        if let failure {
            logger.notice("a film was not prepared", metadata: ["file": "\(sha256)", "error": "\(failure)"])
            failures[sha256] = failure as? FilmPreparation.Failure ?? .unavailable("\(failure)")
        }
        waiting.removeAll { $0 == sha256 }
        isWorking = false
        work()
    }

    /// On a thread of its own, since it takes minutes.
    private static func prepare(
        _ original: URL, as film: URL, by preparation: FilmPreparation
    ) async -> (any Error)? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                do {
                    try FileManager.default.createDirectory(
                        at: film.deletingLastPathComponent(), withIntermediateDirectories: true,
                        attributes: [.posixPermissions: 0o700])
                    try preparation.prepare(original, as: film)
                    continuation.resume(returning: nil)
                } catch {
                    continuation.resume(returning: error)
                }
            }
        }
    }

    private static func words(_ failure: FilmPreparation.Failure) -> State {
        switch failure {
        case .unreadable:
            .failed(
                vietnamese: "Không đọc được hình hoặc âm thanh của tệp này. Hãy lưu lại dưới dạng MP4 rồi đưa lên lại.",
                english: "Neither picture nor sound of this file can be read. Save it as MP4 and upload it again.")
        case .tooLong:
            .failed(
                vietnamese: "Tệp quá dài để chiếu. Hãy cắt thành nhiều phần.",
                english: "The file is too long to be played. Cut it into parts.")
        case .unavailable:
            .failed(
                vietnamese: "Máy chủ chưa chuẩn bị được tệp này để chiếu. Hãy báo quản trị hệ thống.",
                english: "The server could not prepare this file. Tell the system's administrator.")
        }
    }
}

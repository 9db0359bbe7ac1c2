import Briefing
import Foundation
import Identity
import Store

/// Whether a recording's files are what the chain of acts says of them.
public struct IntegrityCheck: Sendable {
    /// What the chain knows.
    public struct Known: Sendable {
        var kept: KeptRecording
        /// Whether the chain has the journal's hash as the row has it.
        var isJournalInChain: Bool
        /// nil before the film is done.
        var manifest: RecordManifest?
        var isManifestInChain: Bool
        /// The journal's segments that are there, in their order.
        var segments: [String]

        /// Whether all its files are known, those of its film among them.
        public var isSealed: Bool { manifest != nil }
    }

    /// What does not agree.
    public enum Finding: Sendable, Equatable {
        case missing(path: String)
        case length(path: String, was: Int64, is: Int64)
        case content(path: String)
        case unreadable(path: String)
        /// A segment that the journal did not have.
        case added(path: String)
        /// The row's hash is not the chain's: somebody has changed the database.
        case journalNotInChain
        case manifestNotInChain
        /// The segments together are not what they were when the recording ended.
        case journal

        public var sentence: Sentence {
            switch self {
            case .missing(let path):
                Sentence(vietnamese: "Thiếu tệp \(path).", english: "\(path) is missing.")
            case .length(let path, let was, let now):
                Sentence(
                    vietnamese: "Tệp \(path) dài \(now) byte, lúc đóng là \(was) byte.",
                    english: "\(path) has \(now) bytes; it had \(was).")
            case .content(let path):
                Sentence(
                    vietnamese: "Nội dung tệp \(path) không còn như lúc đóng.",
                    english: "The content of \(path) is not what it was.")
            case .unreadable(let path):
                Sentence(vietnamese: "Không đọc được tệp \(path).", english: "\(path) cannot be read.")
            case .added(let path):
                Sentence(vietnamese: "Có thêm tệp \(path) không thuộc bản ghi.", english: "\(path) was put beside it.")
            case .journalNotInChain:
                Sentence(
                    vietnamese: "Mã kiểm tra bản ghi trong cơ sở dữ liệu không khớp nhật ký hệ thống.",
                    english: "The recording's hash in the database is not the one in the chain of acts.")
            case .manifestNotInChain:
                Sentence(
                    vietnamese: "Danh sách tệp trong cơ sở dữ liệu không khớp nhật ký hệ thống.",
                    english: "The list of files in the database is not the one in the chain of acts.")
            case .journal:
                Sentence(
                    vietnamese: "Dữ liệu ghi gốc không còn như lúc đóng bản ghi.",
                    english: "The journal is not what it was when the recording ended.")
            }
        }
    }

    /// Reads a file from its beginning to its end; nil where it is not there.
    public typealias Reader = (_ path: String, _ take: ([UInt8]) -> Void) throws -> Int64?

    /// Compares all files with what is known of them. A store that does not answer is no finding.
    ///
    /// - Throws: what `read` throws but for `CocoaError`.
    public static func run(_ known: Known, read: Reader) throws -> [Finding] {
        var findings: [Finding] = []
        if !known.isJournalInChain { findings.append(.journalNotInChain) }
        if known.manifest != nil, !known.isManifestInChain { findings.append(.manifestNotInChain) }
        let whole = OpenDigest()
        var journalBytes: Int64 = 0
        var isJournalRead = true
        let paths = known.manifest?.files.map(\.path) ?? known.segments
        for path in known.segments where known.manifest != nil && known.manifest?[path] == nil {
            findings.append(.added(path: path))
        }
        for path in paths {
            let one = OpenDigest()
            let isJournal = path.hasSuffix(".giaoban-journal")
            var length: Int64?
            do {
                length = try read(path) { bytes in
                    one.update(bytes)
                    if isJournal { whole.update(bytes) }
                }
            } catch is CocoaError {
                findings.append(.unreadable(path: path))
                if isJournal { isJournalRead = false }
                continue
            }
            guard let length else {
                findings.append(.missing(path: path))
                if isJournal { isJournalRead = false }
                continue
            }
            if isJournal { journalBytes += length }
            guard let was = known.manifest?[path] else { continue }
            if was.bytes != length {
                findings.append(.length(path: path, was: was.bytes, is: length))
            } else if one.finish() != was.sha256 {
                findings.append(.content(path: path))
            }
        }
        let isSame = journalBytes == known.kept.bytes && whole.finish() == known.kept.sha256
        if isJournalRead, !isSame { findings.append(.journal) }
        return findings
    }
}

/// A digest that closures can write into.
private final class OpenDigest {
    private var digest: SHA256? = SHA256()

    func update(_ bytes: [UInt8]) { digest?.update(bytes) }

    /// 64 hexadecimal digits; once.
    func finish() -> String {
        guard let whole = digest.take() else { return "" }
        return hexadecimal(whole.finish())
    }
}

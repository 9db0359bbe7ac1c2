import Briefing
import Foundation
import Papers
import Store

/// What a file's signatures were found to be worth.
struct CheckedSignatures: Codable, Sendable {
    struct Words: Codable, Sendable {
        var vi: String
        var en: String
    }

    struct Signature: Codable, Sendable {
        var who: String
        var agency: String?
        var serial: String?
        var issuer: String?
        /// ISO 8601: as the signer says, and as a time-stamp authority has proved.
        var claimedAt: String?
        var provedAt: String?
        var isValid: Bool
        var isStamp: Bool
        var words: Words
        var coversWholeFile: Bool
        /// `nothing`, `signatures` or `changes`.
        var laterChanges: String
        /// `good`, `revoked` or `unknown`.
        var revocation: String
    }

    var signatures: [Signature]
    /// Why the file could not be read; nil where it could.
    var trouble: Words?

    init(_ reports: [SignatureReport]) {
        // A place where nobody has signed is no signature.
        signatures = reports.filter { $0.integrity != .waiting }.map { report in
            var proved: String?
            if case .proved(let time) = report.timestamp { proved = SigningTime(seconds: time).iso8601 }
            return Signature(
                who: report.certificate?.name ?? "", agency: report.certificate?.organisation,
                serial: report.certificate?.serial, issuer: report.certificate?.issuer,
                claimedAt: report.claimedTime?.iso8601, provedAt: proved, isValid: report.isValid,
                isStamp: report.isStamp, words: Words(vi: report.vietnamese, en: report.english),
                coversWholeFile: report.later == .nothing && report.integrity == .intact,
                laterChanges: "\(report.later)", revocation: "\(report.revocation)")
        }
    }

    init(trouble: SigningError) {
        signatures = []
        self.trouble = Words(vi: trouble.vietnamese, en: trouble.english)
    }

    var json: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }
}

/// A paper's signatures as pages show them.
public struct SignaturesShown: Encodable, Sendable {
    var signatures: [CheckedSignatures.Signature]
    var trouble: CheckedSignatures.Words?
    /// When they were checked last; nil for a paper that is no PDF file.
    public var checkedAt: String?
}

extension SchedulerService {
    /// Seconds after which certificates may have ended or been revoked, so that everything is checked again.
    private static let checksHold = 12 * 3600

    /// - Parameter isAgain: whether to check now, whatever was found before.
    public func signatures(of id: PaperID, isAgain: Bool, as caller: Caller) async throws -> SignaturesShown {
        let paper = try await paper(id, as: caller)
        guard let hash = paper.sha256, paper.type == "application/pdf" else { return SignaturesShown(signatures: []) }
        let now = now()
        let kept = try await store.read { try $0.checkedSignatures(hash) }
        let file = settings.papers.original(hash)
        let (found, at, anchors) = try await atDesk { desk -> (CheckedSignatures, Int, String?) in
            let anchors = desk.anchorsName(now: now)
            if !isAgain, let kept, kept.anchors == anchors, now - kept.at < Self.checksHold,
                let old = try? JSONDecoder().decode(CheckedSignatures.self, from: Data(kept.reports.utf8))
            {
                return (old, kept.at, nil)
            }
            do {
                let reports = try SignatureCheck.reports(
                    of: try self.bytes(of: file), trusting: desk.anchors(now: now), now: Int64(now))
                return (CheckedSignatures(reports), now, anchors)
            } catch let error as SigningError {
                return (CheckedSignatures(trouble: error), now, anchors)
            }
        }
        if let anchors {
            let json = try found.json
            try await store.write {
                try $0.keepCheckedSignatures(hash, anchors: anchors, reports: json, now: now)
            }
        }
        return SignaturesShown(signatures: found.signatures, trouble: found.trouble, checkedAt: localText(at))
    }
}

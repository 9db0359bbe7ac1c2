import ArgumentParser
import Foundation
import Papers

/// `giaoban sign verify`: what a paper's signatures are worth.
struct SignVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check all signatures of a PDF file.",
        discussion: "Ends with 1 where there is no signature, or one that is not valid.")

    @Argument(help: "The PDF file.")
    var paper: String

    @Option(help: "PEM files with the root certificates that are trusted.")
    var roots: [String] = []

    @Option(help: "Revocation lists (CRL, DER).")
    var crl: [String] = []

    @Flag(help: "Ask for revocation lists where the certificates say that they are.")
    var online = false

    @Option(help: "When, in Unix seconds. (default: now)")
    var at: Int64?

    @Flag(help: "Print one JSON object a line instead of sentences.")
    var json = false

    private struct Line: Encodable {
        var field: String
        var valid: Bool
        var signer: String?
        var integrity: String
        var trust: String
        var revocation: String
        var later: String
        var claimed: String?
        var proved: String?
        var vietnamese: String
        var english: String
    }

    func run() throws {
        let valid = try SignFiles.explained {
            let bytes = try SignFiles.read(paper)
            let now = at ?? Int64(Date().timeIntervalSince1970)
            let roots = try roots.flatMap { try Certificate.all(pem: SignFiles.read($0)) }
            var lists = try crl.map { try SignFiles.read($0) }
            var reports = try SignatureCheck.reports(
                of: bytes, trusting: TrustAnchors(roots: roots, revocations: lists), now: now)
            // Only those of certificates that come from a trusted root are asked for.
            let missing = Set(
                reports.filter { $0.trust == .trusted && $0.revocation == .unknown }.flatMap(\.revocationAddresses))
            if online, !missing.isEmpty {
                lists += SignNetwork.revocationLists(missing.sorted())
                reports = try SignatureCheck.reports(
                    of: bytes, trusting: TrustAnchors(roots: roots, revocations: lists), now: now)
            }
            for report in reports { print(try text(report)) }
            if reports.isEmpty { print("Tệp chưa có chữ ký số.\nThe file has no signature.") }
            return !reports.isEmpty && reports.allSatisfy(\.isValid)
        }
        guard valid else { throw ExitCode(1) }
    }

    private func text(_ report: SignatureReport) throws -> String {
        guard json else { return "\(report.field)\n  \(report.vietnamese)\n  \(report.english)" }
        var proved: String?
        if case .proved(let time) = report.timestamp { proved = SigningTime(seconds: time).iso8601 }
        let line = Line(
            field: report.field, valid: report.isValid, signer: report.certificate?.name,
            integrity: "\(report.integrity)", trust: "\(report.trust)", revocation: "\(report.revocation)",
            later: "\(report.later)", claimed: report.claimedTime?.iso8601, proved: proved,
            vietnamese: report.vietnamese, english: report.english)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(line), as: UTF8.self)
    }
}

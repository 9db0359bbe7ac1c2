import ArgumentParser
import Conversion
import Foundation

/// `giaoban convert`: pages of a file as the server makes them, and whether the sandbox holds in which it does.
struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make pages of a paper, or check the sandbox in which the server does.",
        discussion: """
            giaoban convert --check-sandbox --data /var/lib/giaoban
            giaoban convert paper.docx --type application/msword --out pages
            """)

    @Flag(help: "Let programs inside the sandbox try what they must not, and say of each that it was refused.")
    var checkSandbox = false

    @Option(help: "The server's folder, which nothing inside the sandbox may read.")
    var data = "var"

    @Option(help: "The file's Internet media type.")
    var type = "application/pdf"

    @Option(help: "A folder for the pages; made, or empty.")
    var out = "pages"

    @Argument(help: "The paper.")
    var file: String?

    func run() throws {
        let missing = PaperConversion.missingPackages()
        guard missing.isEmpty else { throw ValidationError("install \(missing.joined(separator: " "))") }
        if checkSandbox { return try check() }
        guard let file else { throw ValidationError("Name a paper, or --check-sandbox.") }
        guard let kind = PaperKind(type: type) else { throw ValidationError("No pages are made of \(type).") }
        let folder = URL(fileURLWithPath: out)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        do throws(ConversionEnd) {
            let result = try PaperConversion(of: URL(fileURLWithPath: file), kind: kind, into: folder).run()
            print("\(result.pages.count) pages, \(result.milliseconds) ms, \(result.peakBytes >> 20) MB")
        } catch {
            switch error {
            case .failed(let reason, let detail):
                print("\(reason.rawValue): \(detail)")
                throw ExitCode.failure
            case .stopped: throw ExitCode.failure
            }
        }
    }

    private func check() throws {
        let work = FileManager.default.temporaryDirectory.appendingPathComponent("giaoban-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: work) }
        var allowed = 0
        try SandboxTrials(data: URL(fileURLWithPath: data).standardizedFileURL, work: work).run { outcome in
            print("\(outcome.isRefused ? "refused" : "ALLOWED")  \(outcome.attempt)  \(outcome.detail)")
            if !outcome.isRefused { allowed += 1 }
        }
        guard allowed == 0 else {
            print("The sandbox does not hold: \(allowed) attempts were not refused.")
            throw ExitCode.failure
        }
        print("The sandbox holds.")
    }
}

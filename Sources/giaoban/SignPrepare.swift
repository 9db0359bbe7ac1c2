import ArgumentParser
import Foundation
import Papers

/// `giaoban sign prepare`: a paper with a place for a signature.
struct SignPrepare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare", abstract: "Add a place for a signature to a PDF file.",
        discussion:
            "Prints the digest that is to be signed. A paper is prepared anew for each signer, one after another.")

    @Argument(help: "The PDF file. It is not changed.")
    var paper: String

    @Option(help: "Where the prepared file goes.")
    var out: String

    @Option(help: "Who signs.")
    var signer: String?

    @Option(help: "The agency for which it is signed.")
    var agency: String?

    @Option(help: "The paper's number and symbol.")
    var number: String?

    @Option(help: "Why it is signed.")
    var reason: String?

    @Option(help: "Where it is signed.")
    var location: String?

    @Option(help: "When it is signed, in Unix seconds. (default: now)")
    var at: Int64?

    @Flag(help: "Show nothing of it on page 1.")
    var hidden = false

    func run() throws {
        let form = SignatureForm(
            signer: signer, agency: agency, number: number, reason: reason, location: location,
            time: SigningTime(seconds: at ?? Int64(Date().timeIntervalSince1970)), isShown: !hidden)
        try SignFiles.explained {
            let prepared = try PreparedPaper(try SignFiles.read(paper), form: form)
            try SignFiles.write(prepared.bytes, to: out)
            print(prepared.digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
        }
    }
}

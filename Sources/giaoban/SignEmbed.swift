import ArgumentParser
import Foundation
import Papers

/// `giaoban sign embed`: the signer's signature into the prepared paper.
struct SignEmbed: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed", abstract: "Put a signature into the PDF file that was prepared for it.",
        discussion:
            "A signature of anything else is refused. With --tsa an authority's time-stamp goes along (PAdES B-T).")

    @Argument(help: "The prepared PDF file.")
    var paper: String

    @Argument(help: "The signature, from `giaoban sign key`.")
    var signature: String

    @Option(help: "Where the signed file goes.")
    var out: String

    @Option(help: "The address of a time-stamp authority (RFC 3161): http:// or https://.")
    var tsa: String?

    func run() throws {
        try SignFiles.explained {
            let prepared = try PreparedPaper(reading: try SignFiles.read(paper))
            var message = try SignFiles.read(signature)
            // Before an authority is asked: nobody pays for stamps on what does not fit.
            var signed = try prepared.embedding(message)
            if let tsa {
                var generator = SystemRandomNumberGenerator()
                let request = try TimestampRequest(
                    for: message, nonce: (0..<8).map { _ in UInt8.random(in: 0...255, using: &generator) })
                message = try request.stamped(by: SignNetwork.timestamp(request.der, from: tsa))
                signed = try prepared.embedding(message)
            }
            try SignFiles.write(signed, to: out)
        }
    }
}

import ArgumentParser
import Foundation
import Papers

/// `giaoban sign with`: the signer's whole part in one command, on their own machine.
struct SignWith: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "with", abstract: "Sign what a server has prepared, with a key on a token or in a file.",
        discussion: """
            Runs on the signer's machine. Fetches the paper by its one-time ticket, shows its title and digest, signs, and \
            sends the signature. The key stays where it is. What a broken line has cut off can be run again.
            """)

    @Option(help: "The server's address: https://…")
    var server: String

    /// Unconditional, since a ticket may begin with a hyphen.
    @Option(parsing: .unconditional, help: "The ticket that the approval's page shows.")
    var ticket: String

    @Option(help: "PEM file of the authority that signs the server's certificate. (default: the system's)")
    var authority: String?

    @OptionGroup var key: SignKeyOptions

    @Option(help: "Where the prepared file is kept as well, to be read before it is signed.")
    var keep: String?

    @Flag(help: "Do not ask whether to sign.")
    var yes = false

    func run() throws {
        let office = try SignTicket(server: server, ticket: ticket, authorities: authority)
        let wanted = try office.signing()
        print("Văn bản / Paper: \(wanted.title)")
        print("Người ký / Signer: \(wanted.signer)")
        if wanted.state == "done" {
            print("Máy chủ đã nhận chữ ký này.\nThe server has this signature already.")
            return
        }
        try SignFiles.explained {
            let bytes = try office.file()
            let prepared = try PreparedPaper(reading: bytes)
            let digest = prepared.digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            // What is signed is what this machine has got, and what the page has shown.
            guard digest == wanted.digest else { throw SigningError.signatureDoesNotFit }
            if let keep { try SignFiles.write(bytes, to: keep) }
            print("Mã băm SHA-256 / Digest: \(digest)")
            if !yes { try confirm() }
            let message = try key.message(signing: prepared)
            try office.send(message)
        }
        print("Đã ký và gửi về máy chủ.\nSigned, and sent to the server.")
    }

    private func confirm() throws {
        print("Ký văn bản này? Gõ “ký” hoặc “yes” / Sign it? Type “yes”: ", terminator: "")
        fflush(nil)
        let typed = readLine()?.trimmingCharacters(in: .whitespaces).lowercased()
        guard typed == "ký" || typed == "yes" else { throw ValidationError("Chưa ký.\nNothing was signed.") }
    }
}

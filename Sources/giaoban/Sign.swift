import ArgumentParser
import Foundation
import Papers

/// `giaoban sign`: signatures of papers, step by step, as files.
struct Sign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign PDF papers, and check their signatures.",
        discussion: """
            A paper is prepared where it is kept, signed where the key is, and completed where it is kept:
              giaoban sign prepare paper.pdf --agency "Văn phòng UBND tỉnh" --out prepared.pdf
              giaoban sign key prepared.pdf --pkcs11 /usr/lib/token.so --label Ký --out signature.der
              giaoban sign embed prepared.pdf signature.der --out signed.pdf
              giaoban sign verify signed.pdf --roots roots.pem
            Only `key` and `with` read a private key or ask a token. `key` needs nothing of a server; `with` asks one for \
            what waits there for the signer, and sends it the signature.
            """,
        subcommands: [SignPrepare.self, SignKey.self, SignWith.self, SignEmbed.self, SignVerify.self])
}

/// Reading and writing of what the steps hand on.
enum SignFiles {
    static func read(_ path: String) throws -> [UInt8] {
        let url = URL(fileURLWithPath: path)
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        guard size <= SigningLimits.fileBytes else {
            throw ValidationError("\(path): \(SigningError.tooLarge.english)")
        }
        return [UInt8](try Data(contentsOf: url))
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    /// The first line of a file, or what was typed behind a question.
    static func secret(file: String?, question: String) throws -> String {
        if let file {
            let text = String(decoding: try read(file), as: UTF8.self)
            return String(text.prefix { !$0.isNewline })
        }
        guard let typed = getpass(question) else { throw ValidationError("Nothing was typed.") }
        return String(cString: typed)
    }

    /// Both languages, since clerks and technicians read it.
    static func explained<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as SigningError {
            throw ValidationError("\(error.vietnamese)\n\(error.english)")
        }
    }
}

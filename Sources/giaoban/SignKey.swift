import ArgumentParser
import Foundation
import Papers

/// Where the signer's key is.
struct SignKeyOptions: ParsableArguments {
    @Option(name: .customLong("p12"), help: "A PKCS #12 file (.p12, .pfx) with key and certificate.")
    var keyFile: String?

    @Option(help: "The PKCS #11 module of a token, such as /usr/lib/softhsm/libsofthsm2.so.")
    var pkcs11: String?

    @Option(help: "The label of key and certificate on the token. (default: the only one)")
    var label: String?

    @Option(help: "The label of the token. (default: the only one)")
    var token: String?

    @Option(help: "A file whose first line is the PIN or the password. (default: it is asked for)")
    var pinFile: String?

    func validate() throws {
        guard (keyFile == nil) != (pkcs11 == nil) else { throw ValidationError("Give either --p12 or --pkcs11.") }
    }

    /// A signature of a prepared paper. Asks for the PIN where no file has it.
    func message(signing prepared: PreparedPaper) throws -> [UInt8] {
        let pin = try SignFiles.secret(file: pinFile, question: "PIN: ")
        do {
            if let keyFile {
                let key = try KeyFile(try SignFiles.read(keyFile), password: pin)
                let attributes = try SignedAttributes(digest: prepared.digest, certificate: key.certificate)
                return attributes.message(signature: try key.sign(attributes.bytesToSign), chain: key.chain)
            }
            let key = try TokenKey(module: pkcs11 ?? "", token: token, label: label, pin: pin)
            let attributes = try SignedAttributes(digest: prepared.digest, certificate: key.certificate)
            return attributes.message(signature: try key.sign(attributes.bytesToSign), chain: key.chain)
        } catch let error as SignKeyError {
            throw ValidationError("\(error.vietnamese)\n\(error.english)")
        }
    }
}

/// `giaoban sign key`: the signer's own step, on their own machine.
struct SignKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Sign a prepared PDF file with a key on a token or in a file.",
        discussion: "Runs on the signer's machine. The key stays where it is: only the signature is written.")

    @Argument(help: "The prepared PDF file: what is signed is what this file holds.")
    var paper: String

    @Option(help: "Where the signature goes.")
    var out: String

    @OptionGroup var key: SignKeyOptions

    func run() throws {
        try SignFiles.explained {
            let prepared = try PreparedPaper(reading: try SignFiles.read(paper))
            try SignFiles.write(try key.message(signing: prepared), to: out)
        }
    }
}

/// Why a key could not be used.
enum SignKeyError: Error {
    case wrongPassword
    case wrongPIN
    case locked
    case noModule(String)
    case noToken
    case noKey
    case noCertificate
    /// A call of PKCS #11 and what it returned.
    case token(String, UInt)
    case library

    var vietnamese: String {
        switch self {
        case .wrongPassword: "Mật khẩu của tệp khóa không đúng, hoặc tệp không phải là tệp PKCS #12."
        case .wrongPIN: "Mã PIN không đúng."
        case .locked: "Thiết bị ký số đã bị khóa do nhập sai mã PIN nhiều lần."
        case .noModule(let reason): "Không nạp được thư viện của thiết bị ký số: \(reason)."
        case .noToken: "Không tìm thấy thiết bị ký số, hoặc có nhiều thiết bị; hãy nêu rõ bằng --token."
        case .noKey: "Không tìm thấy khóa ký, hoặc có nhiều khóa; hãy nêu rõ bằng --label."
        case .noCertificate: "Không tìm thấy chứng thư số đi với khóa ký."
        case .token(let call, let code): "Thiết bị ký số báo lỗi \(String(code, radix: 16)) (\(call))."
        case .library: "Không tạo được chữ ký số bằng khóa này."
        }
    }

    var english: String {
        switch self {
        case .wrongPassword: "The password of the key file is wrong, or it is no PKCS #12 file."
        case .wrongPIN: "The PIN is wrong."
        case .locked: "The token is locked after too many wrong PINs."
        case .noModule(let reason): "The token's module cannot be loaded: \(reason)."
        case .noToken: "There is no such token, or several: name it by --token."
        case .noKey: "There is no such key, or several: name it by --label."
        case .noCertificate: "There is no certificate that belongs to the key."
        case .token(let call, let code): "The token says 0x\(String(code, radix: 16)) (\(call))."
        case .library: "This key makes no signature."
        }
    }
}

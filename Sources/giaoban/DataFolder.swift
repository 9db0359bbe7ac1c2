import ArgumentParser
import Foundation
import SecureTransport

/// What a server keeps on disk: made on the first start, readable only by its own user.
struct DataFolder {
    let url: URL

    init(_ url: URL) throws {
        self.url = url
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// A server's folder that is there already.
    /// - Throws: `ValidationError` where there is no database in it.
    init(existing url: URL) throws {
        self.url = url
        guard FileManager.default.fileExists(atPath: database.path) else {
            throw ValidationError("\(url.path) holds no giaoban.sqlite. Name the server's folder with --data.")
        }
    }

    /// The secret that signs join tokens and links in letters, 32 bytes.
    func tokenSecret() throws -> [UInt8] { try secret("token-secret") }

    /// The key of the chain of acts, 32 bytes. Who keeps a copy of it elsewhere can check the chain of a stolen disk.
    func auditKey() throws -> [UInt8] { try secret("audit-key") }

    /// All that the scheduler keeps.
    var database: URL { url.appendingPathComponent("giaoban.sqlite") }
    var mail: URL { url.appendingPathComponent("mail") }

    private func secret(_ name: String) throws -> [UInt8] {
        let file = url.appendingPathComponent(name)
        if let data = try? Data(contentsOf: file), data.count == 32 { return Array(data) }
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try write(Data(secret), to: file)
        return secret
    }

    /// The server's identity in DTLS, and in HTTPS where none is given. Renewed when it can no longer be read.
    func identity(hosts: [String]) throws -> TransportIdentity {
        let certificate = url.appendingPathComponent("certificate.pem")
        let key = url.appendingPathComponent("private-key.pem")
        if let certificatePEM = try? String(contentsOf: certificate, encoding: .utf8),
            let privateKeyPEM = try? String(contentsOf: key, encoding: .utf8),
            let identity = try? TransportIdentity(certificatePEM: certificatePEM, privateKeyPEM: privateKeyPEM)
        {
            return identity
        }
        let identity = try TransportIdentity.generate(commonName: "giaoban", hosts: hosts, validDays: 3650)
        try write(Data(identity.privateKeyPEM.utf8), to: key)
        try write(Data(identity.certificatePEM.utf8), to: certificate)
        return identity
    }

    /// Whole or not at all: written beside, then moved.
    private func write(_ data: Data, to file: URL) throws {
        let temporary = file.appendingPathExtension("new")
        _ = FileManager.default.createFile(
            atPath: temporary.path, contents: data, attributes: [.posixPermissions: 0o600])
        if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
        try FileManager.default.moveItem(at: temporary, to: file)
    }
}

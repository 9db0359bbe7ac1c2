import ArgumentParser
import Foundation
import Papers
import Scheduler

extension ServeSettings {
    /// What signatures are taken and judged by.
    /// - Throws: `ValidationError` with a sentence that says which setting is wrong and how to mend it.
    static func signing(roots: String?, stamps: String?, lists: String?, match: String?) throws -> SigningDesk {
        var certificates: [Certificate] = []
        if let roots {
            do {
                certificates = try Certificate.all(pem: [UInt8](try Data(contentsOf: URL(fileURLWithPath: roots))))
            } catch {
                throw ValidationError("--sign-roots: \(roots) cannot be read: \(error)")
            }
            guard !certificates.isEmpty else {
                throw ValidationError("--sign-roots: \(roots) holds no certificate in PEM.")
            }
        }
        if let stamps, !stamps.hasPrefix("http://"), !stamps.hasPrefix("https://") {
            throw ValidationError("--sign-tsa is an address, http://… or https://…, not \(stamps).")
        }
        guard let expectation = SigningDesk.Expectation(rawValue: match ?? "none") else {
            throw ValidationError("--sign-match is none or name, not \(match ?? "").")
        }
        return SigningDesk(
            roots: certificates, stampAddress: stamps,
            listAddresses: (lists ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) },
            expectation: expectation, fetch: { address, question in try SignNetwork.fetch(address, question) })
    }
}

import COpenSSL
import Foundation
import HTTPTypes
import Hummingbird

/// The name of one state of a text (RFC 9110 §8.8.3).
struct EntityTag: Hashable, Sendable {
    private let value: String

    init(of text: String) {
        let bytes = Array(text.utf8)
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 32
        _ = EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha256(), nil)
        value = base64url(Array(digest.prefix(16)))
    }

    /// What CalDAV asks for (RFC 4791 §5.3.4).
    var strong: String { "\"\(value)\"" }
    /// For what may come compressed or not.
    var weak: String { "W/\"\(value)\"" }

    /// Whether If-None-Match names it, by the weak comparison (RFC 9110 §13.1.2).
    func isNamed(in request: Request) -> Bool {
        request.headers[values: .ifNoneMatch].contains { header in
            header.split(separator: ",").contains {
                let tag = $0.trimmingCharacters(in: .whitespaces)
                return tag == "*" || tag == strong || tag == weak
            }
        }
    }
}

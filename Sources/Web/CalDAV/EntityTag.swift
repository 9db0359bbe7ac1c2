import Foundation
import HTTPTypes
import Hummingbird
import Identity

/// The name of one state of a text or file (RFC 9110 §8.8.3).
struct EntityTag: Hashable, Sendable {
    private let value: String

    init(of bytes: [UInt8]) { value = Base64.url.text(sha256(bytes).prefix(16)) }

    init(of text: String) { self.init(of: Array(text.utf8)) }

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

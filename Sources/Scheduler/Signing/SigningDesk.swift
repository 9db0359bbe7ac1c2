import Briefing
import Foundation
import Identity
import Papers
import Synchronization

/// What signing asks of the machine and of others: whom to believe, where time-stamps and revocation lists come from, and
/// threads of its own. It never holds a private key: nothing that is given to it could.
public final class SigningDesk: Sendable {
    /// What a signer's certificate has to say of them.
    public enum Expectation: String, Sendable, CaseIterable {
        /// Nothing: it is shown.
        case none
        /// Their name, as the directory has it.
        case name
    }

    /// How long fetched revocation lists are used before they are asked for again, and how long nobody asks again for one
    /// that could not be had; seconds.
    private static let listsHold = 3600
    private static let patience = 300

    private struct Lists {
        var content: [[UInt8]] = []
        var nextFetch = 0
    }

    let roots: [Certificate]
    /// Of a time-stamp authority (RFC 3161); nil where signatures are without (PAdES B-B).
    let stampAddress: String?
    let expectation: Expectation
    /// A few at once, the rest waiting: a file takes memory and a core while it is read.
    let work = BlockingWork(label: "signing", lanes: 1, room: 32)
    private let listAddresses: [String]
    private let fetch: @Sendable (_ address: String, _ question: [UInt8]?) throws -> [UInt8]
    private let lists = Mutex(Lists())

    /// Nobody is trusted: signatures are shown as what they are, none is taken.
    public convenience init() {
        self.init(roots: [], stampAddress: nil, listAddresses: [], expectation: .none) { _, _ in
            throw CocoaError(.fileReadUnknown)
        }
    }

    /// - Parameters:
    ///   - listAddresses: files, or http:// and https:// addresses, of revocation lists (RFC 5280 §5) in DER. Only these are
    ///     asked: an address in a certificate was written by whoever sent it.
    ///   - fetch: asks an address; blocks for a bounded time. The question goes as a time-stamp query (RFC 3161 §3.4).
    public init(
        roots: [Certificate], stampAddress: String?, listAddresses: [String], expectation: Expectation,
        fetch: @escaping @Sendable (_ address: String, _ question: [UInt8]?) throws -> [UInt8]
    ) {
        self.roots = roots
        self.stampAddress = stampAddress
        self.listAddresses = listAddresses
        self.expectation = expectation
        self.fetch = fetch
    }

    /// Whether signatures are taken.
    public var isOpen: Bool { !roots.isEmpty }

    /// Whom to believe now. Blocks while lists are fetched.
    func anchors(now: Int) -> TrustAnchors {
        TrustAnchors(roots: roots, revocations: revocations(now: now))
    }

    /// Names what ``anchors(now:)`` gives: what was judged by other anchors is judged again.
    func anchorsName(now: Int) -> String {
        var bytes: [UInt8] = []
        for part in roots.map(\.der) + revocations(now: now) { bytes += sha256(part) }
        return hexadecimal(sha256(bytes))
    }

    private func revocations(now: Int) -> [[UInt8]] {
        let known = lists.withLock { $0 }
        guard now >= known.nextFetch, !listAddresses.isEmpty else { return known.content }
        var content: [[UInt8]] = []
        var isWhole = true
        for address in listAddresses {
            if let list = try? self.list(address) { content.append(list) } else { isWhole = false }
        }
        // An old list says more than none; how old one may be, the list says itself.
        if !isWhole, content.count < known.content.count { content = known.content }
        let next = Lists(content: content, nextFetch: now + (isWhole ? Self.listsHold : Self.patience))
        lists.withLock { $0 = next }
        return content
    }

    private func list(_ address: String) throws -> [UInt8] {
        if address.hasPrefix("http://") || address.hasPrefix("https://") { return try fetch(address, nil) }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: address)))
    }

    /// A signature with the authority's time-stamp beside it, where one is configured (PAdES B-T).
    func stamped(_ message: [UInt8]) throws(ActError) -> [UInt8] {
        guard let stampAddress else { return message }
        do {
            let request = try TimestampRequest(for: message, nonce: randomBytes(8))
            let answer: [UInt8]
            do {
                answer = try fetch(stampAddress, request.der)
            } catch {
                throw ActError.refused(
                    code: "no-timestamp",
                    Sentence(
                        vietnamese:
                            "Chưa lấy được dấu thời gian nên chưa lưu chữ ký. Hãy gửi lại sau ít phút; không cần ký lại.",
                        english:
                            "The time-stamp authority did not answer, and nothing was kept. Send it again in a few minutes."
                    ))
            }
            return try request.stamped(by: answer)
        } catch let error as SigningError {
            throw .refused(code: "bad-signature", error.sentence)
        } catch let error as ActError {
            throw error
        } catch {
            throw .refused(code: "bad-signature", SigningError.signatureDoesNotFit.sentence)
        }
    }
}

extension SigningError {
    var sentence: Sentence { Sentence(vietnamese: vietnamese, english: english) }
}

extension SchedulerService {
    /// Runs what reads whole files off the threads that serve everybody else.
    func atDesk<Value: Sendable>(
        _ body: @escaping @Sendable (SigningDesk) throws -> Value
    ) async throws -> Value {
        let desk = settings.signing
        do {
            return try await desk.work.run { Result { try body(desk) } }.get()
        } catch is BlockingWork.TooBusy {
            throw ActError.tooOften(seconds: 5)
        } catch let error as SigningError {
            throw ActError.refused(code: "unsuited-file", error.sentence)
        }
    }
}

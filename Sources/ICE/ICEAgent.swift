/// What became of a datagram that looked like STUN.
public struct ICEResult: Sendable {
    public enum Outcome: Sendable, Equatable {
        /// Not a binding request for this agent, or damaged.
        case ignored
        /// A valid check on a pair that is not, or is already, the selected one.
        case validated
        /// A valid check that made its pair the selected one.
        case selectedChanged
        /// A request whose authentication failed or that was refused: nothing was remembered of it.
        case rejected
    }

    /// Bytes of the answer; 0 when there is none.
    public var responseLength: Int
    public var outcome: Outcome
}

/// The ICE-lite agent of one transport (RFC 8445 §2.5): answers the checks of a full agent, which nominates the pair,
/// and knows by them that the peer still consents (RFC 7675).
public struct ICEAgent: Sendable {
    /// Without a valid check for this long the peer no longer consents, µs (RFC 7675 §5.1).
    public static let consentLifetime: Int64 = 30_000_000
    /// Addresses that may be valid at once.
    public static let addressLimit = 16

    private struct Generation {
        var ufrag: [UInt8]
        var remoteUfrag: [UInt8]
        var key: HMACSHA1
    }

    private var current: Generation
    /// The credentials before a restart: valid until a check comes with the new ones.
    private var previous: Generation?
    private var validated = InlineArray<16, PeerAddress>(repeating: PeerAddress(high: 0, low: 0, port: 0))
    private var validatedCount = 0
    private var nextEviction = 0
    /// The pair that the peer nominated last.
    public private(set) var selected: PeerAddress?
    private var lastConsent: Int64?

    public init(local: ICECredentials, remoteUfrag: String, remotePassword: String) {
        current = Generation(
            ufrag: Array(local.ufrag.utf8), remoteUfrag: Array(remoteUfrag.utf8),
            key: HMACSHA1(key: Array(local.password.utf8)))
    }

    /// Takes a datagram that looks like STUN.
    ///
    /// - Parameters:
    ///   - now: µs.
    ///   - response: at least 200 bytes; holds the answer's first `responseLength` bytes afterwards.
    public mutating func receive(
        _ packet: RawSpan, from address: PeerAddress, now: Int64, response: UnsafeMutableRawBufferPointer
    ) -> ICEResult {
        guard let message = try? STUNMessage(parsing: packet), message.messageClass == .request,
            message.method == STUNMessage.binding
        else { return ICEResult(responseLength: 0, outcome: .ignored) }
        // RFC 8489 §9.1.3: without USERNAME or MESSAGE-INTEGRITY 400, with wrong ones 401. Nobody gets either from an
        // address that could be forged: such a request is dropped.
        let key: HMACSHA1
        if matches(current, message, packet), message.hasIntegrity(current.key, in: packet) {
            key = current.key
            previous = nil
        } else if let old = previous, matches(old, message, packet), message.hasIntegrity(old.key, in: packet) {
            key = old.key
        } else {
            return ICEResult(responseLength: 0, outcome: .rejected)
        }
        let transaction = packet.extracting(STUNMessage.transactionOffset..<STUNMessage.headerLength)
        if message.unknownAttribute != 0 {
            return refuse(420, key: key, transaction: transaction, response, unknown: message.unknownAttribute)
        }
        // We are lite and so always controlled (RFC 8445 §6.1.1): a peer that thinks so too has to change (§7.3.1.1).
        if message.controlled != nil {
            return refuse(487, key: key, transaction: transaction, response)
        }
        lastConsent = now
        remember(address)
        var outcome = ICEResult.Outcome.validated
        if message.useCandidate, selected != address {
            selected = address
            outcome = .selectedChanged
        }
        var writer = STUNWriter(response, messageClass: .success, transaction: transaction)
        writer.mappedAddress(address)
        writer.integrity(key)
        writer.fingerprint()
        return ICEResult(responseLength: writer.length, outcome: outcome)
    }

    private func refuse(
        _ code: UInt16, key: HMACSHA1, transaction: RawSpan, _ response: UnsafeMutableRawBufferPointer,
        unknown: UInt16 = 0
    ) -> ICEResult {
        var writer = STUNWriter(response, messageClass: .failure, transaction: transaction)
        writer.errorCode(code)
        if unknown != 0 { writer.unknownAttribute(unknown) }
        writer.integrity(key)
        writer.fingerprint()
        return ICEResult(responseLength: writer.length, outcome: .rejected)
    }

    /// USERNAME is our fragment, a colon and the peer's (RFC 8445 §7.2.2).
    private func matches(_ generation: Generation, _ message: STUNMessage, _ packet: RawSpan) -> Bool {
        let start = message.username.lowerBound
        let split = start &+ generation.ufrag.count
        guard message.username.count == generation.ufrag.count &+ 1 &+ generation.remoteUfrag.count,
            packet.byte(split) == UInt8(ascii: ":")
        else { return false }
        for index in 0..<generation.ufrag.count where packet.byte(start &+ index) != generation.ufrag[index] {
            return false
        }
        for index in 0..<generation.remoteUfrag.count
        where packet.byte(split &+ 1 &+ index) != generation.remoteUfrag[index] {
            return false
        }
        return true
    }

    private mutating func remember(_ address: PeerAddress) {
        guard !isValidated(address) else { return }
        if validatedCount < Self.addressLimit {
            validated[validatedCount] = address
            validatedCount += 1
            return
        }
        // The selected pair stays.
        if validated[nextEviction] == selected { nextEviction = (nextEviction + 1) % Self.addressLimit }
        validated[nextEviction] = address
        nextEviction = (nextEviction + 1) % Self.addressLimit
    }

    /// Whether a valid check has come from an address.
    public func isValidated(_ address: PeerAddress) -> Bool {
        for index in 0..<validatedCount where validated[index] == address { return true }
        return false
    }

    /// Whether consent has been given and has run out.
    public func consentExpired(now: Int64) -> Bool {
        guard let lastConsent else { return false }
        return now &- lastConsent > Self.consentLifetime
    }

    /// New credentials on both sides (RFC 8445 §9): the selected pair lives on until another is nominated.
    public mutating func restart(local: ICECredentials, remoteUfrag: String, remotePassword: String) {
        // A restart in haste: the peer still uses the ones before, and has never seen those in between.
        if previous == nil { previous = current }
        current = Generation(
            ufrag: Array(local.ufrag.utf8), remoteUfrag: Array(remoteUfrag.utf8),
            key: HMACSHA1(key: Array(local.password.utf8)))
    }
}

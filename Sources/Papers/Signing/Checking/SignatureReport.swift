/// What is known of one signature of a paper: who, when, and in which state.
public struct SignatureReport: Hashable, Sendable {
    public enum Integrity: Hashable, Sendable {
        /// What it covers is as it was signed.
        case intact
        /// What it covers was changed, or it is of something else.
        case changed
        /// Made with a digest that can be forged, such as SHA-1.
        case weak
        /// Of a kind that is not known, or damaged.
        case unreadable
        /// The place is there, and nobody has signed yet.
        case waiting
    }

    public enum Trust: Hashable, Sendable {
        case trusted
        /// It leads to no root that is trusted.
        case unknownIssuer
        case expired
        case notYetValid
        /// The certificate is not for signatures, or its key is too short.
        case unsuited
        /// There is no certificate to judge.
        case notJudged
    }

    public enum Revocation: Hashable, Sendable {
        case good
        case revoked
        /// No list of the issuer was at hand, or only an old one.
        case unknown
    }

    /// What was added to the file behind what is covered.
    public enum Later: Hashable, Sendable {
        /// Nothing: it covers the whole file.
        case nothing
        /// Further signatures, or what helps to check them.
        case signatures
        /// Something else: what is shown may not be what was signed.
        case changes
    }

    public enum Timestamp: Hashable, Sendable {
        case none
        /// The time that an authority whom we trust has proved; Unix seconds.
        case proved(Int64)
        /// There is one, and it does not fit or its authority is not trusted.
        case bad
    }

    /// The field's name in the file.
    public var field: String
    /// Nil where the signature cannot be read.
    public var certificate: Certificate?
    /// The time that the signer's side has said; nobody has proved it.
    public var claimedTime: SigningTime?
    public var reason: String?
    public var location: String?
    public var integrity: Integrity
    public var trust = Trust.notJudged
    public var revocation = Revocation.unknown
    public var later = Later.nothing
    public var timestamp = Timestamp.none
    /// Whether it is a time-stamp of the whole paper, which nobody but the authority has signed.
    public var isStamp = false
    /// Where lists that are missing for ``revocation`` may be had: see ``Certificate/revocationAddresses``.
    public var revocationAddresses: [String] = []

    /// Whether it may be shown as a valid signature. What is not known of revocation does not count against it.
    public var isValid: Bool {
        integrity == .intact && trust == .trusted && revocation != .revoked && later != .changes && timestamp != .bad
    }
}

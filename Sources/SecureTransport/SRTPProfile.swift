/// The SRTP protection profiles that we speak, with their numbers in the use_srtp extension (RFC 5764 §4.1.2,
/// RFC 7714 §14.2).
public enum SRTPProfile: UInt16, Sendable, CaseIterable {
    /// AES_128_CM_HMAC_SHA1_80 (RFC 3711): for older room systems.
    case aes128CMHMACSHA1_80 = 1
    /// AEAD_AES_128_GCM (RFC 7714): preferred.
    case aeadAES128GCM = 7

    /// OpenSSL's name.
    package var name: String {
        switch self {
        case .aes128CMHMACSHA1_80: "SRTP_AES128_CM_SHA1_80"
        case .aeadAES128GCM: "SRTP_AEAD_AES_128_GCM"
        }
    }

    public var keyLength: Int { 16 }
    /// Bytes of master salt.
    public var saltLength: Int { self == .aeadAES128GCM ? 12 : 14 }
    /// Bytes of the authentication tag.
    public var tagLength: Int { self == .aeadAES128GCM ? 16 : 10 }
    /// Bytes that protection adds to an RTP packet.
    public var rtpOverhead: Int { tagLength }
    /// Bytes that protection adds to an RTCP packet: the tag and the index (RFC 3711 §3.4).
    public var rtcpOverhead: Int { tagLength + 4 }
}

/// The master keys of both directions (RFC 5764 §4.2); the server is us.
public struct SRTPKeys: Sendable {
    public var profile: SRTPProfile
    public var clientKey: [UInt8]
    public var clientSalt: [UInt8]
    public var serverKey: [UInt8]
    public var serverSalt: [UInt8]

    public init(
        profile: SRTPProfile, clientKey: [UInt8], clientSalt: [UInt8], serverKey: [UInt8], serverSalt: [UInt8]
    ) {
        self.profile = profile
        self.clientKey = clientKey
        self.clientSalt = clientSalt
        self.serverKey = serverKey
        self.serverSalt = serverSalt
    }
}

/// Why a part of the secure transport could not be made.
public enum SecureTransportError: Error, Equatable {
    /// A master key or salt of the wrong length.
    case badKey
    /// A certificate or private key that cannot be read, or that do not belong together.
    case badIdentity(String)
    /// The cryptographic library refused; the text says what.
    case library(String)
}

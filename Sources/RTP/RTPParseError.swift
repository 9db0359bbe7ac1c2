/// Why bytes from the network are not the RTP or RTCP that they claim to be. The packet is to be dropped and counted.
public enum RTPParseError: Error, Sendable {
    /// The packet ends before a part that it announces.
    case truncated
    /// The version field is not 2.
    case badVersion
    /// Padding is announced and its length is zero, or more than what the packet holds.
    case badPadding
    /// The header extension reaches past the packet.
    case badExtension
    /// A length or count field contradicts the packet's own size, or a field has a reserved value.
    case badLength
}

/// Client-to-mixer audio level, RFC 6464 §3: one byte, voice flag and level.
public struct AudioLevel: Sendable, Equatable {
    /// Whether the sender believes that there is speech in the packet.
    public var isVoice: Bool
    /// Level in −dBov: 0 is the loudest, 127 silence.
    public var level: UInt8

    public init(isVoice: Bool, level: UInt8) {
        self.isVoice = isVoice
        self.level = level & 0x7F
    }

    /// The data byte of the header extension element.
    public init(byte: UInt8) {
        isVoice = byte & 0x80 != 0
        level = byte & 0x7F
    }

    public var byte: UInt8 { (isVoice ? 0x80 : 0) | level & 0x7F }
}

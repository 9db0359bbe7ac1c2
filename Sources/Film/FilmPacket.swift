/// A frame, or a part of a picture, as it goes into RTP.
public struct FilmPacket: Equatable, Sendable {
    public var track: FilmTrack
    /// Of its track, from 0 on without a gap.
    public var sequence: Int64
    /// RTP's, on the clock of its codec.
    public var timestamp: UInt32
    /// The last packet of a picture (RFC 7741 §4.1); the first sound after a pause (RFC 7587 §4.1).
    public var marker: Bool
    public var isKeyframe: Bool
    /// The first packet of a picture.
    public var startsPicture: Bool
    /// VP8's, 15 bits.
    public var pictureID: UInt16
    public var payload: [UInt8]

    public init(
        track: FilmTrack, sequence: Int64, timestamp: UInt32, marker: Bool, isKeyframe: Bool, startsPicture: Bool,
        pictureID: UInt16, payload: [UInt8]
    ) {
        self.track = track
        self.sequence = sequence
        self.timestamp = timestamp
        self.marker = marker
        self.isKeyframe = isKeyframe
        self.startsPicture = startsPicture
        self.pictureID = pictureID
        self.payload = payload
    }
}

/// Makes packets of a film's frames: of each track one stream that goes on whatever is played, paused and sought.
struct FilmPacketizer {
    /// Most bytes of a picture in one packet: with all headers it stays below what a tunnel lets through.
    static let pieceLimit = 1_100
    /// VP8's payload descriptor with a picture number of 15 bits (RFC 7741 §4.2).
    static let descriptorLength = 4

    private var sequences: [Int64] = [0, 0, 0]
    private var pictures: [UInt16] = [0, 0, 0]

    /// - Parameters:
    ///   - due: when it is shown or heard, µs on a clock that does not go back: RTP's time.
    ///   - begins: whether sound begins with it.
    mutating func packets(of frame: FilmFrame, due: Int64, begins: Bool) -> [FilmPacket] {
        let place = Int(frame.track.rawValue)
        guard frame.track.isPicture else {
            defer { sequences[place] &+= 1 }
            return [
                FilmPacket(
                    track: frame.track, sequence: sequences[place], timestamp: Self.timestamp(due, rate: 48),
                    marker: begins, isKeyframe: true, startsPicture: true, pictureID: 0, payload: frame.bytes)
            ]
        }
        let picture = pictures[place]
        pictures[place] = (picture &+ 1) & 0x7FFF
        let timestamp = Self.timestamp(due, rate: 90)
        // Pieces of one length leave as one send.
        let count = max(1, (frame.bytes.count + Self.pieceLimit - 1) / Self.pieceLimit)
        let size = max(1, (frame.bytes.count + count - 1) / count)
        return stride(from: 0, to: max(frame.bytes.count, 1), by: size).map { start in
            let isFirst = start == 0
            // X, and S where the picture begins; I; M with the number.
            let descriptor: [UInt8] = [
                isFirst ? 0x90 : 0x80, 0x80, 0x80 | UInt8(truncatingIfNeeded: picture >> 8),
                UInt8(truncatingIfNeeded: picture),
            ]
            defer { sequences[place] &+= 1 }
            return FilmPacket(
                track: frame.track, sequence: sequences[place], timestamp: timestamp,
                marker: start + size >= frame.bytes.count, isKeyframe: frame.isKeyframe && isFirst,
                startsPicture: isFirst, pictureID: picture, payload: descriptor + frame.bytes[start...].prefix(size))
        }
    }

    /// - Parameter rate: ticks a millisecond.
    private static func timestamp(_ time: Int64, rate: Int64) -> UInt32 {
        UInt32(truncatingIfNeeded: (time &* rate) / 1000)
    }
}

import RTP
import Recording

/// The packets of one RTP stream of a track: of one layer, and of one SSRC. A sender that begins anew with another SSRC
/// is another stream, with a clock of its own.
struct MediaStream {
    let ssrc: UInt32
    var clock: StreamClock
    var queue = PacketQueue()
    private var numbers = SequenceUnwrapper()
    private var payloadType: UInt8?

    init(ssrc: UInt32, rate: UInt32) {
        self.ssrc = ssrc
        clock = StreamClock(rate: rate)
    }

    /// - Parameter arrival: microseconds of the recorder's clock.
    mutating func take(_ header: RTPHeader, payload: [UInt8], arrival: Int64, sender: inout ClockOffset) {
        clock.note(timestamp: header.timestamp, arrival: arrival, sender: &sender)
        queue.insert(
            MediaPacket(
                number: numbers.unwrap(header.sequenceNumber), timestamp: header.timestamp, marker: header.marker,
                payload: payload))
    }
}

/// A track of the journal with what has come of it.
struct RecordedTrack {
    let track: Track
    /// By layer, the newest SSRC of each last; at most ``mostStreams`` in all.
    var streams: [(layer: UInt8, id: Int, stream: MediaStream)] = []
    /// Microseconds; nil while it goes on.
    var end: Int64?

    /// Whether it has ended by a time of the meeting, microseconds. What has been read is ahead of the film.
    func hasEnded(by time: Int64) -> Bool { end.map { $0 <= time } ?? false }

    static let mostStreams = 16
}

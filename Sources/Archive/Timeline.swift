import RTP
import Recording

/// A journal's records as tracks, senders and events, in the order in which they are read.
///
/// The film is composed some seconds behind what is read (``lookahead``): by then packets that came late are in their
/// places, and the reports are known that say when the first of a stream belong.
struct Timeline {
    /// Microseconds by which reading is ahead of the film. WebRTC's senders report on voices every five seconds, or half as
    /// much later (RFC 3550 §6.3.1).
    static let lookahead: Int64 = 8_000_000
    /// Microseconds within which a track may still begin though recording is paused.
    private static let onTheWay: Int64 = 1_000_000
    /// Microseconds of a film at most: a day.
    static let longest: Int64 = 86_400_000_000

    private(set) var tracks: [UInt32: RecordedTrack] = [:]
    /// Track numbers in the order in which they began.
    private(set) var order: [UInt32] = []
    private var senders: [String: ClockOffset] = [:]
    private(set) var names: [String: String] = [:]
    private(set) var events: [(time: Int64, event: MeetingEvent)] = []
    /// The time of the last record, microseconds.
    private(set) var end: Int64 = 0
    private(set) var isOver = false
    /// Where in the film what was recorded is.
    private(set) var map = FilmMap()
    /// When recording was paused, microseconds.
    private var paused: Int64 = 0
    /// Packets that the recorder could not keep.
    private(set) var lost = 0
    /// Records that made no sense.
    private(set) var unreadable = 0
    private var streamCount = 0

    mutating func take(_ record: JournalRecord) {
        let time = Int64(clamping: record.time)
        guard time <= Self.longest else {
            unreadable += 1
            return
        }
        end = max(end, time)
        switch record.content {
        case .began(let track):
            // A server that was started again within a pause, and records, says no more of it. What was on its way when
            // the pause began is none of that.
            if map.isOpen, time - paused > Self.onTheWay { map.resume(at: time) }
            begin(track)
        case .ended(let number): tracks[number]?.end = time
        case .packet(let number, let layer, let bytes): take(bytes, of: number, layer: layer, at: time)
        case .clock(let number, let layer, let timestamp, let ntp):
            guard let owner = tracks[number]?.track.owner,
                let index = tracks[number]?.streams.lastIndex(where: { $0.layer == layer })
            else { return }
            tracks[number]?.streams[index].stream.clock.note(
                report: timestamp, ntp: ntp, arrival: time, sender: &senders[owner, default: ClockOffset()])
        case .event(let json):
            guard let event = MeetingEvent(json: json) else {
                unreadable += 1
                return
            }
            if event.isOver { isOver = true }
            if let isPaused = event.isPaused { pause(isPaused, at: time) }
            events.append((time, event))
        case .lost(_, let packets): lost += Int(packets)
        }
    }

    private mutating func pause(_ isPaused: Bool, at time: Int64) {
        if isPaused {
            if !map.isOpen { paused = time }
            map.pause(at: time)
        } else {
            map.resume(at: time)
        }
    }

    private mutating func begin(_ track: Track) {
        guard tracks[track.number] == nil else { return }
        // Who comes back is another connection, perhaps another machine: with a clock that says nothing of the one before.
        if order.allSatisfy({ tracks[$0].map { $0.end != nil || $0.track.owner != track.owner } ?? true }) {
            senders[track.owner] = ClockOffset()
        }
        tracks[track.number] = RecordedTrack(track: track)
        order.append(track.number)
        names[track.owner] = track.name
        isOver = false
    }

    private mutating func take(_ bytes: [UInt8], of number: UInt32, layer: UInt8, at time: Int64) {
        guard let track = tracks[number]?.track else { return }
        guard let header = try? RTPHeader(parsing: bytes.span.bytes) else {
            unreadable += 1
            return
        }
        guard !header.payloadRange.isEmpty else { return }
        let index = stream(of: track, layer: layer, ssrc: header.ssrc)
        tracks[number]?.streams[index].stream.take(
            header, payload: Array(bytes[header.payloadRange]), arrival: time,
            sender: &senders[track.owner, default: ClockOffset()])
    }

    /// The index of a stream among those of its track; it is made where there is none yet.
    private mutating func stream(of track: Track, layer: UInt8, ssrc: UInt32) -> Int {
        let streams = tracks[track.number]?.streams ?? []
        if let index = streams.lastIndex(where: { $0.layer == layer && $0.stream.ssrc == ssrc }) { return index }
        if streams.count >= RecordedTrack.mostStreams { tracks[track.number]?.streams.removeFirst() }
        streamCount += 1
        tracks[track.number]?.streams.append(
            (layer, streamCount, MediaStream(ssrc: ssrc, rate: track.clockRate)))
        return (tracks[track.number]?.streams.count ?? 1) - 1
    }

    /// Takes the packets of a stream out whose time in the film has come.
    ///
    /// - Parameters:
    ///   - time: microseconds in the film; packets before it are handed over.
    ///   - body: gets each packet, and what tells the time of any timestamp of its stream.
    mutating func drain(
        _ number: UInt32, _ index: Int, before time: Int64,
        _ body: (MediaPacket, _ filmTime: (UInt32) -> Int64?) -> Void
    ) {
        guard tracks[number]?.streams[index].stream.queue.isEmpty == false,
            let clock = tracks[number]?.streams[index].stream.clock, let owner = tracks[number]?.track.owner
        else { return }
        let sender = senders[owner] ?? ClockOffset()
        let filmTime = { clock.filmTime(of: $0, sender: sender) }
        while let packet = tracks[number]?.streams[index].stream.queue.first,
            (filmTime(packet.timestamp) ?? .min) < time
        {
            _ = tracks[number]?.streams[index].stream.queue.removeFirst()
            body(packet, filmTime)
        }
    }
}

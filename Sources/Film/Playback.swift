/// A film that is being played: which of its frames are due when, as a state machine. Time in, packets out.
///
/// While it stands still, the picture at which it will go on is sent again and again: whoever comes meanwhile sees it,
/// and nobody has to wait for a keyframe when it goes on.
public struct Playback {
    public enum State: Equatable, Sendable {
        case playing, paused
        /// Everything has been sent.
        case ended
    }

    /// From the command to the first frame, µs: by then every receiver's slot waits for its keyframe.
    public static let leadIn: Int64 = 300_000
    /// Between two sendings of a picture that stands, µs.
    public static let repetition: Int64 = 2_000_000

    public private(set) var state = State.paused
    /// ms from the film's beginning, of the point at which it was last entered.
    public private(set) var entered: UInt32 = 0
    private var reader: FilmReader
    private var packetizer = FilmPacketizer()
    /// The film's beginning on our clock, µs.
    private var origin: Int64 = 0
    /// What is sent next when it is due.
    private var frame: FilmFrame?
    /// Sizes of the picture of which a keyframe has been sent since it was entered.
    private var begun: [Bool] = [false, false, false]
    private var stills: [FilmFrame] = []
    private var nextStill: Int64 = .max

    public init(_ reader: FilmReader) {
        self.reader = reader
    }

    public var summary: FilmFile.Summary { reader.summary }

    /// Plays on from the last point at or before a time.
    ///
    /// - Parameters:
    ///   - time: ms from the beginning.
    ///   - now: µs.
    public mutating func play(at time: UInt32, now: Int64) {
        enter(time)
        state = .playing
        origin = now + Self.leadIn - Int64(entered) * 1000
    }

    /// Stands still at the last point at or before a time.
    public mutating func pause(at time: UInt32, now: Int64) {
        enter(time)
        state = .paused
        stills = []
        // The first keyframe of each size is among the first frames.
        for _ in 0..<200 where stills.count < summary.sizes.count {
            guard let frame else { break }
            if frame.track.isPicture, frame.isKeyframe, !stills.contains(where: { $0.track == frame.track }) {
                stills.append(frame)
            }
            self.frame = reader.next()
        }
        nextStill = now
    }

    /// When ``advance(to:_:)`` has something to do, µs; nil: not before a command.
    public var nextDue: Int64? {
        switch state {
        case .playing: frame.map { origin + Int64($0.time) * 1000 }
        case .paused: stills.isEmpty ? nil : nextStill
        case .ended: nil
        }
    }

    /// Gives out what is due, in order.
    ///
    /// - Parameter emit: takes a packet, and the time at which its frame is due, µs.
    public mutating func advance(to now: Int64, _ emit: (FilmPacket, Int64) -> Void) {
        switch state {
        case .ended: return
        case .paused:
            guard now >= nextStill, !stills.isEmpty else { return }
            nextStill = now + Self.repetition
            for still in stills {
                for packet in packetizer.packets(of: still, due: now, begins: false) { emit(packet, now) }
            }
        case .playing:
            while let frame {
                let due = origin + Int64(frame.time) * 1000
                guard due <= now else { return }
                send(frame, due: due, emit)
                self.frame = reader.next()
            }
            state = .ended
        }
    }

    private mutating func enter(_ time: UInt32) {
        entered = reader.seek(to: time)
        frame = reader.next()
        begun = [false, false, false]
    }

    private mutating func send(_ frame: FilmFrame, due: Int64, _ emit: (FilmPacket, Int64) -> Void) {
        let place = Int(frame.track.rawValue)
        let begins = !begun[place]
        guard !begins || frame.isKeyframe else { return }
        begun[place] = true
        for packet in packetizer.packets(of: frame, due: due, begins: begins) { emit(packet, due) }
    }
}

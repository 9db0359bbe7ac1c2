/// A receiver's playout of one voice slot, after libwebrtc's NetEq: it plays with a delay that follows the 97th
/// percentile of what the frames of the last seconds took, stretches when a frame is late, and conceals one that is
/// missing when the next has come.
struct VoiceReceiver {
    /// Frames that the percentile looks back on: 5 s of speech.
    private static let window = 250
    /// µs; the buckets reach over 2.56 s.
    private static let step: Int64 = 10_000
    private static let buckets = 256
    /// Least delay above the quickest frames, µs.
    private static let least: Int64 = 20_000

    /// Whose voice it is: publisher and generation, -1 for none.
    private(set) var source: Int32 = -1
    private(set) var newest: UInt32 = 0
    /// From a frame's beginning to its playing, µs.
    private(set) var delay: Int64 = 0
    private var recent = InlineArray<250, UInt8>(repeating: 0)
    private var recentCount = 0
    private var counts = InlineArray<256, UInt8>(repeating: 0)
    private var top = 0
    /// The sender has said that nothing follows for a while.
    private var isResting = false

    /// What a frame did to the playout.
    struct Played {
        /// A frame of speech was played; with what delay, µs.
        var delay: Int64?
        /// µs in which something else than what was said was heard: all, and what is this receiver's line's doing.
        var concealed: Int64 = 0
        var concealedByLine: Int64 = 0
        /// µs that were to be heard.
        var speech: Int64 = 0
        /// µs of speech that the relay has left out, and said so.
        var leftOut: Int64 = 0
    }

    /// An empty frame has come: the decoder makes comfort noise until the next, and nothing is concealed.
    mutating func rest() { isResting = true }

    /// What plays in the slot has changed: what comes next goes on after nothing.
    mutating func restart() { source = -1 }

    /// - Parameters:
    ///   - publisher: whose frame it is; knows what became of the frames between.
    ///   - now: when the frame has arrived, µs.
    ///   - upstream: what the way to the relay takes at least, µs, and `downstream` the way from there.
    mutating func receive(
        _ mark: VoiceMark, from publisher: borrowing Microphone, now: Int64, upstream: Int64, downstream: Int64
    ) -> Played {
        var played = Played()
        let from = Int32(mark.publisher) << 8 | Int32(mark.generation)
        let captured = publisher.captured(mark.frame)
        let took = now &- captured
        if from != source {
            isResting = false
            source = from
            forget()
            delay = took &+ Self.least
        } else {
            let step = Int32(bitPattern: mark.frame &- newest)
            // Here already, or concealed already.
            guard step > 0 else { return played }
            conceal(between: newest, and: mark.frame, publisher: publisher, into: &played)
        }
        newest = mark.frame
        isResting = false
        guard publisher.fate(mark.frame) != .silence else {
            // Comfort noise can be shortened and stretched at will.
            if recentCount > 0 { delay = target }
            return played
        }
        note(took)
        played.speech &+= VoiceMark.duration
        if took > delay {
            let late = took &- delay
            played.concealed &+= late
            let down = max(now &- publisher.reachedRelay(mark.frame) &- downstream, 0)
            let up = max(publisher.reachedRelay(mark.frame) &- captured &- VoiceMark.duration &- upstream, 0)
            played.concealedByLine &+= down &+ up > 0 ? late &* down / (down &+ up) : late
            delay = took
        } else if delay > target {
            // Played a twentieth faster.
            delay = max(delay &- VoiceMark.duration / 20, target)
        }
        played.delay = delay
        return played
    }

    private func conceal(
        between first: UInt32, and last: UInt32, publisher: borrowing Microphone, into played: inout Played
    ) {
        var number = first &+ 1
        if last &- number > UInt32(Microphone.memory) { number = last &- UInt32(Microphone.memory) }
        while number != last {
            switch publisher.fate(number) {
            case .silence: break
            case _ where isResting:
                played.leftOut &+= VoiceMark.duration
            case .lostOnTheWayUp:
                played.speech &+= VoiceMark.duration
                played.concealed &+= VoiceMark.duration
            case .arrived:
                played.speech &+= VoiceMark.duration
                played.concealed &+= VoiceMark.duration
                played.concealedByLine &+= VoiceMark.duration
            }
            number &+= 1
        }
    }

    private mutating func forget() {
        recentCount = 0
        counts = .init(repeating: 0)
        top = 0
    }

    private mutating func note(_ took: Int64) {
        let bucket = min(max(Int(took / Self.step), 0), Self.buckets - 1)
        let place = recentCount % Self.window
        if recentCount >= Self.window { counts[Int(recent[place])] &-= 1 }
        recent[place] = UInt8(bucket)
        counts[bucket] &+= 1
        recentCount &+= 1
        top = max(top, bucket)
        while top > 0, counts[top] == 0 { top -= 1 }
    }

    /// The delay at which 97 of 100 frames are in time, µs.
    private var target: Int64 {
        let above = max(min(recentCount, Self.window) * 3 / 100, 0)
        var seen = 0
        var bucket = top
        while bucket > 0 {
            seen += Int(counts[bucket])
            if seen > above { break }
            bucket -= 1
        }
        return Int64(bucket + 1) &* Self.step &+ Self.least / 2
    }
}

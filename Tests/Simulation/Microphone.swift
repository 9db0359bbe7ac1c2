/// A microphone: talk spurts and pauses, Opus frames of 20 ms with levels, and discontinuous transmission.
struct Microphone: ~Copyable {
    enum Behaviour: UInt8 {
        /// Switched off: nothing is sent.
        case off
        /// Switched on, nobody speaks: a packet in 400 ms.
        case silent
        /// Speaks most of the time, as whoever has the floor does.
        case speaking
        /// A word now and then.
        case chatting
        /// A cough or a chair once in a while, not as loud as speech and short.
        case noisy
        /// Speaks without a pause.
        case constant
    }

    enum Heard: UInt8 {
        /// Nothing was said: comfort noise.
        case silence
        case lostOnTheWayUp
        case arrived
    }

    /// Frames of the past that receivers may ask about.
    static let memory = 2048
    static let mostBytes = 160

    private(set) var behaviour = Behaviour.off
    /// Bytes of one frame: 32 kbit/s unless the relay asks for less.
    var frameBytes = 80
    private(set) var frame: UInt32 = 0
    /// When the next frame is complete, µs.
    var nextFrame: Int64
    /// When frame 0 began.
    let epoch: Int64
    private(set) var isSpeaking = false
    private var changesAt: Int64 = 0
    private var silentFrames = 0
    /// When the last spurt began and ended, and its first frame.
    private(set) var spurtStart: Int64 = 0
    private(set) var spurtFrame: UInt32 = 0
    var sequence: UInt64
    private let heard: UnsafeMutablePointer<Heard>
    private let reached: UnsafeMutablePointer<Int64>
    private var random: Seeded

    init(seed: UInt64, now: Int64) {
        var random = Seeded(seed, stream: 11)
        epoch = now &+ random.time(0...VoiceMark.duration)
        nextFrame = epoch &+ VoiceMark.duration
        sequence = UInt64(random.index(below: 30_000))
        heard = .allocate(capacity: Self.memory)
        heard.initialize(repeating: .silence, count: Self.memory)
        reached = .allocate(capacity: Self.memory)
        reached.initialize(repeating: 0, count: Self.memory)
        self.random = random
    }

    deinit {
        heard.deallocate()
        reached.deallocate()
    }

    mutating func set(_ behaviour: Behaviour, now: Int64) {
        guard behaviour != self.behaviour else { return }
        self.behaviour = behaviour
        isSpeaking = false
        changesAt = behaviour == .constant || behaviour == .speaking ? now : now &+ random.time(0...2_000_000)
    }

    /// What a frame is to be sent as.
    struct Frame {
        var number: UInt32
        var isSpeech: Bool
        /// RFC 6464: -dBov, with the voice bit on top.
        var level: UInt8
        var bytes: Int
    }

    /// The frame that is complete now, nil when nothing is sent for it.
    mutating func take(now: Int64) -> Frame? {
        let number = frame
        frame &+= 1
        nextFrame &+= VoiceMark.duration
        heard[Int(number) & (Self.memory - 1)] = .silence
        guard behaviour != .off else { return nil }
        if now >= changesAt { change(now: now) }
        if isSpeaking {
            silentFrames = 0
            heard[Int(number) & (Self.memory - 1)] = .lostOnTheWayUp
            let base = behaviour == .noisy ? 48 : 22
            return Frame(
                number: number, isSpeech: true, level: UInt8(base + random.index(below: 12)) | 0x80, bytes: frameBytes)
        }
        silentFrames += 1
        // Two frames of the room's noise, then one in 400 ms.
        guard silentFrames <= 2 || silentFrames % 20 == 0 else { return nil }
        return Frame(
            number: number, isSpeech: false, level: UInt8(75 + random.index(below: 20)), bytes: VoiceMark.length + 2)
    }

    private mutating func change(now: Int64) {
        let speech: ClosedRange<Int64>
        let pause: ClosedRange<Int64>
        switch behaviour {
        case .off, .silent:
            isSpeaking = false
            changesAt = .max
            return
        case .constant:
            (speech, pause) = (3_600_000_000...3_600_000_000, 0...0)
        case .speaking: (speech, pause) = (1_500_000...6_000_000, 250_000...900_000)
        case .chatting: (speech, pause) = (700_000...3_000_000, 4_000_000...25_000_000)
        case .noisy: (speech, pause) = (60_000...300_000, 2_000_000...20_000_000)
        }
        isSpeaking.toggle()
        changesAt = now &+ random.time(isSpeaking ? speech : pause)
        if isSpeaking {
            spurtStart = now
            spurtFrame = frame &- 1
        }
    }

    /// The frame has reached the relay.
    mutating func arrived(frame: UInt32, now: Int64) {
        let index = Int(frame) & (Self.memory - 1)
        reached[index] = now
        if heard[index] == .lostOnTheWayUp { heard[index] = .arrived }
    }

    /// What became of a frame before the relay.
    @inline(__always)
    func fate(_ number: UInt32) -> Heard {
        frame &- number < UInt32(Self.memory) ? heard[Int(number) & (Self.memory - 1)] : .silence
    }

    /// When a frame reached the relay, µs.
    @inline(__always)
    func reachedRelay(_ number: UInt32) -> Int64 { reached[Int(number) & (Self.memory - 1)] }

    /// When a frame began to be spoken.
    @inline(__always)
    func captured(_ number: UInt32) -> Int64 { epoch &+ Int64(number) &* VoiceMark.duration }
}

import CBench
import RTP
import SecureTransport

/// One stream that a session sends: bursts at a steady rate, each packet with its publisher's number and its own.
final class Publisher {
    /// Where the marks stand in a payload, behind VP8's descriptor and a keyframe's header.
    static let markOffset = 16
    /// "GB".
    static let magic: UInt16 = 0x4742

    let number: Int
    let session: Session
    let plan: StreamPlan
    /// When each of the last 65,536 packets was sent, Unix time, µs.
    private(set) var times = [Int64](repeating: 0, count: 65_536)
    private var sequence: Int64 = 1
    private var bursts = 0
    private var owed = 0.0
    private var start: Int64
    /// Bursts before the pace last changed, and the pace.
    private var burstsBefore = 0
    private var factor = 1.0
    private let isPicture: Bool

    /// - Parameter start: of its first burst; publishers begin apart, as people do.
    init(number: Int, session: Session, plan: StreamPlan, isPicture: Bool, start: Int64) {
        self.number = number
        self.session = session
        self.plan = plan
        self.isPicture = isPicture
        self.start = start
    }

    /// When the next burst is to be sent.
    var due: Int64 {
        factor > 0 ? start + Int64(Double(bursts - burstsBefore) * 1_000_000 / (plan.rate * factor)) : .max
    }

    /// Sends faster or slower from now on; 0: not at all.
    func setPace(_ factor: Double, now: Int64) {
        let share = (Double(number) * 0.618_034).truncatingRemainder(dividingBy: 1)
        start = now + (factor > 0 ? Int64(share * 1_000_000 / (plan.rate * factor)) : 0)
        burstsBefore = bursts
        self.factor = factor
    }

    /// Sends the burst that is due. Returns how many packets went out.
    func send(_ batch: OpaquePointer) -> Int {
        defer { bursts += 1 }
        guard session.isSecure else { return 0 }
        var count = 1
        if isPicture, let kbps = plan.kbps {
            owed += kbps * 125 / plan.rate / Double(plan.bytes)
            count = min(Int(owed), 32)
            owed -= Double(count)
        }
        guard count > 0 else { return 0 }
        var lengths = InlineArray<32, UInt16>(repeating: 0)
        for index in 0..<count {
            let isLonger = plan.uneven == true && index >= count / 2
            lengths[index] = UInt16(
                write(
                    into: cbench_bytes(batch, UInt32(index)), index: index, of: count,
                    bytes: plan.bytes + (isLonger ? 1 : 0)))
        }
        let now = cbench_now()
        for index in 0..<count { times[Int((sequence - Int64(count) + Int64(index)) & 0xFFFF)] = now }
        let descriptor = session.descriptor
        return withUnsafeBytes(of: lengths) { lengths in
            Int(cbench_send(batch, descriptor, lengths.assumingMemoryBound(to: UInt16.self).baseAddress, UInt32(count)))
        }
    }

    private func write(into memory: UnsafeMutablePointer<UInt8>?, index: Int, of count: Int, bytes: Int) -> Int {
        guard let memory else { return 0 }
        let packet = UnsafeMutableRawPointer(memory)
        let payload = packet + RTPHeader.fixedLength
        let length = bytes - RTPHeader.fixedLength
        if isPicture {
            // RFC 7741 §4.2: a 15-bit picture number; every second begins with a keyframe (§4.3).
            let isStart = index == 0
            let isKeyframe = bursts % max(Int(plan.rate), 1) == 0
            payload.storeBytes(of: isStart ? 0x90 : 0x80, as: UInt8.self)
            payload.storeBytes(of: 0x80, toByteOffset: 1, as: UInt8.self)
            payload.storeBytes(of: (0x8000 | UInt16(bursts & 0x7FFF)).bigEndian, toByteOffset: 2, as: UInt16.self)
            if isStart {
                let header: [UInt8] = [isKeyframe ? 0x10 : 0x11, 0, 0, 0x9D, 0x01, 0x2A, 0x00, 0x05, 0xD0, 0x02]
                (payload + 4).copyMemory(from: header, byteCount: header.count)
            }
        }
        payload.storeBytes(of: Self.magic.bigEndian, toByteOffset: Self.markOffset, as: UInt16.self)
        payload.storeBytes(of: UInt32(number).bigEndian, toByteOffset: Self.markOffset + 2, as: UInt32.self)
        payload.storeBytes(
            of: UInt32(truncatingIfNeeded: sequence).bigEndian, toByteOffset: Self.markOffset + 6,
            as: UInt32.self)
        let clock = isPicture ? 90_000.0 : 48_000.0
        _ = RTPHeader.write(
            into: UnsafeMutableRawBufferPointer(start: packet, count: RTPHeader.fixedLength),
            marker: isPicture && index == count - 1, payloadType: plan.payloadType,
            sequenceNumber: UInt16(truncatingIfNeeded: sequence),
            timestamp: UInt32(truncatingIfNeeded: Int64(Double(bursts) * clock / plan.rate)), ssrc: plan.ssrc)
        let sealed =
            session.sealer?.sealRTP(
                output: packet, capacity: 2048, headerLength: RTPHeader.fixedLength, ssrc: plan.ssrc,
                index: UInt64(sequence), payload: UnsafeRawPointer(payload), payloadLength: length) ?? 0
        sequence += 1
        return sealed
    }
}

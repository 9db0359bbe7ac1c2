import COpus

/// Joins several Opus packets of one speaker into one without decoding them (RFC 6716 §3.2), by libopus' repacketizer.
///
/// Every packet costs 64 bytes on its way to a receiver: IP 20, UDP 8, RTP 12, extensions 8, SRTP's tag 16. A voice of
/// 32 kbit/s in packets of 20 ms is 57.6 kbit/s on the line, of 60 ms 40.4, of 120 ms 36.0. Merging pays for it with
/// delay, which on a line of 64 kbit/s is the better bargain. The samples that the receiver decodes are the same.
///
/// One merger serves any number of speakers, one merge after the other; it allocates when it is made and never again.
///
/// Invariant: between ``append(_:)`` and ``write(into:)`` libopus points into the appended packets. It reads them in
/// `write` only, and ``begin(limit:)`` forgets them.
struct OpusMerger: ~Copyable {
    /// Samples at 48 kHz that a packet holds at most: 120 ms (RFC 6716 §3.2.5).
    static let durationLimit = 5_760
    /// Bytes of a merged packet that leave room for headers and tag in a datagram of 1,200 bytes.
    static let byteLimit = 1_100

    /// nil when memory ran out: then nothing is ever merged.
    private let repacketizer: OpaquePointer?
    private var limit = OpusMerger.byteLimit
    /// Samples at 48 kHz of one frame; all frames of a packet are equally long.
    private var frameDuration = 0
    /// Packets that have been appended.
    private(set) var count = 0
    /// Frames of the packets that have been appended, 0 ... 48.
    private(set) var frameCount = 0
    /// Bytes that the merged packet has at most; it is shorter by a few for each packet, and by their padding.
    private(set) var lengthBound = 0

    init() {
        repacketizer = opus_repacketizer_create()
    }

    deinit {
        if let repacketizer { opus_repacketizer_destroy(repacketizer) }
    }

    /// Samples at 48 kHz that have been appended, 0 ... ``durationLimit``.
    var duration: Int { frameCount &* frameDuration }

    /// Starts over with no packet.
    ///
    /// - Parameter limit: bytes that the merged packet may have at most.
    mutating func begin(limit: Int = OpusMerger.byteLimit) {
        if let repacketizer { opus_repacketizer_init(repacketizer) }
        self.limit = limit
        frameDuration = 0
        count = 0
        frameCount = 0
        lengthBound = 0
    }

    /// Adds the packet that follows those before in time, without a gap.
    ///
    /// False when it cannot join them: another mode, bandwidth, frame size or channel count (RFC 6716 §3.2: a packet has
    /// one TOC byte), more than 120 ms or `limit` bytes in all, malformed, or empty. What was appended before is
    /// untouched: write it, begin again, and append this one. A packet that is refused as the first cannot be merged at
    /// all, and is to be forwarded as it is.
    ///
    /// - Parameter packet: an RTP payload without padding. Its bytes must stay where they are, unchanged, until `write`
    ///   has been called for the last time.
    mutating func append(_ packet: UnsafeRawBufferPointer) -> Bool {
        guard let repacketizer, !packet.isEmpty, packet.count <= limit else { return false }
        let bytes = packet.assumingMemoryBound(to: UInt8.self)
        guard let base = bytes.baseAddress else { return false }
        let frames = opus_packet_get_nb_frames(base, Int32(clamping: packet.count))
        guard frames > 0 else { return false }
        // The bound that libopus documents for opus_repacketizer_out: all packets, and a byte for each frame.
        let bound = lengthBound &+ packet.count &+ Int(frames)
        // One packet alone never grows when it is written again.
        guard count == 0 || bound <= limit else { return false }
        // libopus checks the rest, before it takes note of anything (RFC 6716 §3.4).
        guard opus_repacketizer_cat(repacketizer, base, Int32(clamping: packet.count)) == OPUS_OK else { return false }
        frameDuration = Int(opus_packet_get_samples_per_frame(base, 48_000))
        frameCount = Int(opus_repacketizer_get_nb_frames(repacketizer))
        lengthBound = bound
        count &+= 1
        return true
    }

    /// Writes what has been appended as one packet, padding left out. May be called again for another receiver.
    /// Returns its length in bytes, 0 when there is nothing to write or it does not fit.
    ///
    /// - Parameter memory: must not overlap the packets. ``lengthBound`` bytes suffice.
    func write(into memory: UnsafeMutableRawBufferPointer) -> Int {
        guard let repacketizer, count > 0 else { return 0 }
        let bytes = memory.assumingMemoryBound(to: UInt8.self)
        guard let base = bytes.baseAddress else { return 0 }
        let room = min(memory.count, limit)
        return max(Int(opus_repacketizer_out(repacketizer, base, Int32(clamping: room))), 0)
    }
}

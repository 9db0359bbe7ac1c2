import RTP

/// One publication as a recorder has it: which of its layers is kept, and in which track.
///
/// A voice is kept whenever it is on; a picture from a keyframe of its best layer that comes in, and in one layer at a time.
struct TappedPublication {
    /// A layer of which nothing has come for so long, µs, is taken for one that its sender does not send.
    private static let quiet: Int64 = 700_000
    /// How long the best layer has been kept before the lower ones are not wanted any more, µs.
    private static let settling: Int64 = 1_500_000
    /// A gap that is not repaired in this time, µs, is taken for lost: the picture needs a keyframe.
    private static let repair: Int64 = 800_000
    private static let mostRepeats = 9
    /// A report that is older says nothing of now, µs.
    private static let oldestReport: Int64 = 60_000_000
    /// How often the clock of a film is kept, µs.
    private static let filmClock: Int64 = 2_000_000

    let relay: Int
    let room: String
    let publication: LinkedPublication
    /// Its tracks' numbers are of the 65,536 from here on.
    private let firstTrack: UInt32
    var isActive: Bool
    /// Whether it is to be kept; a voice always is.
    var isChosen: Bool
    private var track: TappedTrack?
    /// What was told to its relay last: layers as a mask.
    private var told: UInt8 = 0xFF
    /// The lowest layer that is wanted: every one, until it is known which the sender sends. What is announced says only which
    /// it might: a small camera's upper layers never come, and a line that has just begun bears the lowest alone.
    private var lowest = 0
    /// Since when the best layer that comes is the one that is kept, µs.
    private var settledAt: Int64
    private var seen: [Int64]
    /// The layer that is kept; -1 until a keyframe.
    private var kept = -1
    /// The layer of which a keyframe was asked for last, and when.
    private var asked = (quality: -1, at: Int64.min / 2)
    private var lost: UInt32?
    /// Of a film, which tells its clock with each packet: when that was kept last, µs.
    var filmClockAt: Int64?
    private var order = PacketOrder()
    private var gapSince: Int64?

    init(
        _ publication: LinkedPublication, relay: Int, room: String, firstTrack: UInt32, isChosen: Bool, now: Int64
    ) {
        self.firstTrack = firstTrack
        self.relay = relay
        self.room = room
        self.publication = publication
        isActive = publication.isActive
        self.isChosen = isChosen || !publication.role.isVideo
        seen = Array(repeating: .min / 2, count: publication.layerCount)
        settledAt = now
    }

    private var isVideo: Bool { publication.role.isVideo }

    // MARK: What its relay is asked for

    /// What its relay is to be told now: which layers are wanted, and that a keyframe is.
    mutating func requests(now: Int64) -> [LinkMessage] {
        guard isVideo else { return [] }
        var messages: [LinkMessage] = []
        let isWanted = isChosen && isActive
        let newest = seen.indices.last { isLive($0, now: now) }
        if !isWanted || newest == nil { lowest = 0 }
        if !isWanted || newest != kept { settledAt = now }
        if let newest, now - settledAt > Self.settling { lowest = newest }
        let mask: UInt8 = isWanted ? (lowest..<publication.layerCount).reduce(0) { $0 | 1 << UInt8(min($1, 7)) } : 0
        if mask != told {
            told = mask
            messages.append(.interest(index: publication.index, serial: publication.serial, layers: mask))
        }
        if isWanted, let wanted = newest ?? (kept < 0 ? lowest : nil), wanted != kept || isBroken(now: now),
            wanted != asked.quality || now - asked.at >= KeyframeRequests.interval
        {
            asked = (wanted, now)
            messages.append(.keyframe(index: publication.index, serial: publication.serial, quality: wanted))
        }
        return messages
    }

    private func isLive(_ quality: Int, now: Int64) -> Bool { now - seen[quality] < Self.quiet }

    private func isBroken(now: Int64) -> Bool { gapSince.map { now - $0 > Self.repair } ?? false }

    // MARK: What comes of it

    /// Takes a record of the pipe.
    ///
    /// - Parameter numbers: counts tracks.
    mutating func take(
        _ record: LinkedPacket, bytes: UnsafeRawBufferPointer, now: Int64, numbers: inout UInt16,
        into out: inout [TappedRecord]
    ) {
        let quality = Int(record.quality)
        guard seen.indices.contains(quality) else { return }
        let packet = record.packet
        noteLoss(record, into: &out)
        switch record.kind {
        case .restart:
            // Another stream, with other numbers and another clock.
            if quality == kept || !isVideo { end(at: now, into: &out) }
        case .senderReport: noteClock(record, quality, at: record.reportArrival, into: &out)
        case .packet:
            seen[quality] = packet.arrival
            guard isActive, isChosen, packet.payloadLength > 0 else { return }
            if isVideo {
                keepPicture(record, quality, bytes, numbers: &numbers, into: &out)
            } else {
                keepVoice(record, bytes, numbers: &numbers, into: &out)
            }
            noteFilmClock(record, quality, into: &out)
        }
    }

    /// It is no longer kept, for now or for good.
    mutating func end(at time: Int64, into out: inout [TappedRecord]) {
        kept = -1
        gapSince = nil
        order = PacketOrder()
        guard let track = self.track.take() else { return }
        out.append(TappedRecord(room: room, time: time, content: .ended(track: track.number)))
    }

    private mutating func begin(
        _ codec: Codec, at time: Int64, numbers: inout UInt16, into out: inout [TappedRecord]
    ) -> UInt32 {
        if let track, track.codec == codec { return track.number }
        let layer = kept
        end(at: time, into: &out)
        kept = layer
        let number = firstTrack &+ UInt32(numbers)
        numbers &+= 1
        let begun = TappedTrack(
            number: number, role: publication.role, codec: codec, owner: publication.owner, name: publication.name)
        track = begun
        out.append(TappedRecord(room: room, time: time, content: .began(begun)))
        return number
    }

    private mutating func noteLoss(_ record: LinkedPacket, into out: inout [TappedRecord]) {
        let before = lost ?? record.lost
        lost = record.lost
        guard record.lost != before, let track else { return }
        out.append(
            TappedRecord(
                room: room, time: record.packet.arrival,
                content: .lost(track: track.number, packets: record.lost &- before)))
        if isVideo { gapSince = gapSince ?? .min / 2 }
    }

    /// A film's sound and picture have the same clock: the server's.
    private mutating func noteFilmClock(_ record: LinkedPacket, _ quality: Int, into out: inout [TappedRecord]) {
        guard let last = filmClockAt, record.packet.arrival - last > Self.filmClock else { return }
        filmClockAt = record.packet.arrival
        noteClock(record, quality, at: record.reportArrival, into: &out)
    }

    /// - Parameter time: when it is told. What was reported before a track began is told as it is then: nothing of a track may
    ///   come before its begin.
    private func noteClock(_ record: LinkedPacket, _ quality: Int, at time: Int64, into out: inout [TappedRecord]) {
        guard let track, record.reportNTP != 0, !isVideo || quality == kept else { return }
        let later = max(0, time &- record.reportArrival)
        guard later < Self.oldestReport else { return }
        let ticks = later * Int64(track.codec.clockRate) / 1_000_000
        out.append(
            TappedRecord(
                room: room, time: time,
                content: .clock(
                    track: track.number, layer: UInt8(truncatingIfNeeded: quality),
                    timestamp: record.reportTimestamp &+ UInt32(truncatingIfNeeded: ticks),
                    ntp: record.reportNTP &+ (UInt64(later) << 32) / 1_000_000)))
    }

    private mutating func keepPicture(
        _ record: LinkedPacket, _ quality: Int, _ bytes: UnsafeRawBufferPointer, numbers: inout UInt16,
        into out: inout [TappedRecord]
    ) {
        let packet = record.packet
        var isNew = false
        if quality != kept {
            // Up at once, down when the better one has stopped.
            guard packet.isKeyframe, quality > kept || !isLive(kept, now: packet.arrival) else { return }
            kept = quality
            order = PacketOrder()
            gapSince = nil
            isNew = true
        }
        let before = track?.number
        let number = begin(packet.codec, at: packet.arrival, numbers: &numbers, into: &out)
        guard order.take(packet.sequence) else { return }
        if packet.isKeyframe {
            order.forgive()
            gapSince = nil
        } else if order.hasLost {
            gapSince = gapSince ?? .min / 2
        } else if order.hasGap {
            gapSince = gapSince ?? packet.arrival
        } else if !isBroken(now: packet.arrival) {
            gapSince = nil
        }
        out.append(
            rtp(
                packet, track: number, quality, timestamp: packet.timestamp, sequence: packet.sequence,
                payload: payload(of: packet, in: bytes, from: Int(packet.payloadOffset))))
        if isNew || number != before { noteClock(record, quality, at: packet.arrival, into: &out) }
    }

    private mutating func keepVoice(
        _ record: LinkedPacket, _ bytes: UnsafeRawBufferPointer, numbers: inout UInt16, into out: inout [TappedRecord]
    ) {
        let packet = record.packet
        let before = track?.number
        let number = begin(.opus, at: packet.arrival, numbers: &numbers, into: &out)
        if packet.codec == .red {
            recover(packet, bytes, track: number, into: &out)
            let voice = payload(of: packet, in: bytes, from: Int(packet.primaryOffset))
            guard !voice.isEmpty, order.take(packet.sequence) else { return }
            out.append(
                rtp(packet, track: number, 0, timestamp: packet.timestamp, sequence: packet.sequence, payload: voice))
        } else {
            guard order.take(packet.sequence) else { return }
            out.append(
                rtp(
                    packet, track: number, 0, timestamp: packet.timestamp, sequence: packet.sequence,
                    payload: payload(of: packet, in: bytes, from: Int(packet.payloadOffset))))
        }
        if number != before { noteClock(record, 0, at: packet.arrival, into: &out) }
    }

    /// What is said again of packets that have not come (RFC 2198): the last redundant block is of the packet before.
    private mutating func recover(
        _ packet: CachedPacket, _ bytes: UnsafeRawBufferPointer, track: UInt32, into out: inout [TappedRecord]
    ) {
        guard order.highest >= 0 else { return }
        let body = payload(of: packet, in: bytes, from: Int(packet.payloadOffset))
        guard let red = REDPayload(parsing: body.bytes), (1...Self.mostRepeats).contains(red.redundantBlocks) else {
            return
        }
        var blocks = red.redundantIterator()
        var back = Int64(red.redundantBlocks)
        while let block = blocks.next(in: body.bytes) {
            let sequence = packet.sequence - back
            back -= 1
            guard !block.range.isEmpty, sequence > order.first, order.take(sequence) else { continue }
            out.append(
                rtp(
                    packet, track: track, 0, timestamp: packet.timestamp &- UInt32(block.timestampOffset),
                    sequence: sequence, payload: UnsafeRawBufferPointer(rebasing: body[block.range])))
        }
    }

    // MARK: Bytes

    /// Up to the padding, whose length is its last byte (RFC 3550 §5.1).
    private func payload(
        of packet: CachedPacket, in bytes: UnsafeRawBufferPointer, from offset: Int
    ) -> UnsafeRawBufferPointer {
        var end = min(Int(packet.payloadOffset) + Int(packet.payloadLength), bytes.count)
        if packet.hasPadding, end > offset { end -= Int(bytes[end - 1]) }
        return UnsafeRawBufferPointer(rebasing: bytes[min(offset, max(end, 0))..<max(end, min(offset, max(end, 0)))])
    }

    /// Header and payload; the payload type and the SSRC are the journal's own: 96 + codec, and the track's number.
    private func rtp(
        _ packet: CachedPacket, track: UInt32, _ quality: Int, timestamp: UInt32, sequence: Int64,
        payload: UnsafeRawBufferPointer
    ) -> TappedRecord {
        let codec: Codec = isVideo ? packet.codec : .opus
        var out: [UInt8] = []
        out.reserveCapacity(12 + payload.count)
        out.append(0x80)
        out.append((packet.marker ? 0x80 : 0) | (96 + codec.rawValue))
        for shift in [8, 0] { out.append(UInt8(truncatingIfNeeded: sequence >> Int64(shift))) }
        for value in [timestamp, track] {
            for shift in [24, 16, 8, 0] as [UInt32] { out.append(UInt8(truncatingIfNeeded: value >> shift)) }
        }
        out.append(contentsOf: payload)
        return TappedRecord(
            room: room, time: packet.arrival,
            content: .packet(track: track, layer: UInt8(truncatingIfNeeded: quality), bytes: out))
    }
}

/// Which packets of a stream have come: each is kept once, and a gap is known.
struct PacketOrder {
    /// Extended sequence numbers; -1: none yet.
    private(set) var first: Int64 = -1
    private(set) var highest: Int64 = -1
    /// Bit n: `highest - n` has come.
    private var come: UInt64 = 0

    /// False for one that has come, or comes too late to be told from one that has.
    mutating func take(_ sequence: Int64) -> Bool {
        guard highest >= 0 else {
            first = sequence
            highest = sequence
            come = .max
            return true
        }
        if sequence > highest {
            let step = sequence - highest
            let leaving: UInt64 = step < 64 ? ~(.max >> UInt64(step)) : .max
            if step > 64 || come & leaving != leaving { hasLost = true }
            come = step < 64 ? come << UInt64(step) | 1 : 1
            highest = sequence
            return true
        }
        let back = highest - sequence
        guard back < 64, come & 1 << UInt64(back) == 0 else { return false }
        come |= 1 << UInt64(back)
        return true
    }

    /// Whether one of the last 64 is missing.
    var hasGap: Bool { come != .max }
    /// Whether one before these never came.
    private(set) var hasLost = false

    /// What is missing is not needed any more.
    mutating func forgive() {
        come = .max
        hasLost = false
    }
}

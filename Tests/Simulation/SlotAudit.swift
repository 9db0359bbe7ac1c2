import RTP

/// Looks at every packet of one picture slot as a decoder would see it, decrypted: the numbers of RTP and of VP8 go on
/// without a hole or a step back, a picture has one time and one end, and the payload is what its publisher sent.
struct SlotAudit {
    private struct Seen {
        var sequence: Int64 = 0
        var timestamp: UInt32 = 0
        var stream: UInt32 = 0
        var mark = PictureMark()
        var pictureID: UInt16 = 0
        var tl0: UInt8 = 0
        var tid: UInt8 = 0
        var isSync = false
        var marker = false
    }

    private var unwrapper = SequenceUnwrapper()
    private var before: Seen?
    /// Picture numbers were left out since the last picture of the base layer.
    private var hasGap = false

    /// - Parameters:
    ///   - payload: decrypted, without padding.
    ///   - mark: as it came in the clear.
    /// - Returns: what is wrong, nil when all is well.
    mutating func check(
        sequence: UInt16, timestamp: UInt32, marker: Bool, mark: PictureMark, payload: UnsafeRawBufferPointer
    ) -> String? {
        guard let descriptor = VP8Descriptor(parsing: payload.bytes), let base = payload.baseAddress else {
            return "a payload of \(payload.count) bytes that is not VP8"
        }
        guard payload.count > VideoPacket.markOffset + PictureMark.length else { return "a payload that was cut" }
        let inside = PictureMark(base + VideoPacket.markOffset)
        guard inside.stream == mark.stream, inside.picture == mark.picture, inside.part == mark.part else {
            return "a payload that belongs to another packet"
        }
        guard descriptor.isKeyframe == (mark.isKeyframe && mark.part == 0), descriptor.pictureIDIs15Bit else {
            return "a descriptor that was changed"
        }
        var now = Seen()
        now.sequence = unwrapper.unwrap(sequence)
        now.timestamp = timestamp
        now.stream = mark.stream
        now.mark = mark
        now.pictureID = descriptor.pictureID ?? 0
        now.tl0 = descriptor.tl0PicIdx ?? 0
        now.tid = descriptor.temporalID ?? 0
        now.isSync = descriptor.layerSync
        now.marker = marker
        guard let last = before else {
            before = now
            return nil
        }
        // Packets are looked at as they are sent: in order, but for those of before that come again.
        guard now.sequence > last.sequence else { return nil }
        before = now
        return compare(now, last)
    }

    private mutating func compare(_ now: Seen, _ last: Seen) -> String? {
        if now.marker != (now.mark.part == now.mark.parts - 1) { return "a marker at the wrong packet" }
        guard now.sequence == last.sequence + 1 else {
            hasGap = false
            return nil
        }
        let isSame = now.stream == last.stream && now.mark.picture == last.mark.picture
        if isSame {
            guard now.timestamp == last.timestamp, now.pictureID == last.pictureID, now.tl0 == last.tl0 else {
                return "a picture with two times or numbers"
            }
            return now.mark.part == last.mark.part + 1 ? nil : "a part \(now.mark.part) after \(last.mark.part)"
        }
        guard now.mark.part == 0 else { return "a picture without its beginning" }
        // One that nothing refers to may end early: it is not shown.
        guard last.marker || last.tid == 2 || now.mark.isKeyframe else { return "a picture that ends early" }
        if Int32(bitPattern: now.timestamp &- last.timestamp) <= 0 { return "time that goes back" }
        let step = (now.pictureID &- last.pictureID) & 0x7FFF
        if step == 0 || step > 0x4000 { return "picture number \(now.pictureID) after \(last.pictureID)" }
        // libwebrtc's RtpVp8RefFinder waits with a picture above the base layer for all numbers since the last one
        // of the base layer, unless it refers to that one only.
        hasGap = now.tid > 0 && (hasGap || step > 1)
        if hasGap, !now.isSync { return "picture number \(now.pictureID), which waits for one that does not come" }
        if now.tl0 &- last.tl0 != (now.tid == 0 ? 1 : 0) {
            return "TL0PICIDX \(now.tl0) after \(last.tl0), tid \(now.tid)"
        }
        if now.stream != last.stream, !now.mark.isKeyframe { return "a change of layer without a keyframe" }
        return nil
    }
}

/// Which voices a receiver's line carries, and in which form.
extension Relay {
    /// 32 kbit/s in packets of 20 ms, with their headers.
    private static var usualVoice: Int { 58_000 }
    /// What a voice in a pause costs at most, bit/s.
    private static var pauseRate: Int { 5_000 }

    /// Chooses the form of the voices and which of them the line has room for. Returns what they cost, and what all would
    /// in the form that is wished, bit/s, and whether others are heard now.
    mutating func allocateVoices(
        participant: Int, line: Int, now: Int64
    ) -> (cost: Int, wished: Int, changed: Bool) {
        // Chair, floor-holder, who speaks: the first is never given up.
        let ranked = participants[participant].slots
            .filter { !slots[$0].role.isVideo && slots[$0].publication >= 0 }
            .map { (slot: $0, rank: voiceRank(slot: $0, now: now)) }
            .sorted { ($0.rank, $0.slot) < ($1.rank, $1.slot) }
            .compactMap { entry -> (slot: Int, layer: Int, rate: Int)? in
                guard let layer = publications[Int(slots[entry.slot].publication)].layers.first else { return nil }
                return (entry.slot, layer, voiceRate(layer: layer, now: now))
            }
        let isSaving = participants[participant].reception == .saver
        let whole = ranked.reduce(0) { $0 + $1.rate }
        participants[participant].downlink?.chooseVoiceForm(isSaving: isSaving, voices: whole, now: now)
        let wished = participants[participant].downlink?.wishedForm.cost(of: whole) ?? whole
        let form = participants[participant].downlink?.voiceForm ?? .plain
        // Voices are repeated where all of them have room for it: nobody is given up for that.
        let limit = line / 100 * (form == .repeated ? Downlink.repetitionRoom : 95)
        var (sum, sound) = (0, 0)
        var changed = false
        for (position, (slot, layer, rate)) in ranked.enumerated() {
            if slots[slot].voiceForm != form {
                // What waits to be merged goes out at once, before anything in the new form.
                slots[slot].mergeUntil = 0
                if slots[slot].mergeCount == 0 { slots[slot].voiceForm = form }
            }
            let cost = form.cost(of: rate)
            // What was given up comes back where there is room enough for it to stay.
            let room = slots[slot].isShed && form != .repeated ? limit / 10 * 9 : limit
            let isTooMuch = sum &+ cost > room || sound &+ form.sound(of: rate) > Downlink.soundCeiling / 20 * 21
            let isShed = position > 0 && isTooMuch && cost > Self.pauseRate
            if isShed != slots[slot].isShed {
                changed = true
                if isShed { shed(slot: slot) }
            }
            slots[slot].isShed = isShed
            slots[slot].picture = isShed ? .held : .full
            slots[slot].target = isShed ? -1 : Int32(truncatingIfNeeded: layer)
            if isShed { continue }
            sum &+= cost
            sound &+= form.sound(of: rate)
        }
        return (sum, max(sum, wished), changed)
    }

    /// bit/s of a voice as it comes in; what its packets cost at most until it has been measured.
    private func voiceRate(layer: Int, now: Int64) -> Int {
        guard layers[layer].isLive(now: now) else { return 0 }
        if layers[layer].rate.whole > 0 { return layers[layer].rate.whole }
        return publications[layers[layer].publication].voice.isSpeaking(now: now) ? Self.usualVoice : 0
    }

    /// Lower is heard on thinner lines.
    private func voiceRank(slot: Int, now: Int64) -> Int {
        let publication = Int(slots[slot].publication)
        let room = publications[publication].room
        if publications[publication].ownerID == rooms[room].chair { return 0 }
        if publications[publication].ownerID == rooms[room].floor { return 1 }
        // A film's sound is what everybody is to hear, like whoever has the floor.
        if publications[publication].isPlayed { return 1 }
        let isSpeaking = publications[publication].voice.isSpeaking(now: now)
        // What is being heard goes on being heard.
        return (isSpeaking ? 2 : 4) + (slots[slot].isShed ? 1 : 0)
    }

    private mutating func shed(slot: Int) {
        closeVoice(slot: slot)
        slots[slot].layer = -1
        slots[slot].voiceFrom = .max
    }
}

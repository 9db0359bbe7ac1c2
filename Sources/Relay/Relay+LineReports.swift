import Congestion

/// What the world is told of receivers' lines.
extension Relay {
    private static var reportInterval: Int64 { 2_000_000 }

    /// Reports a receiver's line when it is time, or when what it carries has changed.
    mutating func reportLine(participant: Int, now: Int64) {
        guard participants[participant].downlink != nil else { return }
        let level = level(of: participant)
        let isDue = now >= participants[participant].downlink?.nextReport ?? 0
        guard isDue || level != participants[participant].downlink?.reportedLevel else { return }
        participants[participant].downlink?.nextReport = now &+ Self.reportInterval
        participants[participant].downlink?.reportedLevel = level
        var report = LineReport()
        report.level = level
        if let rate = participants[participant].downlink?.estimator.rate { report.estimateKbps = rate / 1000 }
        report.spareKbps = (participants[participant].downlink?.spare ?? 0) / 1000
        report.loss = participants[participant].downlink?.estimator.lossFraction ?? 0
        report.queueMilliseconds = Int((participants[participant].downlink?.estimator.queueDelay ?? 0) / 1000)
        switch participants[participant].downlink?.voiceForm {
        case .merged: report.mergesVoices = true
        case .repeated: report.repeatsVoices = true
        case .plain, nil: break
        }
        report.sentKbps = participants[participant].sentKbps
        let room = participants[participant].room
        events.append(.line(room: rooms[room].name, viewer: participants[participant].id, report: report))
    }

    private func level(of participant: Int) -> LineReport.Level {
        var (pictures, held, lower) = (0, 0, 0)
        for slot in participants[participant].slots where slots[slot].role.isVideo && slots[slot].publication >= 0 {
            pictures += 1
            switch slots[slot].picture {
            case .full: break
            case .held: held += 1
            case .reduced, .slow: lower += 1
            }
        }
        if participants[participant].reception == .audio { return .voice }
        if held > 0 { return held == pictures && participants[participant].reception == .full ? .voice : .held }
        return lower > 0 ? .reduced : .full
    }
}

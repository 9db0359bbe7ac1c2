/// Whether a site is ready for a briefing, and if not, why.
public struct Readiness: Hashable, Sendable {
    public enum State: String, Sendable, Codable, CaseIterable {
        /// It cannot take part as things are.
        case red
        /// It can, but not well.
        case amber
        case green
        /// Nothing is known.
        case none
    }

    public struct Reason: Hashable, Sendable, Encodable {
        /// For programs.
        public var code: Code
        public var words: Sentence
    }

    public enum Code: String, Sendable, Codable, CaseIterable {
        case notChecked = "not-checked"
        case stale, lineLost = "line-lost"
        case lineNotMeasured = "line-not-measured"
        case up, down, rtt, loss
        case microphoneMissing = "mic-missing"
        case microphoneSilent = "mic-silent"
        case microphoneNoisy = "mic-noisy"
        case cameraMissing = "camera-missing"
        case cameraDark = "camera-dark"
        case cameraFrozen = "camera-frozen"
        case speakerSilent = "speaker-silent"
        case speakerUnknown = "speaker-unknown"
        case clock
    }

    public private(set) var state: State
    /// The worst first.
    public private(set) var reasons: [Reason]

    /// A check older than this may not say any more how things are: seconds.
    public static let freshness = 90 * 60
    /// A check older than this says nothing: seconds.
    public static let memory = 24 * 3600

    /// A site that has not checked itself.
    public static let unknown = Readiness(
        state: .none,
        reasons: [
            Reason(code: .notChecked, words: Sentence(vietnamese: "Chưa kiểm tra", english: "Not checked yet"))
        ])

    private init(state: State, reasons: [Reason]) {
        self.state = state
        self.reasons = reasons
    }

    /// What a check says.
    ///
    /// - Parameters:
    ///   - need: kbit/s that a briefing needs of the site's line.
    ///   - age: seconds since the check; 0 for how it was at its own time.
    public init(_ check: SiteCheck, need: LineRates, age: Int = 0) {
        guard age <= Self.memory else {
            self = .unknown
            return
        }
        var findings = Findings()
        findings.line(check, need)
        findings.devices(check)
        findings.clock(check)
        if age > Self.freshness {
            findings.amber(.stale, "Kiểm tra đã quá 90 phút", "The check is more than 90 minutes old")
        }
        reasons = findings.red + findings.amber
        state = !findings.red.isEmpty ? .red : findings.amber.isEmpty ? .green : .amber
    }
}

/// Gathers reasons while a check is looked through.
private struct Findings {
    var red: [Readiness.Reason] = []
    var amber: [Readiness.Reason] = []

    mutating func red(_ code: Readiness.Code, _ vietnamese: String, _ english: String) {
        red.append(.init(code: code, words: Sentence(vietnamese: vietnamese, english: english)))
    }

    mutating func amber(_ code: Readiness.Code, _ vietnamese: String, _ english: String) {
        amber.append(.init(code: code, words: Sentence(vietnamese: vietnamese, english: english)))
    }

    private mutating func add(isRed: Bool, _ code: Readiness.Code, _ vietnamese: String, _ english: String) {
        if isRed { red(code, vietnamese, english) } else { amber(code, vietnamese, english) }
    }

    mutating func line(_ check: SiteCheck, _ need: LineRates) {
        if check.up == nil, check.down == nil {
            amber(.lineNotMeasured, "Chưa đo đường truyền", "The line has not been measured")
        }
        if check.up == 0 {
            red(.lineLost, "Không gửi được âm thanh, hình ảnh", "Sound and picture do not get through")
        } else if let up = check.up, up < need.up {
            add(
                isRed: up < LineNeed.voice, .up, "Đường lên \(up) kbit/s, cần \(need.up)",
                "Upload \(up) kbit/s, needs \(need.up)")
        }
        if let down = check.down, down < need.down {
            add(
                isRed: down < LineNeed.voice, .down, "Đường xuống \(down) kbit/s, cần \(need.down)",
                "Download \(down) kbit/s, needs \(need.down)")
        }
        if let loss = check.loss, loss >= 0.05 {
            let percent = Int((min(loss, 1) * 100).rounded())
            add(isRed: loss >= 0.15, .loss, "Mất gói \(percent)%", "\(percent) % of packets are lost")
        }
        // ITU-T G.114 calls 400 ms one way the limit of planning; a conversation suffers from half of it on.
        if let rtt = check.rtt, rtt >= 400 {
            add(isRed: rtt >= 1000, .rtt, "Trễ khứ hồi \(rtt) ms", "Round trip \(rtt) ms")
        }
    }

    mutating func devices(_ check: SiteCheck) {
        if let mic = check.mic {
            // Even a quiet room is above −80 dBFS: below −90 the microphone is switched off or not connected.
            if max(mic, check.micPeak ?? mic) < -90 {
                red(.microphoneSilent, "Không có tiếng micrô", "No sound from the microphone")
            } else if mic > -30 {
                amber(.microphoneNoisy, "Micro nhiều tiếng ồn", "The microphone hears much noise")
            }
        } else {
            red(.microphoneMissing, "Không có micrô", "No microphone")
        }
        switch check.speaker {
        case .ok: break
        case .silent: red(.speakerSilent, "Loa không phát ra tiếng", "No sound from the speaker")
        case .unknown:
            // Without a microphone nobody can hear the speaker: the one reason is enough.
            if check.mic != nil { amber(.speakerUnknown, "Chưa thử được loa", "The speaker could not be tested") }
        }
        switch check.camera {
        case .ok: break
        case .dark: amber(.cameraDark, "Hình ảnh camera tối đen", "The camera's picture is dark")
        case .frozen: amber(.cameraFrozen, "Hình ảnh camera bị đứng", "The camera's picture stands still")
        case .none: amber(.cameraMissing, "Không có camera", "No camera")
        }
    }

    /// From a quarter of an hour on the site comes too late or early, and certificates seem out of date.
    mutating func clock(_ check: SiteCheck) {
        guard let difference = check.clock.map({ Int($0.magnitude / 1000) }), difference >= 30 else { return }
        let minutes = (difference + 30) / 60
        let isRed = difference >= 900
        if difference < 90 {
            add(
                isRed: isRed, .clock, "Đồng hồ lệch \(difference) giây",
                "The clock is off by \(difference) seconds")
        } else {
            add(isRed: isRed, .clock, "Đồng hồ lệch \(minutes) phút", "The clock is off by \(minutes) minutes")
        }
    }
}

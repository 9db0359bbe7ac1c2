import Testing

@testable import Briefing

@Suite struct ReadinessTests {
    static let need = LineRates(down: 300, up: 256)
    static let good = SiteCheck(
        down: 900, up: 400, rtt: 40, loss: 0.01, mic: -62, micPeak: -40, camera: .ok, speaker: .ok, clock: 200)

    struct Finding: Sendable, CustomTestStringConvertible {
        var state: Readiness.State
        var code: Readiness.Code
        var vietnamese: String
        var english: String
        var change: @Sendable (inout SiteCheck) -> Void
        var testDescription: String { english }

        init(
            _ state: Readiness.State, _ code: Readiness.Code, _ vietnamese: String, _ english: String,
            _ change: @escaping @Sendable (inout SiteCheck) -> Void
        ) {
            self.state = state
            self.code = code
            self.vietnamese = vietnamese
            self.english = english
            self.change = change
        }
    }

    static let findings = [
        Finding(.amber, .up, "Đường lên 180 kbit/s, cần 256", "Upload 180 kbit/s, needs 256") { $0.up = 180 },
        Finding(.red, .up, "Đường lên 39 kbit/s, cần 256", "Upload 39 kbit/s, needs 256") { $0.up = 39 },
        Finding(.amber, .down, "Đường xuống 299 kbit/s, cần 300", "Download 299 kbit/s, needs 300") { $0.down = 299 },
        Finding(.red, .down, "Đường xuống 0 kbit/s, cần 300", "Download 0 kbit/s, needs 300") { $0.down = 0 },
        Finding(.red, .lineLost, "Không gửi được âm thanh, hình ảnh", "Sound and picture do not get through") {
            $0.up = 0
        },
        Finding(.amber, .lineNotMeasured, "Chưa đo đường truyền", "The line has not been measured") {
            ($0.up, $0.down) = (nil, nil)
        },
        Finding(.amber, .loss, "Mất gói 5%", "5 % of packets are lost") { $0.loss = 0.05 },
        Finding(.red, .loss, "Mất gói 15%", "15 % of packets are lost") { $0.loss = 0.15 },
        Finding(.amber, .rtt, "Trễ khứ hồi 400 ms", "Round trip 400 ms") { $0.rtt = 400 },
        Finding(.red, .rtt, "Trễ khứ hồi 1000 ms", "Round trip 1000 ms") { $0.rtt = 1000 },
        Finding(.red, .microphoneSilent, "Không có tiếng micrô", "No sound from the microphone") {
            ($0.mic, $0.micPeak) = (-120, -95)
        },
        Finding(.amber, .microphoneNoisy, "Micro nhiều tiếng ồn", "The microphone hears much noise") { $0.mic = -29 },
        Finding(.red, .microphoneMissing, "Không có micrô", "No microphone") {
            ($0.mic, $0.micPeak, $0.speaker) = (nil, nil, .unknown)
        },
        Finding(.red, .speakerSilent, "Loa không phát ra tiếng", "No sound from the speaker") { $0.speaker = .silent },
        Finding(.amber, .speakerUnknown, "Chưa thử được loa", "The speaker could not be tested") {
            $0.speaker = .unknown
        },
        Finding(.amber, .cameraMissing, "Không có camera", "No camera") { $0.camera = .none },
        Finding(.amber, .cameraDark, "Hình ảnh camera tối đen", "The camera's picture is dark") { $0.camera = .dark },
        Finding(.amber, .cameraFrozen, "Hình ảnh camera bị đứng", "The camera's picture stands still") {
            $0.camera = .frozen
        },
        Finding(.amber, .clock, "Đồng hồ lệch 45 giây", "The clock is off by 45 seconds") { $0.clock = -45_900 },
        Finding(.amber, .clock, "Đồng hồ lệch 3 phút", "The clock is off by 3 minutes") { $0.clock = 180_000 },
        Finding(.red, .clock, "Đồng hồ lệch 15 phút", "The clock is off by 15 minutes") { $0.clock = -900_000 },
    ]

    @Test(arguments: findings) func `What is wrong is said in words, and only that`(finding: Finding) {
        var check = Self.good
        finding.change(&check)
        let found = Readiness(check, need: Self.need)
        #expect(found.state == finding.state)
        #expect(found.reasons.map(\.code) == [finding.code])
        #expect(found.reasons.first?.words.vietnamese == finding.vietnamese)
        #expect(found.reasons.first?.words.english == finding.english)
    }

    @Test func `A site with nothing wrong is green`() {
        let found = Readiness(Self.good, need: Self.need)
        #expect(found.state == .green)
        #expect(found.reasons.isEmpty)
    }

    @Test func `The worst reason comes first`() {
        var check = Self.good
        check.camera = .dark
        check.mic = nil
        check.rtt = 500
        let found = Readiness(check, need: Self.need)
        #expect(found.state == .red)
        #expect(found.reasons.map(\.code) == [.microphoneMissing, .rtt, .cameraDark])
    }

    @Test func `A check grows old, and after a day says nothing`() {
        #expect(Readiness(Self.good, need: Self.need, age: Readiness.freshness).state == .green)
        let old = Readiness(Self.good, need: Self.need, age: Readiness.freshness + 1)
        #expect(old.state == .amber && old.reasons.map(\.code) == [.stale])
        #expect(Readiness(Self.good, need: Self.need, age: Readiness.memory + 1) == .unknown)
        #expect(Readiness.unknown.reasons.first?.words.vietnamese == "Chưa kiểm tra")
    }

    @Test func `No figures of a check end the program`() {
        for figure in [Int.min, -1, 0, Int.max] {
            let check = SiteCheck(
                down: figure, up: figure, rtt: figure, loss: Double(figure), mic: Double(figure), clock: figure)
            #expect(!Readiness(check, need: Self.need, age: 0).reasons.isEmpty)
        }
        #expect(Readiness(SiteCheck(loss: .infinity, mic: -.infinity), need: Self.need).state == .red)
    }

    @Test func `A briefing needs a voice, and a picture by the line`() {
        let capacity = Capacity()
        func need(_ down: Int, _ up: Int) -> LineRates {
            LineNeed.of(SiteLine(kind: "", down: down, up: up), capacity)
        }
        #expect(need(64, 64) == LineRates(down: 40, up: 40))
        #expect(need(384, 128) == LineRates(down: 192, up: 64))
        #expect(need(100_000, 100_000) == LineRates(down: 300, up: 150))
    }

    @Test func `Calls that touch a time take what their sites need, each site once`() {
        let lines = [
            SiteID(1): SiteLine(kind: "", down: 3072, up: 512), SiteID(2): SiteLine(kind: "", down: 64, up: 64),
        ]
        let capacity = Capacity(officeUp: 1000, officeDown: 500)
        let calls = [
            RunningCall(begin: 100, end: 200, sites: [SiteID(1)]),
            RunningCall(begin: 150, end: 250, sites: [SiteID(1), SiteID(2)]),
        ]
        func free(_ from: Int, _ through: Int) -> LineRates {
            LineNeed.free(of: capacity, beside: calls, lines: lines, from: from, through: through)
        }
        #expect(free(0, 99) == LineRates(down: 1000, up: 500))
        #expect(free(0, 100) == LineRates(down: 700, up: 350))
        #expect(free(150, 150) == LineRates(down: 660, up: 310))
        #expect(free(250, 300) == LineRates(down: 1000, up: 500))
        let many = [RunningCall(begin: 0, end: 9, sites: Set((1...50).map { SiteID($0) }))]
        #expect(
            LineNeed.free(of: capacity, beside: many, lines: [:], from: 0, through: 0) == LineRates(down: 0, up: 0))
    }
}

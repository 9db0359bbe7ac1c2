import Briefing
import Foundation
import ICalendar
import Store

/// One check of a site as pages show it.
public struct CheckShown: Encodable, Sendable {
    public var site: SiteID
    public var occurrence: OccurrenceID?
    /// The meeting's title and beginning, where it was for one.
    public var title: String?
    public var start: LocalDateTime?
    /// Unix milliseconds.
    public var at: Int
    public var by: String
    public var state: Readiness.State
    public var reasons: [Readiness.Reason]
    public var figures: Figures

    public struct Figures: Encodable, Sendable {
        public var down: Int?
        public var up: Int?
        public var rtt: Int?
        public var loss: Double?
        public var mic: Double?
        public var micPeak: Double?
        public var camera: SiteCheck.Camera
        public var speaker: SiteCheck.Speaker
        public var clock: Int?

        init(_ check: SiteCheck) {
            down = check.down
            up = check.up
            rtt = check.rtt
            loss = check.loss
            mic = check.mic
            micPeak = check.micPeak
            camera = check.camera
            speaker = check.speaker
            clock = check.clock
        }
    }
}

public struct CheckHistory: Encodable, Sendable {
    public var site: SiteID
    public var name: String
    /// The newest first.
    public var checks: [CheckShown]
    /// How it went into earlier meetings: the last check of each.
    public var meetings: [CheckShown]
}

extension SchedulerService {
    public struct CheckForm: Decodable, Sendable {
        public var occurrence: OccurrenceID?
        public var site: SiteID?
        public var down: Int?
        public var up: Int?
        public var rtt: Int?
        public var loss: Double?
        public var mic: Double?
        public var micPeak: Double?
        public var camera: String?
        public var speaker: String?
        public var clock: Int?
    }

    /// Checks that a site may send within a minute.
    static let checksPerMinute = 6
    /// Checks that a history shows.
    static let historyLength = 20

    /// Keeps what a site found out about itself, and gives its turn back.
    public func addCheck(_ form: CheckForm, by checker: SiteCaller) async throws -> CheckShown {
        let check = try checked(form)
        let now = now()
        let kept = try await store.write { writing -> KeptCheck in
            let site = try self.checkedSite(form.site, for: form.occurrence, by: checker, writing.reading)
            guard try writing.reading.checkCount(of: site, since: now - 60) < Self.checksPerMinute else {
                throw ActError.tooOften(seconds: 60)
            }
            let kept = KeptCheck(site: site, occurrence: form.occurrence, at: now, by: checker.name, check: check)
            try writing.add(kept)
            try writing.record(
                at: now, who: checker.name, what: "site.check", object: "site \(site)",
                detail: self.directory.siteName(site))
            return kept
        }
        readiness.withTurns { $0.end(kept.site) }
        return try await store.read { try self.shown(kept, $0) }
    }

    private func checked(_ form: CheckForm) throws(ActError) -> SiteCheck {
        var check = FormCheck()
        func number(_ field: String, _ value: Int?, _ range: ClosedRange<Int>) -> Int? {
            value.map { check.number(field, $0, range) }
        }
        func real(_ field: String, _ value: Double?, _ range: ClosedRange<Double>) -> Double? {
            if let value, !range.contains(value) {
                check.wrong(
                    field, "Phải là số từ \(range.lowerBound) đến \(range.upperBound).",
                    "It must be a number from \(range.lowerBound) to \(range.upperBound).")
            }
            return value
        }
        let camera = SiteCheck.Camera(rawValue: form.camera ?? "none")
        if camera == nil {
            check.wrong("camera", "Chọn ok, dark, frozen hoặc none.", "Choose ok, dark, frozen or none.")
        }
        let speaker = SiteCheck.Speaker(rawValue: form.speaker ?? "unknown")
        if speaker == nil { check.wrong("speaker", "Chọn ok, silent hoặc unknown.", "Choose ok, silent or unknown.") }
        let found = SiteCheck(
            down: number("down", form.down, 0...10_000_000), up: number("up", form.up, 0...10_000_000),
            rtt: number("rtt", form.rtt, 0...600_000), loss: real("loss", form.loss, 0...1),
            mic: real("mic", form.mic, -200...0), micPeak: real("micPeak", form.micPeak, -200...0),
            camera: camera ?? .none, speaker: speaker ?? .unknown,
            // A clock may say 1970, or 2100.
            clock: number("clock", form.clock, -10_000_000_000_000...10_000_000_000_000))
        try check.finish()
        return found
    }

    /// A site's checks, for who may check it or see its technician; with a meeting, for who sees the site on its board.
    public func checks(of id: SiteID, for occurrence: OccurrenceID?, as caller: Caller) async throws -> CheckHistory {
        guard let site = directory.sites[id] else { throw ActError.notFound }
        return try await store.read { reading in
            var isAllowed = caller.rights.mayCheckSite(of: site.unit) || caller.rights.maySeeTechnicians(of: site.unit)
            if let occurrence, !isAllowed {
                let plan = try self.meeting(occurrence, reading).2
                isAllowed =
                    plan.sites.contains(id)
                    && caller.rights.maySeeReadiness(of: site.unit, organiser: plan.organiser)
            }
            guard isAllowed else { throw ActError.forbidden }
            return CheckHistory(
                site: id, name: self.directory.siteName(id),
                checks: try reading.checks(of: id, limit: Self.historyLength).map { try self.shown($0, reading) },
                meetings: try reading.lastChecksByMeeting(of: id, limit: Self.historyLength).filter {
                    $0.occurrence != occurrence
                }.map { try self.shown($0, reading) })
        }
    }

    /// As it was at its own time.
    private func shown(_ kept: KeptCheck, _ reading: Reading) throws -> CheckShown {
        let verdict = Readiness(kept.check, need: need(of: kept.site))
        let occurrence = try kept.occurrence.flatMap { try reading.occurrence($0) }
        return CheckShown(
            site: kept.site, occurrence: kept.occurrence,
            title: try occurrence.flatMap { try reading.titles(of: [$0.id])[$0.id] }, start: occurrence?.start,
            at: kept.at * 1000, by: try name(ofActor: kept.by, reading), state: verdict.state,
            reasons: verdict.reasons, figures: .init(kept.check))
    }

    func need(of site: SiteID) -> LineRates {
        let capacity = office.capacity
        return directory.sites[site].map { LineNeed.of($0.line, capacity) }
            ?? LineRates(down: LineNeed.voice, up: LineNeed.voice)
    }
}

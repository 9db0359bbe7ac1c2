import Briefing
import Foundation
import ICalendar
import Store

/// A decision about a recording, as somebody sends it; nothing in it is trusted.
public struct RetentionForm: Decodable, Sendable {
    /// `hold`, `release`, `keep`, `propose`, `confirm`, `refuse`.
    public var `do`: String?
    public var reason: String?
    /// Of a release: which hold.
    public var hold: Int64?
    /// Of keeping on: the last day; without one for ever.
    public var until: String?
    /// Of a proposal: number and day of the office's decision.
    public var decision: String?

    public init() {}
}

extension SchedulerService {
    private static let longestReason = 500

    /// Decides about a recording. Destroying takes two acts of two people: `propose`, then `confirm`.
    ///
    /// - Returns: what then holds for it.
    public func decide(_ form: RetentionForm, about id: String, as caller: Caller) async throws -> RetentionShown {
        var check = FormCheck()
        let reason = form.do == "confirm" ? "" : check.text("reason", form.reason, 1...Self.longestReason)
        var decision = ""
        var term = Retention.Term.forEver
        if form.do == "propose" { decision = check.text("decision", form.decision, 1...200) }
        if form.do == "keep", let text = form.until, !text.isEmpty {
            if let day = LocalDate(text) {
                term = .until(day)
            } else {
                check.wrong("until", wrongDay.vietnamese, wrongDay.english)
            }
        }
        let given = (decision: decision, term: term, fields: check)
        let shown = try await store.write { writing in
            let reading = writing.reading
            guard let kept = try reading.recording(id) else { throw ActError.notFound }
            let (_, series, plan) = try self.readable(kept.occurrence, caller, reading)
            let organiser = series.plan.organiser
            let rights = caller.rights
            let may =
                switch form.do {
                case "hold", "release": rights.mayHoldRecords(of: organiser)
                case "confirm": rights.mayConfirmDestruction(of: organiser)
                case "refuse": rights.mayConfirmDestruction(of: organiser)
                default: rights.mayDecideRecords(of: organiser)
                }
            guard may else { throw ActError.forbidden }
            try given.fields.finish()
            let retention = try self.retention(of: kept, plan, reading)
            do {
                try self.take(
                    form, reason: reason, decision: given.decision, term: given.term, about: kept, retention,
                    by: caller, writing)
            } catch let refusal as RetentionRefusal {
                throw ActError.refused(code: refusal.code, refusal.sentence)
            }
            return try self.shown(try self.retention(of: kept, plan, reading), reading)
        }
        if form.do == "confirm" { keepingChanged() }
        return shown
    }

    private func take(
        _ form: RetentionForm, reason: String, decision: String, term: Retention.Term, about kept: KeptRecording,
        _ retention: Retention, by caller: Caller, _ writing: Writing
    ) throws {
        let (now, person) = (now(), caller.person.id)
        func record(_ what: String, _ detail: String) throws {
            try writing.record(
                at: now, who: caller.name, what: "recording.\(what)", object: "recording \(kept.id)", detail: detail)
        }
        switch form.do {
        case "hold":
            try retention.checkHold(on: today)
            let number = try writing.hold(kept.id, for: reason, at: now, who: caller.name)
            try record("hold", "\(number) \(reason)")
        case "release":
            guard let hold = form.hold,
                try writing.liftHold(hold, on: kept.id, for: reason, at: now, who: caller.name)
            else { throw RetentionRefusal.noHold }
            try record("release", "\(hold) \(reason)")
        case "keep":
            try retention.checkKeeping(term, on: today)
            try writing.extendTerm(of: kept.id, to: term, for: reason, at: now, who: caller.name)
            let day = if case .until(let day) = term { day.description } else { "-" }
            try record("keep", "\(day) \(reason)")
        case "propose":
            try retention.checkProposal(on: today, isClosed: kept.state == .closed)
            try writing.proposeDisposal(of: kept.id, for: reason, decision: decision, at: now, by: person)
            try record("destroy.propose", "\(decision): \(reason)")
        case "confirm":
            try retention.checkConfirmation(by: person, on: today)
            try writing.decideDisposal(of: kept.id, .confirmed, at: now, by: person)
            try record("destroy.confirm", retention.disposal?.decision ?? "")
        case "refuse":
            try retention.checkRefusal()
            try writing.decideDisposal(of: kept.id, .refused, answer: reason, at: now, by: person)
            try record("destroy.refuse", reason)
        default:
            throw ActError.invalid([
                "do": Sentence(
                    vietnamese: "Chọn: hold, release, keep, propose, confirm hoặc refuse.",
                    english: "Choose hold, release, keep, propose, confirm or refuse.")
            ])
        }
    }

    // MARK: From the command line

    /// Holds a recording, as whoever has the server's shell; works beside a running server.
    ///
    /// - Parameters:
    ///   - who: as the chain of acts is to name them.
    ///   - at: Unix seconds.
    /// - Returns: the hold's number; nil where it has been destroyed.
    public static func hold(
        _ kept: KeptRecording, for reason: String, who: String, at: Int, in store: Store
    ) throws -> Int64? {
        try store.writeNow { writing in
            guard try !writing.reading.destroyedRecordings().contains(kept.id) else { return nil }
            let number = try writing.hold(kept.id, for: reason, at: at, who: who)
            try writing.record(
                at: at, who: who, what: "recording.hold", object: "recording \(kept.id)", detail: "\(number) \(reason)")
            return number
        }
    }

    /// Releases a hold, as whoever has the server's shell.
    ///
    /// - Returns: whether it stood.
    public static func release(
        _ hold: Int64, on kept: KeptRecording, for reason: String, who: String, at: Int, in store: Store
    ) throws -> Bool {
        try store.writeNow { writing in
            guard try writing.liftHold(hold, on: kept.id, for: reason, at: at, who: who) else { return false }
            try writing.record(
                at: at, who: who, what: "recording.release", object: "recording \(kept.id)", detail: "\(hold) \(reason)"
            )
            return true
        }
    }
}

import Briefing
import Foundation
import Logging
import Store
import Synchronization

/// What the chain of acts says of a meeting's conduct.
extension SchedulerService {
    static let replayedAct = ConductRefusal(
        "replayed", "Lệnh này đã được gửi trước đó.", "This act has been sent before.")
    public static let unknownAct = ConductRefusal(
        "unknown", "Lệnh không đúng. Hãy tải lại trang.", "The act is not understood. Reload the page.")

    func who(_ actor: Actor) -> String {
        switch actor.seat {
        case .person(let id): "person \(id)"
        case .site(let id): "site \(id)"
        }
    }

    static func detail(_ form: ActForm, _ conduct: Conduct) -> String {
        var parts: [String] = []
        if let seat = form.seat { parts.append(conduct.attendees[seat]?.planned.name ?? "\(seat)") }
        if form.all == true { parts.append("tất cả") }
        if let title = form.title { parts.append(title) }
        if let reason = form.reason, !reason.isEmpty { parts.append(reason) }
        return String(parts.joined(separator: " · ").prefix(300))
    }

    /// A refusal is logged; what looks like a forged act goes into the chain of acts, some of it a minute.
    func note(
        _ refusal: ConductRefusal, of name: String, in id: OccurrenceID, by actor: Actor, at now: Int64
    ) async {
        logger.notice(
            "act refused",
            metadata: [
                "occurrence": "\(id)", "seat": "\(actor.seat)", "act": "\(name.prefix(40))", "code": "\(refusal.code)",
            ])
        guard ["not-leader", "replayed", "no-seat", "may-not-vote"].contains(refusal.code) else { return }
        let isKept = conducts.withLock { table in
            let minute = now / 60_000
            if table.refusals.count > 10_000 { table.refusals = [:] }
            var kept = table.refusals["\(id) \(actor.seat)"] ?? (minute, 0)
            if kept.minute != minute { kept = (minute, 0) }
            kept.count += 1
            table.refusals["\(id) \(actor.seat)"] = kept
            return kept.count <= 20
        }
        guard isKept else { return }
        try? await store.write { writing in
            try writing.record(
                at: Int(now / 1000), who: self.who(actor), what: "conduct.refused", object: "occurrence \(id)",
                detail: "\(name.prefix(40)): \(refusal.code)")
        }
    }
}

import Briefing
import Store

extension SchedulerService {
    /// Keeps what is looked for in a meeting's minutes, in the transaction of the act that changes it.
    func noteMinutesText(_ act: ConductAct, _ conduct: Conduct, of id: OccurrenceID, _ writing: Writing) throws {
        switch act {
        case .addDecision, .editDecision, .removeDecision, .note: break
        // From the end on the minutes are for others to read.
        case .end: break
        default: return
        }
        let decisions = conduct.decisions.map { decision in
            decision.form.owner.isEmpty ? decision.form.text : "\(decision.form.text) (\(decision.form.owner))"
        }
        let notes = ([nil] + conduct.agenda.map { Optional($0.id) }).compactMap { conduct.notes[$0] }
        try writing.setMinutesText(
            (decisions + notes).joined(separator: "\n"), phase: conduct.phase, of: id)
    }
}

import Briefing
import Store

/// A dossier as its page shows it; the finer parts are absent for whoever only took part.
public struct DossierShown: Encodable, Sendable {
    public var meeting: DossierRecords.Meeting
    public var invitees: [DossierRecords.InviteeLine]
    public var papers: [DossierRecords.PaperLine]
    public var roll: DossierRecords.Roll
    public var votes: [DossierRecords.VoteLine]
    public var minutes: DossierRecords.Minutes
    public var letters: [DossierRecords.Letter]?
    public var acts: [DossierRecords.Act]?
    /// Whether the archive may be taken out.
    public var mayExport: Bool
}

extension SchedulerService {
    /// A meeting's dossier, for those who may read its minutes.
    public func dossier(of id: OccurrenceID, as caller: Caller) async throws -> DossierShown {
        let draft = try await store.read { reading in
            _ = try self.readable(id, caller, reading)
            return try self.dossier(of: id, reading)
        }
        let rights = caller.rights
        guard rights.mayReadMinutes(of: draft.audience, isOver: draft.isOver) else { throw ActError.forbidden }
        let records = draft.records
        let isFull = rights.mayReadWholeDossier(of: draft.organiser)
        var shown = DossierShown(
            meeting: records.meeting, invitees: records.invitees, papers: records.papers, roll: records.roll,
            votes: records.votes, minutes: records.minutes, mayExport: isFull)
        if isFull {
            shown.letters = records.letters
            shown.acts = records.acts
        } else {
            shown.papers.removeAll(where: \.withdrawn)
            for index in shown.invitees.indices {
                shown.invitees[index].delegateEmail = ""
                shown.invitees[index].note = ""
            }
        }
        return shown
    }
}

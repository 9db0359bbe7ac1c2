import Briefing
import Store

/// Who reads papers without being signed in: devices of sites, and whoever is in the paper's meeting.
extension SchedulerService {
    /// A paper for the device of a site that is invited to one of the meetings it belongs to.
    /// - Throws: `ActError.notFound` for any other, as for what is not there.
    public func paper(_ id: PaperID, at site: SiteID) async throws -> Paper {
        try await store.read { reading in
            guard let paper = try reading.paper(id), !paper.isWithdrawn, let series = try reading.series(paper.series)
            else { throw ActError.notFound }
            func invites(_ occurrence: Occurrence) throws -> Bool {
                try self.effectivePlan(occurrence, series, reading).sites.contains(site)
            }
            let isInvited: Bool
            if let occurrence = paper.occurrence {
                isInvited = try reading.occurrence(occurrence).map(invites) ?? false
            } else {
                // A site may be on the list of a single meeting.
                isInvited =
                    try series.plan.sites.contains(site)
                    || reading.occurrences(of: series.id).filter(\.isEdited).contains(where: invites)
            }
            guard isInvited else { throw ActError.notFound }
            return paper
        }
    }

    /// A paper for whoever has a seat in a room's meeting, and has not been sent away. A version that has been superseded
    /// meanwhile may still be the one that everybody is shown.
    /// - Throws: `ActError.notFound` for any other, as for what is not there.
    public func paper(_ id: PaperID, in room: String, at seat: Seat) async throws -> Paper {
        guard let meeting = try await conductedMeeting(room: room),
            try await conduct(of: meeting).attendees[seat]?.isRemoved == false
        else { throw ActError.notFound }
        return try await store.read { reading in
            guard let paper = try reading.paper(id), !paper.isWithdrawn,
                let occurrence = try reading.occurrence(meeting), paper.series == occurrence.series,
                paper.occurrence.map({ $0 == meeting }) ?? true
            else { throw ActError.notFound }
            return paper
        }
    }
}

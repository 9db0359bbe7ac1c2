import Briefing
import Relay
import Scheduler

/// What a meeting's conduct does in its room: who leads, who is silent, who goes, and whose line yields.
extension RoomHub {
    /// Takes over the state of a room's meeting.
    func follow(_ conduct: Conduct, room: String) {
        guard meetings[room] != nil else { return }
        meetings[room]?.conduct = conduct
        change(room) { $0.follow(conduct) }
        for member in rosters[room]?.members ?? [] { obey(member, conduct) }
        weighLines()
        if conduct.film != nil || films[room] != nil { Task { await followFilm(of: room) } }
    }

    private func obey(_ member: RoomMember, _ conduct: Conduct) {
        guard let actor = member.actor else {
            // Whoever has no seat speaks only while nobody has the floor.
            return silence(member.id, conduct.floor?.state == .holds && !member.mayChair)
        }
        switch conduct.admission(of: actor) {
        case .removed, .ended: Task { await leave(member.id) }
        case .admitted, .waiting, .locked: silence(member.id, conduct.isSilenced(actor.seat))
        }
    }

    private func silence(_ id: ParticipantID, _ isSilenced: Bool) {
        guard silenced.contains(id) != isSilenced else { return }
        if isSilenced { silenced.insert(id) } else { silenced.remove(id) }
        command(id, .silence(isSilenced))
    }

    func noteComing(_ id: ParticipantID, of room: String, _ entry: Door.Entry) async {
        guard let occurrence = entry.occurrence else { return }
        if let actor = entry.actor { await conductHub.media(actor, in: occurrence, isThere: true) }
        guard let conduct = try? await door.scheduler.conduct(of: occurrence) else { return }
        meetings[room] = (occurrence, conduct)
        follow(conduct, room: room)
    }

    /// A participant's transport stands.
    func noteConnected(_ id: ParticipantID, of room: String) {
        guard let meeting = meetings[room], let actor = rosters[room]?.member(id)?.actor else { return }
        Task { await conductHub.connected(actor, in: meeting.id) }
    }

    func noteLeaving(_ id: ParticipantID, of room: String) {
        silenced.remove(id)
        yielding.remove(id)
        guard let meeting = meetings[room], let actor = rosters[room]?.member(id)?.actor else { return }
        Task { await conductHub.media(actor, in: meeting.id, isThere: false) }
    }

    /// A site that is in an emergency's call and in another one as well gives its line to the emergency: of the other
    /// call it hears the voices.
    func weighLines() {
        var urgent: Set<SiteID> = []
        for (room, meeting) in meetings where meeting.conduct.plan.isEmergency && meeting.conduct.phase != .ended {
            for member in rosters[room]?.members ?? [] {
                urgent.formUnion(member.actor?.seats.compactMap(\.asSite) ?? [])
            }
        }
        for (room, roster) in rosters {
            let isUrgent = meetings[room]?.conduct.plan.isEmergency == true
            for member in roster.members {
                let yields =
                    !isUrgent && member.actor?.seats.contains { $0.asSite.map(urgent.contains) ?? false } == true
                guard yielding.contains(member.id) != yields else { continue }
                if yields { yielding.insert(member.id) } else { yielding.remove(member.id) }
                command(member.id, .reception(yields ? .audio : member.reception))
            }
        }
    }
}

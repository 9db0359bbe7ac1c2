import Briefing
import Foundation
import Logging
import Relay
import RelayRuntime
import Scheduler

/// What a meeting's conduct says of a film, done in its room.
extension RoomHub {
    /// A film as a room has it.
    struct StagedFilm: Sendable {
        var id: ParticipantID
        var hasPicture: Bool
        /// What of it has been done.
        var show: FilmShow
    }

    /// Lets the room's film be what its meeting says.
    func followFilm(of room: String) async {
        guard let wanted = meetings[room]?.conduct.film else { return endFilm(of: room) }
        if films[room]?.show.paper != wanted.paper {
            guard opening[room] != wanted.paper else { return }
            opening[room] = wanted.paper
            defer { opening[room] = nil }
            guard let path = try? await door.scheduler.filmFile(of: wanted.paper) else { return }
            // Meanwhile it may be another's turn, or nobody's.
            guard let show = meetings[room]?.conduct.film, show.paper == wanted.paper else { return }
            endFilm(of: room)
            do {
                let opened = try runtime.openFilm(path, in: room)
                films[room] = StagedFilm(id: opened.id, hasPicture: opened.hasPicture, show: show)
                direct(show, room: room)
            } catch {
                logger.error("a film could not be played", metadata: ["room": "\(room)", "error": "\(error)"])
                return
            }
        } else if films[room]?.show != wanted {
            films[room]?.show = wanted
            direct(wanted, room: room)
        }
        guard let staged = films[room] else { return }
        change(room) { $0.join(film: staged.id, name: staged.show.title, hasPicture: staged.hasPicture) }
    }

    /// Nothing is played in a room any more, or nobody is there to see it: whoever comes finds it where it would be.
    func endFilm(of room: String) {
        guard let staged = films.removeValue(forKey: room) else { return }
        runtime.closeFilm(in: room)
        change(room) { $0.removeFilm(staged.id) }
    }

    private func direct(_ show: FilmShow, room: String) {
        let time = UInt32(clamping: show.position(at: Int64(Date().timeIntervalSince1970 * 1000)))
        switch show.state {
        case .playing: runtime.playFilm(in: room, at: time)
        case .paused: runtime.pauseFilm(in: room, at: time)
        }
    }
}

extension RoomRoster {
    /// The server's own film takes part like somebody who shows a screen. One that is there stays.
    mutating func join(film id: ParticipantID, name: String, hasPicture: Bool) {
        guard index(of: id) == nil else { return }
        var member = RoomMember(id: id, name: name, site: "", isPage: false)
        member.isFilm = true
        member.tracks = hasPicture ? [.screen, .screenAudio] : .screenAudio
        member.isConnected = true
        join(member)
        noteComing(id)
    }

    mutating func removeFilm(_ id: ParticipantID) { take(.left(room: "", participant: id, reason: .left)) }
}

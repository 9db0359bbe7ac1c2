import Film
import Relay
import Synchronization

/// Films that are played in rooms by the server itself.
extension RelayRuntime {
    /// Makes a prepared film ready in a room: everybody there gets its picture and its sound, and whoever comes later.
    /// A film that was played there ends. It stands until ``playFilm(in:at:)``.
    ///
    /// - Parameter path: of a file as ``FilmWriter`` makes it.
    /// - Returns: under which name it takes part in the room, and whether there is anything to see.
    /// - Throws: ``FilmError`` for a file that is no film.
    public func openFilm(_ path: String, in room: String) throws(FilmError) -> (id: ParticipantID, hasPicture: Bool) {
        guard let file = ByteSource(path: path) else { throw .unreadable }
        let playback = Playback(try FilmReader(file))
        let summary = playback.summary
        let film = PlayedFilm(
            id: ParticipantID(rawValue: UInt64.random(in: 1...UInt64.max)), room: room, summary: summary)
        closeFilm(in: room)
        let outlets = filmOutlets()
        let player = FilmPlayer(
            film, playback: playback, outlets: outlets, recorded: PacketPipe(capacityLog2: Self.pipeLog2))
        recorder.play(film, from: player.recorded)
        for outlet in outlets {
            let pipe = outlet.pipe
            outlet.mailbox.post { relay, now, _ in relay.play(film, from: pipe, now: now) }
        }
        films.withLock { $0[room] = player }
        player.run()
        return (film.id, !summary.sizes.isEmpty)
    }

    /// Plays on from the last point at or before a time, ms: points are ``FilmFile/step`` apart.
    public func playFilm(in room: String, at time: UInt32) { player(in: room)?.play(at: time) }

    /// Stands still at the last point at or before a time, ms.
    public func pauseFilm(in room: String, at time: UInt32) { player(in: room)?.pause(at: time) }

    /// Ends what is played in a room, if anything.
    public func closeFilm(in room: String) {
        guard let player = films.withLock({ $0.removeValue(forKey: room) }) else { return }
        player.stop()
        let id = player.film.id
        recorder.endFilm(id)
        for mailbox in mailboxes { mailbox.post { relay, now, _ in relay.endFilm(id, now: now) } }
    }

    private func player(in room: String) -> FilmPlayer? { films.withLock { $0[room] } }

    /// To each worker a pipe of its own.
    private func filmOutlets() -> [(pipe: PacketPipe, mailbox: Mailbox)] {
        mailboxes.map { (PacketPipe(capacityLog2: Self.pipeLog2), $0) }
    }

    /// Bytes of a film's pipe: some seconds of it.
    private static var pipeLog2: Int { 18 }
}

import Film

/// The recorder as a further peer of every relay: rooms that it asks for come to it, decrypted, through the pipes that link
/// relays, and it asks back as a relay would, for layers and keyframes.
///
/// It forwards nothing. What a relay hands over costs it one copy into a ring; whoever reads the ring late loses packets
/// and nobody else does. Messages, pipes and time in; messages and records out.
public struct RecordingTap {
    private struct Room {
        /// Tells what was announced to this tapping from what was to one before.
        var generation: UInt32
        var firstTrack: UInt32
        var pictures: [ParticipantID] = []
        var takesScreens = true
    }

    private struct Key: Hashable {
        var relay: Int
        var serial: UInt32
    }

    /// A film that is played, and the number under which its pipe stands beside the relays.
    private struct Film {
        let film: PlayedFilm
        let source: Int
    }

    private let relays: Int
    private var films: [ParticipantID: Film] = [:]
    private var sources = 0
    private var rooms: [String: Room] = [:]
    private var publications: [Key: TappedPublication] = [:]
    /// Publications that are gone, of which the pipe may still hold packets.
    private var withdrawn: [Key] = []
    private var messages: [(relay: Int, message: LinkMessage)] = []
    private var records: [TappedRecord] = []
    private var generation: UInt32 = 0
    /// Counts tracks, of all rooms.
    private var numbers: UInt16 = 0

    /// - Parameter relays: how many there are.
    public init(relays: Int) { self.relays = relays }

    /// Begins to take what is said in a room, whether anybody is there or not.
    ///
    /// - Parameter firstTrack: its tracks get numbers of the 65,536 from here on: a journal that goes on uses none twice.
    public mutating func open(_ room: String, firstTrack: UInt32) {
        guard rooms[room] == nil else { return }
        generation &+= 1
        rooms[room] = Room(generation: generation, firstTrack: firstTrack)
        for relay in 0..<relays {
            messages.append((relay, .hello(room: room, generation: generation, answers: nil)))
        }
        for film in films.values where film.film.room == room { publish(film, now: 0) }
    }

    /// A film is played in a room: its packets come through a pipe of its own, whether the room is recorded or not.
    public mutating func play(_ film: PlayedFilm, now: Int64) {
        sources += 1
        let playing = Film(film: film, source: relays + sources)
        films[film.id] = playing
        publish(playing, now: now)
    }

    public mutating func endFilm(_ id: ParticipantID, now: Int64) {
        guard let film = films.removeValue(forKey: id) else { return }
        for key in publications.keys.filter({ $0.relay == film.source }) { remove(key, now: now) }
    }

    private mutating func publish(_ film: Film, now: Int64) {
        guard let room = rooms[film.film.room] else { return }
        let pictures = film.film.summary.sizes.count
        for (serial, role, layers) in [
            (0, TrackRole.screenAudio, film.film.summary.hasSound ? 1 : 0), (1, .screen, pictures),
        ] where (1...8).contains(layers) {
            let publication = LinkedPublication(
                index: 0, serial: UInt32(serial), owner: film.film.id, name: "", role: role, codecs: [],
                layerCount: layers, isActive: true)
            var tapped = TappedPublication(
                publication, relay: film.source, room: film.film.room, firstTrack: room.firstTrack,
                isChosen: isChosen(publication, in: film.film.room), now: now)
            tapped.filmClockAt = .min / 2
            publications[Key(relay: film.source, serial: UInt32(serial))] = tapped
        }
    }

    /// Takes all that waits in a film's pipe.
    public mutating func drain(_ pipe: PacketPipe, ofFilm id: ParticipantID, now: Int64) {
        guard let source = films[id]?.source else { return }
        while pipe.read({ record, bytes in
            publications[Key(relay: source, serial: UInt32(truncatingIfNeeded: record.publication))]?.take(
                record, bytes: bytes, now: now, numbers: &numbers, into: &records)
        }) {}
    }

    /// Takes nothing of a room any more; its tracks end.
    public mutating func close(_ room: String, now: Int64) {
        guard rooms.removeValue(forKey: room) != nil else { return }
        for relay in 0..<relays { messages.append((relay, .goodbye(room: room))) }
        for key in publications.keys.filter({ publications[$0]?.room == room }) { remove(key, now: now) }
    }

    /// Whose cameras are kept, and whether screens are; voices always are.
    public mutating func choose(_ pictures: [ParticipantID], screens: Bool, in room: String, now: Int64) {
        guard rooms[room] != nil else { return }
        rooms[room]?.pictures = pictures
        rooms[room]?.takesScreens = screens
        for key in publications.keys {
            guard let publication = publications[key], publication.room == room else { continue }
            let isChosen = isChosen(publication.publication, in: room)
            publications[key]?.isChosen = isChosen
            if !isChosen { publications[key]?.end(at: now, into: &records) }
        }
    }

    private func isChosen(_ publication: LinkedPublication, in room: String) -> Bool {
        switch publication.role {
        case .microphone, .screenAudio: true
        case .camera: rooms[room]?.pictures.contains(publication.owner) ?? false
        case .screen: rooms[room]?.takesScreens ?? false
        }
    }

    /// Takes a message of a relay. All of a relay's messages are to be taken before what its pipe holds.
    public mutating func receive(_ message: LinkMessage, from relay: Int, now: Int64) {
        switch message {
        case .hello(let name, let theirs, let answers):
            guard let room = rooms[name] else {
                messages.append((relay, .goodbye(room: name)))
                return
            }
            if answers == nil {
                messages.append((relay, .hello(room: name, generation: room.generation, answers: theirs)))
            }
        case .goodbye(let name):
            // Its last participant has left: whoever comes next is wanted as well.
            for (key, publication) in publications where key.relay == relay && publication.room == name {
                withdrawn.append(key)
            }
            guard let room = rooms[name] else { return }
            messages.append((relay, .hello(room: name, generation: room.generation, answers: nil)))
        case .published(let name, let theirs, let publication):
            guard let room = rooms[name], room.generation == theirs, (1...8).contains(publication.layerCount) else {
                return
            }
            let key = Key(relay: relay, serial: publication.serial)
            guard publications[key] == nil else { return }
            publications[key] = TappedPublication(
                publication, relay: relay, room: name, firstTrack: room.firstTrack,
                isChosen: isChosen(publication, in: name), now: now)
        case .withdrawn(_, let serial): withdrawn.append(Key(relay: relay, serial: serial))
        case .active(_, let serial, let isActive):
            let key = Key(relay: relay, serial: serial)
            guard publications[key]?.isActive != isActive else { return }
            publications[key]?.isActive = isActive
            if !isActive { publications[key]?.end(at: now, into: &records) }
        // The tap publishes nothing that anybody could ask for.
        case .keyframe, .interest: break
        }
    }

    /// Takes all that waits in a relay's pipe.
    public mutating func drain(_ pipe: PacketPipe, from relay: Int, now: Int64) {
        while pipe.read({ record, bytes in
            publications[Key(relay: relay, serial: record.serial)]?.take(
                record, bytes: bytes, now: now, numbers: &numbers, into: &records)
        }) {}
    }

    /// Does what is due, after messages and pipes have been taken: every 20 ms or so.
    public mutating func tick(now: Int64) {
        for key in withdrawn { remove(key, now: now) }
        withdrawn.removeAll()
        for key in publications.keys {
            let requests = publications[key]?.requests(now: now) ?? []
            // A film asks nobody: its keyframes come by themselves.
            for message in requests where key.relay < relays { messages.append((key.relay, message)) }
        }
    }

    private mutating func remove(_ key: Key, now: Int64) {
        publications[key]?.end(at: now, into: &records)
        publications[key] = nil
    }

    /// Messages for relays since the last call, in order.
    public mutating func takeMessages() -> [(relay: Int, message: LinkMessage)] {
        defer { messages.removeAll(keepingCapacity: true) }
        return messages
    }

    /// Records since the last call, in the order of their times.
    public mutating func takeRecords() -> [TappedRecord] {
        defer { records.removeAll(keepingCapacity: true) }
        // Each pipe is in order; several are read one after the other.
        return records.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }
}

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

    private let relays: Int
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
            for message in publications[key]?.requests(now: now) ?? [] { messages.append((key.relay, message)) }
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

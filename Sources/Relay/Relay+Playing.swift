import Film
import RTP

/// A film as the relays of its room know it.
public struct PlayedFilm: Sendable {
    /// Whose publications its picture and its sound are: nobody's who is connected.
    public var id: ParticipantID
    public var room: String
    public var summary: FilmFile.Summary

    public init(id: ParticipantID, room: String, summary: FilmFile.Summary) {
        self.id = id
        self.room = room
        self.summary = summary
    }
}

/// A film that is being played in a room, here or not yet: the pipe that its packets come through, and its publications
/// while the room has anybody.
struct PlayingFilm {
    let film: PlayedFilm
    let pipe: PacketPipe
    /// Index of the publication; -1 while there is none.
    var picture = -1
    var sound = -1
}

extension PacketPipe {
    /// For the thread that plays a film: hands a packet over. False when the relay is far behind: it is lost.
    ///
    /// - Parameters:
    ///   - height: of the picture, pixels.
    ///   - due: when it is shown or heard, µs on the relay's clock.
    ///   - wallClockOffset: Unix time minus the relay's clock, µs.
    public func write(
        _ packet: FilmPacket, height: Int, due: Int64, now: Int64, wallClockOffset: Int64 = 0
    ) -> Bool {
        var record = LinkedPacket(publication: 0, serial: 0, quality: UInt8(truncatingIfNeeded: packet.track.quality))
        record.publication = packet.track.isPicture ? 1 : 0
        record.height = UInt16(clamping: height)
        record.reportTimestamp = packet.timestamp
        record.reportArrival = due
        record.reportNTP = ntpTimestamp(unixMicroseconds: due &+ wallClockOffset)
        record.packet.sequence = packet.sequence
        record.packet.timestamp = packet.timestamp
        record.packet.arrival = now
        record.packet.payloadLength = UInt16(clamping: packet.payload.count)
        record.packet.codec = packet.track.isPicture ? .vp8 : .opus
        record.packet.marker = packet.marker
        record.packet.isKeyframe = packet.isKeyframe
        if packet.track.isPicture {
            record.packet.vp8.pictureIDOffset = 2
            record.packet.vp8.pictureIDIs15Bit = true
            record.packet.vp8.pictureID = packet.pictureID
            record.packet.vp8.startsPicture = packet.startsPicture
        }
        return packet.payload.withUnsafeBytes { write(record, bytes: $0) }
    }
}

/// Films that are played in rooms: publications of nobody's, whose packets come through a pipe from a thread of their own.
///
/// Each relay that has part of a room gets the film by itself: nothing of it goes from relay to relay. Nobody is asked for
/// a keyframe: one comes every two seconds.
extension Relay {
    /// Begins to play a film in a room, whether anybody is there or not; one that is being played there ends.
    ///
    /// - Parameter pipe: of this relay only.
    public mutating func play(_ film: PlayedFilm, from pipe: PacketPipe, now: Int64) {
        for other in films where other.film.room == film.room { endFilm(other.film.id, now: now) }
        films.append(PlayingFilm(film: film, pipe: pipe))
        if let room = roomsByName[film.room] {
            publishFilms(room: room)
            needAssignment(room: room, now: now)
        }
    }

    /// A film is over; an unknown one is already.
    public mutating func endFilm(_ id: ParticipantID, now: Int64) {
        guard let index = films.firstIndex(where: { $0.film.id == id }) else { return }
        let film = films.remove(at: index)
        for publication in [film.picture, film.sound] where publication >= 0 { remove(publication: publication) }
        if let room = roomsByName[film.film.room] { needAssignment(room: room, now: now) }
    }

    /// Gives a room its films: it has just come to be, or they have.
    mutating func publishFilms(room: Int) {
        for index in films.indices where films[index].film.room == rooms[room].name {
            let film = films[index].film
            if !film.summary.sizes.isEmpty, films[index].picture < 0 {
                films[index].picture = publish(film, role: .screen, sizes: film.summary.sizes, room: room)
            }
            if film.summary.hasSound, films[index].sound < 0 {
                films[index].sound = publish(
                    film, role: .screenAudio, sizes: [FilmFile.Size(height: 0, rate: 0)], room: room)
            }
        }
    }

    /// The room ends here; the film goes on for whoever comes.
    mutating func withdrawFilms(room: Int) {
        for index in films.indices where films[index].film.room == rooms[room].name {
            for publication in [films[index].picture, films[index].sound] where publication >= 0 {
                remove(publication: publication)
            }
            films[index].picture = -1
            films[index].sound = -1
        }
    }

    private mutating func publish(
        _ film: PlayedFilm, role: TrackRole, sizes: [FilmFile.Size], room: Int
    ) -> Int {
        let codec = NegotiatedCodec(
            codec: role.isVideo ? .vp8 : .opus, variant: 0, payloadType: role.isVideo ? 96 : 111,
            rtxPayloadType: nil, hasNACK: false, hasPLI: false)
        let index = publications.insert(
            Publication(
                owner: -1, ownerID: film.id, room: room, serial: nextSerial, role: role, codecs: [codec],
                isActive: true))
        nextSerial &+= 1
        publications[index].isPlayed = true
        publications[index].layers = sizes.enumerated().map { quality, size in
            let layer = layers.insert(
                Layer(
                    publication: index, quality: quality, isVideo: role.isVideo,
                    clockRate: codec.codec.clockRate, ssrc: 0, rtxSSRC: 0))
            layers[layer].height = size.height
            // A film that stands sends little, and is to have room when it goes on.
            layers[layer].leastRate = size.rate / 100 * 115
            return layer
        }
        rooms[room].publications.append(index)
        return index
    }

    /// Takes packets of films that wait in their pipes, `left` at most.
    mutating func receiveFilms(_ left: inout Int, now: Int64) {
        for index in films.indices {
            let film = films[index]
            while left > 0, film.pipe.read({ receive($0, bytes: $1, of: film, now: now) }) { left -= 1 }
        }
    }

    private mutating func receive(
        _ record: LinkedPacket, bytes: UnsafeRawBufferPointer, of film: PlayingFilm, now: Int64
    ) {
        let publication = record.publication == 0 ? film.sound : film.picture
        guard publication >= 0, publications[publication].layers.indices.contains(Int(record.quality)) else { return }
        let layer = publications[publication].layers[Int(record.quality)]
        layers[layer].reportTimestamp = record.reportTimestamp
        layers[layer].reportArrival = record.reportArrival
        if record.height > 0 { layers[layer].height = Int(record.height) }
        metrics.packetsReceived &+= 1
        metrics.bytesReceived &+= UInt64(truncatingIfNeeded: bytes.count)
        keep(record.packet, bytes: bytes, layer: layer, now: now)
    }
}

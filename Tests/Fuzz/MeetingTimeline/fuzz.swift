// modules: Sources/RTP Sources/Recording
// sources: Sources/Archive/Timeline.swift Sources/Archive/Stroke.swift Sources/Archive/FilmMap.swift Sources/Archive/MeetingEvent.swift Sources/Archive/Layout.swift Sources/Archive/StreamClock.swift Sources/Archive/ClockOffset.swift Sources/Archive/MediaStream.swift Sources/Archive/MediaPacket.swift Sources/Archive/FrameAssembler.swift Sources/Archive/CodedFrame.swift Sources/Archive/Voices.swift Sources/Archive/VoiceDecoder.swift Sources/Archive/SampleLine.swift Sources/Archive/Loudness.swift Sources/Archive/CodedPacket.swift Sources/Archive/ArchiveError.swift Sources/Archive/Chapters.swift Sources/Archive/TalkTable.swift
// flags: -I media/shims/COpus -I media/shims/COpenSSL -I scheduler/shims/CZlib -lopus -lcrypto -lz
// Any records at all, of which a film is made: put in order, made into frames of all codecs, voices decoded and laid on
// the film's clock. What comes out is ordered, bounded, and within the film.

import RTP
import Recording

/// The input as numbers and bytes; zeros behind its end.
private struct Input {
    var rest: ArraySlice<UInt8>

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    mutating func word() -> UInt16 { UInt16(byte()) << 8 | UInt16(byte()) }

    mutating func bytes() -> [UInt8] {
        let count = Int(byte())
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}

private let events = [
    #"{"paused":true}"#, #"{"paused":false}"#, #"{"over":true}"#, #"{"stage":["p0","p1"],"speaker":"p0"}"#,
    #"{"item":{"id":1,"title":"a"}}"#, #"{"floor":{"owners":["p1"],"name":"b"},"speaker":null}"#,
    #"{"page":{"paper":"a","page":2}}"#, #"{"item":null,"page":null}"#,
]

private func record(_ input: inout Input, at time: UInt64) -> JournalRecord {
    let number = UInt32(input.byte() % 6)
    let content: JournalRecord.Content
    switch input.byte() % 8 {
    case 0:
        content = .began(
            Track(
                number: number, role: Track.Role(rawValue: input.byte() % 3) ?? .voice,
                codec: Track.Codec(rawValue: input.byte() % 5) ?? .opus,
                clockRate: [48_000, 90_000, 0, 1, .max][Int(input.byte() % 5)], owner: "p\(input.byte() % 3)", name: "n"
            ))
    case 1: content = .ended(track: number)
    case 2: content = .packet(track: number, layer: input.byte(), bytes: input.bytes())
    case 3:
        content = .clock(
            track: number, layer: input.byte() % 2, timestamp: UInt32(input.word()) << 16 | UInt32(input.word()),
            ntp: UInt64(input.word()) << 48 | UInt64(input.word()) << 24)
    case 4: content = .event(Array(events[Int(input.byte()) % events.count].utf8))
    case 5: content = .event(input.bytes())
    case 6: content = .lost(track: number, packets: UInt32(input.word()) << 16)
    default:
        // A packet whose head makes sense.
        let sequence = input.word()
        var packet: [UInt8] = [0x80, input.byte(), UInt8(sequence >> 8), UInt8(truncatingIfNeeded: sequence)]
        packet += [input.byte(), input.byte(), input.byte(), 0, 0, 0, 0, input.byte() % 2]
        content = .packet(track: number, layer: input.byte() % 2, bytes: packet + input.bytes())
    }
    return JournalRecord(time: time, content)
}

/// What a composition does, without libav.
private struct Film {
    var timeline = Timeline()
    var voices = Voices()
    var frames: [Int: FrameAssembler] = [:]
    var talk = TalkTable()
    var picture = 0

    mutating func step() {
        let time = Int64(picture) * FilmRate.pictureMicroseconds
        for number in timeline.order {
            guard let recorded = timeline.tracks[number] else { continue }
            for (index, stream) in recorded.streams.enumerated() {
                timeline.drain(number, index, before: time) { packet, filmTime in
                    if recorded.track.role == .voice {
                        try? voices.take(packet, of: recorded.track.owner, stream: stream.id, filmTime: filmTime)
                    } else {
                        var assembler = frames[stream.id] ?? FrameAssembler(codec: recorded.track.codec)
                        let frame = assembler.take(packet, at: filmTime(packet.timestamp) ?? time)
                        precondition((frame?.bytes.count ?? 0) <= 2 * FrameAssembler.largest)
                        frames[stream.id] = assembler
                    }
                }
            }
        }
        let sound = voices.sound(of: picture)
        precondition(sound.mixed.count == FilmRate.samplesPerPicture && sound.mixed.allSatisfy { abs($0) <= 1 })
        for owner in sound.speaking { talk.note(owner, speaksIn: picture) }
        picture += 1
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    var input = Input(rest: Array(UnsafeBufferPointer(start: data, count: size))[...])
    var film = Film()
    var time: UInt64 = 0
    var steps = 0
    while !input.rest.isEmpty {
        let kind = input.byte()
        let (later, overflow) = time.addingReportingOverflow(
            UInt64(input.word()) << (kind == 255 ? 40 : kind > 250 ? 12 : 5))
        time = overflow ? time : later
        film.timeline.take(record(&input, at: time))
        // Hours of nothing are passed over: what matters is what is around the records.
        let wanted = Int((Int64(clamping: time) - Timeline.lookahead) / FilmRate.pictureMicroseconds)
        if wanted - film.picture > 100 { film.picture = wanted - 100 }
        while film.picture < wanted, steps < 200 {
            film.step()
            steps += 1
        }
    }
    let map = film.timeline.map
    let length = map.film(at: film.timeline.end) + FilmRate.pictureMicroseconds
    var before: Int64 = 0
    for (time, _) in film.timeline.events {
        let place = map.film(at: time)
        precondition(place >= before && place <= length)
        before = place
    }
    let spans = map.spans(length: length)
    precondition(zip(spans, spans.dropFirst()).allSatisfy { $0.film + $0.length <= $1.film && $0.meeting < $1.meeting })
    let events = film.timeline.events.map { (map.film(at: $0.time), $0.event) }
    let chapters = Chapters.of(events, length: length / 1_000)
    precondition(zip(chapters, chapters.dropFirst()).allSatisfy { $0.end == $1.start })
    _ = WebVTT.chapters(chapters)
    _ = WebVTT.speakers(film.talk.captions(events, names: film.timeline.names, length: length / 1_000))
    _ = film.talk.silences(length: film.picture)
    return 0
}

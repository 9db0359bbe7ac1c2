import ArgumentParser
import Foundation
import Recording

/// `giaoban archive show`: what a journal holds, as JSON.
struct ArchiveShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what the journal of a recording holds: tracks, events, damage.",
        discussion: """
            A journal that is still written, or was cut off, is read as far as it goes. Ends with 1 where something is \
            damaged, but for the end of a segment whose server was killed.
            """)

    @Argument(help: "Folder of the recording.")
    var folder: String

    @Option(name: .long, help: "File with the key, if it is encrypted.")
    var keyFile: String?

    @Flag(name: .long, help: "Print each record, one a line, before the summary.")
    var records = false

    private struct Shown: Encodable {
        var number: UInt32
        var role: String
        var codec: String
        var owner: String
        var name: String
        /// Seconds since the recording began.
        var began: Double
        var ended: Double?
        var packets = 0
        var bytes = 0
        var first: Double?
        var last: Double?
        var lost = 0
        /// The longest time without a packet, seconds.
        var gap = 0.0
        var layers: [UInt8] = []
        var clocks = 0
    }

    private struct Event: Encodable {
        var time: Double
        var event: String
    }

    private struct Summary: Encodable {
        var start: Int64
        var seconds: Double
        var tracks: [Shown]
        var events: [Event]
        var damage: [String]
    }

    func run() throws {
        let key = try keyFile.map { try ServeSettings.journalKey($0) }
        var reader: JournalReader
        do {
            reader = try JournalReader(folder: URL(fileURLWithPath: folder), key: key)
        } catch .notJournal {
            throw ValidationError("\(folder) holds no journal of a recording.")
        } catch .needsKey {
            throw ValidationError("\(folder) is encrypted. Name the file of its key with --key-file.")
        } catch {
            throw ValidationError("\(folder) cannot be read: \(error)")
        }
        var tracks: [UInt32: Shown] = [:]
        var events: [Event] = []
        var end: UInt64 = 0
        while let block = try reader.next(isOver: true) {
            for record in block {
                end = max(end, record.time)
                if records { print(record) }
                take(record, &tracks, &events)
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let summary = Summary(
            start: reader.start, seconds: Double(end) / 1e6,
            tracks: tracks.values.sorted { $0.number < $1.number }, events: events,
            damage: reader.damage.map { "segment \($0.segment) at \($0.offset): \($0.kind)" })
        print(String(decoding: try encoder.encode(summary), as: UTF8.self))
        let isDamaged = reader.damage.contains { if case .cutOff = $0.kind { false } else { true } }
        if isDamaged { throw ExitCode(1) }
    }

    private func take(_ record: JournalRecord, _ tracks: inout [UInt32: Shown], _ events: inout [Event]) {
        let time = Double(record.time) / 1e6
        switch record.content {
        case .began(let track):
            tracks[track.number] = Shown(
                number: track.number, role: "\(track.role)", codec: "\(track.codec)", owner: track.owner,
                name: track.name, began: time)
        case .ended(let number): tracks[number]?.ended = time
        case .packet(let number, let layer, let bytes):
            guard var track = tracks[number] else { return }
            track.packets += 1
            track.bytes += bytes.count
            track.gap = max(track.gap, time - (track.last ?? time))
            track.first = track.first ?? time
            track.last = time
            if !track.layers.contains(layer) { track.layers.append(layer) }
            tracks[number] = track
        case .clock(let number, _, _, _): tracks[number]?.clocks += 1
        case .event(let json): events.append(Event(time: time, event: String(decoding: json, as: UTF8.self)))
        case .lost(let number, let packets): tracks[number]?.lost += Int(packets)
        }
    }
}

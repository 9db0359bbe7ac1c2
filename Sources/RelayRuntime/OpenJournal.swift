import CSockets
import RTP
import Recording
import Relay

/// The journal of one room that is being recorded: records with the relays' times in, blocks on the disk out.
///
/// Belongs to the recorder's thread.
final class OpenJournal {
    let room: String
    private var writer: JournalWriter
    /// What to add to the relays' clock to have µs since the recording began.
    private let offset: Int64
    private var last: UInt64 = 0
    /// Packets of each track that are not on the disk yet.
    private var unwritten: [UInt32: UInt32] = [:]
    /// Why the last flush failed; nil: it did not.
    private(set) var trouble: JournalError?
    /// Of which no report has been made yet.
    var isTroubleNew = false

    /// More than this does not wait for a disk that does not write, bytes.
    private static let mostWaiting = 16 << 20

    init(room: String, folder: RecordingFolder) throws(JournalError) {
        self.room = room
        let unix = csockets_realtime_us()
        writer = try JournalWriter(folder: folder.url, key: folder.key, now: unix / 1000)
        offset = unix - writer.start * 1000 - csockets_monotonic_us()
    }

    /// Bytes on the disk since this server began with it.
    var bytes: Int { writer.bytes }

    /// Tracks that begin while this writer writes have numbers from here on.
    var firstTrack: UInt32 { writer.segmentNumber << 16 | 1 }

    func keep(_ record: TappedRecord) {
        switch record.content {
        case .began(let track):
            guard let codec = Track.Codec(track.codec) else { return }
            append(
                .began(
                    Track(
                        number: track.number, role: Track.Role(track.role), codec: codec,
                        clockRate: UInt32(track.codec.clockRate), owner: track.owner.description, name: track.name)),
                at: record.time)
        case .ended(let track): append(.ended(track: track), at: record.time)
        case .packet(let track, let layer, let bytes):
            unwritten[track, default: 0] &+= 1
            append(.packet(track: track, layer: layer, bytes: bytes), at: record.time)
        case .clock(let track, let layer, let timestamp, let ntp):
            append(.clock(track: track, layer: layer, timestamp: timestamp, ntp: ntp), at: record.time)
        case .lost(let track, let packets): append(.lost(track: track, packets: packets), at: record.time)
        }
    }

    /// - Parameter json: an object (RFC 8259).
    func note(_ json: [UInt8], at time: Int64) { append(.event(json), at: time) }

    private func append(_ content: JournalRecord.Content, at time: Int64) {
        last = max(last, UInt64(max(time + offset, 0)))
        do {
            try writer.append(JournalRecord(time: last, content))
        } catch {
            // Only what is longer than a record may be, or a body that is full, since the disk does not write.
            if writer.waiting > Self.mostWaiting { giveUp(at: time) }
        }
    }

    /// Brings what has gathered to the disk. What the disk does not take for long is given up, and counted.
    func flush(at time: Int64) {
        do {
            try writer.flush()
            unwritten.removeAll(keepingCapacity: true)
            isTroubleNew = trouble != nil
            trouble = nil
        } catch {
            isTroubleNew = trouble == nil
            trouble = error
            if writer.waiting > Self.mostWaiting { giveUp(at: time) }
        }
    }

    private func giveUp(at time: Int64) {
        let lost = unwritten
        unwritten.removeAll(keepingCapacity: true)
        writer.dropWaiting()
        for (track, packets) in lost.sorted(by: { $0.key < $1.key }) {
            append(.lost(track: track, packets: packets), at: time)
        }
    }
}

extension Track.Role {
    init(_ role: TrackRole) {
        switch role {
        case .microphone, .screenAudio: self = .voice
        case .camera: self = .camera
        case .screen: self = .screen
        }
    }
}

extension Track.Codec {
    /// nil for RED, which is no codec of its own.
    init?(_ codec: Codec) {
        switch codec {
        case .opus: self = .opus
        case .red: return nil
        case .vp8: self = .vp8
        case .vp9: self = .vp9
        case .h264: self = .h264
        case .av1: self = .av1
        }
    }
}

import Foundation
import Recording

/// A film's pictures and sound, one picture's time after the other, from what a ``Timeline`` holds.
final class Composition {
    /// Microseconds by which a newer picture of a lower layer has to be ahead before it takes a higher one's place.
    private static let layerPatience: Int64 = 500_000

    /// Microseconds without a picture after which a layer is taken not to be sent any more.
    private static let stillSent: Int64 = 10_000_000

    /// What is done of one picture's time.
    enum Depth {
        /// Nothing but keeping step: it is in a finished piece.
        case skip
        /// The sound, so that encoders warm up.
        case sound
        case all
    }

    var timeline = Timeline()
    private(set) var scene = Scene()
    private var voices = Voices()
    private var pictures: [Int: PictureStream] = [:]
    private var painter: Painter
    private var eventIndex = 0
    /// The stage's last pictures: kept when whoever sent them has gone.
    private var last: [Layout.Content: Picture] = [:]
    private let folder: URL
    private var page: (view: MeetingEvent.Page, image: Picture?)?
    /// Pages whose image could not be read.
    private(set) var missingPages: Set<String> = []
    /// Pictures that could not be shown.
    private(set) var picturesLeftOut = 0

    /// - Parameters:
    ///   - folder: the journal's, in which pages are.
    ///   - start: Unix milliseconds of the film's begin.
    init(layout: Layout, folder: URL, start: Int64) throws(ArchiveError) {
        self.folder = folder
        painter = try Painter(layout: layout, start: start)
    }

    /// Goes on by one picture.
    ///
    /// - Returns: what is heard, and with `all` what is seen; the picture is the same object each time.
    func step(_ number: Int, _ depth: Depth) throws(ArchiveError) -> (picture: Picture, sound: Voices.Sound)? {
        let time = Int64(number) * FilmRate.pictureMicroseconds
        while eventIndex < timeline.events.count, timeline.events[eventIndex].time <= time {
            scene.take(timeline.events[eventIndex].event)
            eventIndex += 1
        }
        for track in timeline.order { try drain(track, at: time, depth) }
        if number % 50 == 0 { forgetEnded(at: time) }
        guard depth != .skip else { return nil }
        let sound = voices.sound(of: number)
        return (depth == .all ? try paint(at: time) : painter.picture, sound)
    }

    /// A picture's time of the card that stands for a pause, in silence.
    func card(of pause: FilmMap.Pause, _ depth: Depth) throws(ArchiveError) -> (picture: Picture, sound: Voices.Sound) {
        let silence = Voices.Sound(mixed: [Float](repeating: 0, count: FilmRate.samplesPerPicture))
        return (depth == .all ? try painter.paint(card: pause) : painter.picture, silence)
    }

    private func drain(_ number: UInt32, at time: Int64, _ depth: Depth) throws(ArchiveError) {
        guard let recorded = timeline.tracks[number] else { return }
        let (track, ids) = (recorded.track, recorded.streams.map(\.id))
        // A picture is shown with the one of the film that is nearest; sound has to be there before its time is over.
        let due =
            time
            + (track.role == .voice
                ? FilmRate.pictureMicroseconds + SampleLine.lead : FilmRate.pictureMicroseconds / 2)
        var failure: ArchiveError?
        for (index, id) in ids.enumerated() {
            timeline.drain(number, index, before: due) { packet, filmTime in
                do throws(ArchiveError) {
                    if track.role == .voice {
                        guard depth != .skip else { return }
                        try voices.take(packet, of: track.owner, stream: id, filmTime: filmTime)
                    } else {
                        let stream = pictures[id] ?? PictureStream(codec: track.codec)
                        pictures[id] = stream
                        try stream.take(packet, at: filmTime(packet.timestamp) ?? time)
                    }
                } catch { failure = error }
            }
        }
        if let failure { throw failure }
    }

    /// What has ended needs no decoder any more; of its last picture the stage has a copy.
    private func forgetEnded(at time: Int64) {
        for recorded in timeline.tracks.values where recorded.hasEnded(by: time) {
            for entry in recorded.streams where entry.stream.queue.isEmpty {
                voices.forget(stream: entry.id)
                guard let stream = pictures[entry.id], stream.newest < time - 2_000_000 else { continue }
                picturesLeftOut += stream.leftOut
                pictures[entry.id] = nil
            }
        }
    }

    /// From when on packets are needed to go on at a time: that of the oldest keyframe by which something still is seen,
    /// microseconds.
    func neededSince(_ time: Int64) -> Int64 {
        var since = time
        for recorded in timeline.tracks.values where !recorded.hasEnded(by: time) && recorded.track.role != .voice {
            let streams = recorded.streams.compactMap { pictures[$0.id] }.filter { $0.newest > .min }
            var needed = streams.filter { $0.newest >= time - Self.stillSent }
            // Who sends nothing any more is still seen as they were.
            if needed.isEmpty, scene.stage.isEmpty || scene.stage.contains(recorded.track.owner),
                let newest = streams.max(by: { $0.newest < $1.newest })
            {
                needed = [newest]
            }
            for stream in needed { since = min(since, stream.keyframe ?? since) }
        }
        return since
    }

    private func paint(at time: Int64) throws(ArchiveError) -> Picture {
        try refreshPage()
        let screen = try screenPicture(at: time)
        if let image = page?.image ?? screen { last[.page] = image } else { last[.page] = nil }
        let stage = scene.stage.isEmpty ? sendersOfPictures(at: time) : unique(scene.stage)
        for owner in stage {
            if let picture = try newest(owner, .camera) { last[.camera(owner)] = picture }
        }
        let speaker = [scene.speaker, scene.floor?.owners.first].compactMap { $0 }.first { stage.contains($0) }
        return try painter.paint(
            last, hasPage: last[.page] != nil, marks: page?.image == nil ? [] : scene.marks, led: scene.layout,
            speaker: speaker,
            stage: stage, names: timeline.names,
            title: scene.item?.title ?? "", time: time)
    }

    private func refreshPage() throws(ArchiveError) {
        guard page?.view != scene.page else { return }
        page = scene.page.map { view in
            let image = view.image.flatMap { PageImage.read($0, in: folder) }
            if image == nil { missingPages.insert(view.image ?? "\(view.paper) \(view.number)") }
            return (view, image)
        }
    }

    /// The shared screen that began last, while it is shared.
    private func screenPicture(at time: Int64) throws(ArchiveError) -> Picture? {
        for number in timeline.order.reversed() {
            guard let recorded = timeline.tracks[number], recorded.track.role == .screen, !recorded.hasEnded(by: time),
                let picture = try newest(of: recorded)
            else { continue }
            return picture
        }
        return nil
    }

    /// Where no event has said who is on the stage: all who send pictures.
    private func sendersOfPictures(at time: Int64) -> [String] {
        unique(
            timeline.order.compactMap { timeline.tracks[$0] }
                .filter { $0.track.role == .camera && !$0.hasEnded(by: time) }.map(\.track.owner))
    }

    private func unique(_ owners: [String]) -> [String] {
        var seen: Set<String> = []
        return owners.filter { seen.insert($0).inserted }
    }

    private func newest(_ owner: String, _ role: Track.Role) throws(ArchiveError) -> Picture? {
        for number in timeline.order.reversed() {
            guard let recorded = timeline.tracks[number], recorded.track.owner == owner, recorded.track.role == role,
                let picture = try newest(of: recorded)
            else { continue }
            return picture
        }
        return nil
    }

    /// Of a track's layers the highest whose pictures still come.
    private func newest(of recorded: RecordedTrack) throws(ArchiveError) -> Picture? {
        var best: (layer: UInt8, stream: PictureStream)?
        for entry in recorded.streams {
            guard let stream = pictures[entry.id], stream.newest > .min else { continue }
            guard let held = best else {
                best = (entry.layer, stream)
                continue
            }
            let patience = entry.layer >= held.layer ? Self.layerPatience : -Self.layerPatience
            if stream.newest + patience > held.stream.newest { best = (entry.layer, stream) }
        }
        return try best?.stream.picture()
    }
}

import Briefing
import Foundation
import Relay

/// What happens in a room beside its voices, as its recording keeps it: whose pictures are kept, who speaks, what is shown,
/// what is talked about. Pure: made from the room and its meeting; what differs from the scene before is told as events.
struct RecordingScene: Equatable, Sendable {
    struct Page: Equatable, Sendable {
        var paper: PaperID
        var number: Int
    }

    struct Item: Equatable, Sendable {
        var id: Int
        var title: String
    }

    struct Floor: Equatable, Sendable {
        var owners: [ParticipantID]
        var name: String
    }

    struct Roll: Equatable, Sendable {
        var state: RollCall.State
        var present: Int
        var units: Int
    }

    /// Pictures of one recording at a time.
    static let mostPictures = 4

    private(set) var pictures: [ParticipantID] = []
    /// As the film knows it; nil where the room's meeting is not known.
    private(set) var layout: String?
    private(set) var speaker: ParticipantID?
    private(set) var page: Page?
    /// Strokes on the page, the last drawn last.
    private(set) var marks: [Mark] = []
    private(set) var item: Item?
    private(set) var floor: Floor?
    private(set) var roll: Roll?

    init() {}

    /// - Parameters:
    ///   - conduct: nil where the room's meeting is not known.
    ///   - before: whose pictures were kept last: they stay while nobody needs their places.
    ///   - now: Unix ms.
    init(_ roster: RoomRoster, _ conduct: Conduct?, before: [ParticipantID], now: Int64) {
        pictures = Self.pictures(roster, before: before)
        speaker = roster.speakers.first
        guard let conduct else { return }
        layout = Self.word(conduct.layout)
        page = conduct.presentation.map { Page(paper: $0.paper, number: $0.page) }
        marks = conduct.shownMarks
        item = conduct.agenda.first { $0.since != nil }.map { Item(id: $0.id, title: $0.title) }
        if let turn = conduct.floor, turn.state == .holds {
            floor = Floor(
                owners: roster.members.filter { member in
                    turn.seats.contains { member.actor?.seats.contains($0) == true }
                }.map(\.id),
                name: turn.seats.compactMap { conduct.attendees[$0]?.planned.name }.joined(separator: ", "))
        }
        if conduct.roll.state != .none {
            let counts = conduct.rollCounts(at: now)
            roll = Roll(state: conduct.roll.state, present: counts.unitsPresent, units: counts.units)
        }
    }

    /// The stage as the chair has set it; without one whoever has the floor, the chair, and who speaks or spoke last.
    private static func pictures(_ roster: RoomRoster, before: [ParticipantID]) -> [ParticipantID] {
        let cameras = roster.members.filter { !$0.isFilm && $0.tracks.contains(.camera) }.map(\.id)
        let leading = roster.leading
        if let first = leading.stage { return ([first] + leading.also).filter(cameras.contains) }
        var wanted: [ParticipantID] = []
        for id in [leading.floor, leading.chair].compactMap({ $0 }) + roster.speakers + before + cameras
        where cameras.contains(id) && !wanted.contains(id) && wanted.count < mostPictures {
            wanted.append(id)
        }
        // Nobody changes places on the screen only because another speaks.
        return before.filter(wanted.contains) + wanted.filter { !before.contains($0) }
    }

    /// What is new, as the journal's events (JSON); all of it where there was no scene before. The page and what is drawn on
    /// it are not among them: its image has to be there first.
    func events(since before: RecordingScene?) -> [String] {
        var events: [String] = []
        if pictures != before?.pictures { events.append("{\"stage\":\(Self.list(pictures))}") }
        if let layout, layout != before?.layout { events.append("{\"layout\":\"\(layout)\"}") }
        if before == nil || speaker != before?.speaker {
            events.append("{\"speaker\":\(speaker.map { "\"\($0)\"" } ?? "null")}")
        }
        if before == nil || item != before?.item {
            events.append(
                "{\"item\":\(item.map { "{\"id\":\($0.id),\"title\":\(quoted($0.title))}" } ?? "null")}")
        }
        if before == nil || floor != before?.floor {
            let text = floor.map { "{\"owners\":\(Self.list($0.owners)),\"name\":\(quoted($0.name))}" }
            events.append("{\"floor\":\(text ?? "null")}")
        }
        if roll != before?.roll, let roll {
            events.append(
                "{\"roll\":{\"state\":\"\(roll.state.rawValue)\",\"present\":\(roll.present),\"units\":\(roll.units)}}")
        }
        return events
    }

    /// What the film makes of it: two who are set side by side are alike, and a page is large by itself.
    private static func word(_ layout: Layout) -> String {
        switch layout {
        case .grid, .pair: "grid"
        case .speaker, .paper: "speaker-page"
        }
    }

    private static func list(_ ids: [ParticipantID]) -> String {
        "[\(ids.map { "\"\($0)\"" }.joined(separator: ","))]"
    }

    /// The page with all that is drawn on it.
    ///
    /// - Parameter image: its path in the recording's folder.
    static func event(_ page: Page?, image: String?, marks: [Mark] = []) -> String {
        guard let page else { return "{\"page\":null}" }
        let shown = image.map(quoted) ?? "null"
        let drawn = marks.isEmpty ? "" : ",\"marks\":\(list(marks))"
        return "{\"page\":{\"paper\":\(page.paper),\"page\":\(page.number),\"image\":\(shown)}\(drawn)}"
    }

    /// What has been drawn on a page that is told already, or wiped off it, as events.
    static func events(of marks: [Mark], since before: [Mark]) -> [String] {
        guard marks != before else { return [] }
        if marks.starts(with: before) {
            return marks.dropFirst(before.count).map { "{\"mark\":\(text($0))}" }
        }
        return ["{\"marks\":\(list(marks))}"]
    }

    private static func list(_ marks: [Mark]) -> String { "[\(marks.map(text).joined(separator: ","))]" }

    private static func text(_ mark: Mark) -> String {
        "{\"tool\":\"\(mark.tool.rawValue)\",\"colour\":\(mark.colour),\"points\":\(mark.points)}"
    }
}

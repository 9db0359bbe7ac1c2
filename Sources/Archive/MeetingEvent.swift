import Foundation

/// What an event of a journal says of the meeting. A JSON object may say several things; what it does not name stays.
///
///     {"stage":[owner,…]}                                          whose pictures are on the stage, in order
///     {"layout":"speaker-page"|"grid"|"speaker"}                   how the chair has set the stage, see ``Layout``
///     {"speaker":owner|null}                                       who speaks
///     {"page":{"paper":…,"page":n,"image":"relative/path"}|null}   the page that is shown
///     {"marks":[{"tool":…,"colour":…,"points":[…]},…]}              all strokes on the page, see ``Stroke``
///     {"mark":{"tool":…,"colour":…,"points":[…]}}                    one stroke more
///     {"item":{"id":…,"title":…}|null}                             the agenda item
///     {"floor":{"owners":[…],"name":…}|null}                       who has the floor
///     {"paused":true|false}                                        nothing is recorded from here on; it is again
///     {"over":true}                                                nothing more is recorded
struct MeetingEvent: Hashable, Sendable {
    /// A thing that an event names: set to something, or to nothing.
    enum Change<Value: Hashable & Sendable>: Hashable, Sendable {
        case unsaid
        case said(Value?)
    }

    var stage: [String]?
    var layout: Layout?
    var speaker = Change<String>.unsaid
    var page = Change<Page>.unsaid
    var marks: [Stroke]?
    var mark: Stroke?
    var item = Change<Item>.unsaid
    var floor = Change<Floor>.unsaid
    /// nil where nothing is said of it.
    var isPaused: Bool?
    var isOver = false

    struct Page: Hashable, Sendable {
        var paper: String
        /// From 1.
        var number: Int
        /// A path in the journal's folder.
        var image: String?
    }

    struct Item: Hashable, Sendable {
        var id: String
        var title: String
    }

    struct Floor: Hashable, Sendable {
        var owners: [String]
        var name: String
    }

    init() {}

    /// nil where it is no JSON object.
    init?(json: [UInt8]) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(json)) as? [String: Any] else { return nil }
        stage = (object["stage"] as? [Any])?.prefix(64).compactMap { $0 as? String }
        layout = (object["layout"] as? String).flatMap(Layout.init(rawValue:))
        speaker = Self.change(object["speaker"]) { $0 as? String }
        page = Self.change(object["page"]) { value in
            guard let page = value as? [String: Any] else { return nil }
            return Page(
                paper: Self.text(page["paper"]), number: (page["page"] as? Int) ?? 1, image: page["image"] as? String)
        }
        marks = (object["marks"] as? [Any])?.prefix(Stroke.most).compactMap { Stroke($0) }
        mark = object["mark"].flatMap { Stroke($0) }
        item = Self.change(object["item"]) { value in
            guard let item = value as? [String: Any] else { return nil }
            return Item(id: Self.text(item["id"]), title: Self.text(item["title"]))
        }
        floor = Self.change(object["floor"]) { value in
            guard let floor = value as? [String: Any] else { return nil }
            let owners = (floor["owners"] as? [Any])?.prefix(64).compactMap { $0 as? String }
            return Floor(owners: owners ?? [], name: Self.text(floor["name"]))
        }
        isPaused = object["paused"] as? Bool
        isOver = object["over"] as? Bool ?? false
    }

    private static func change<Value>(_ value: Any?, _ read: (Any) -> Value?) -> Change<Value> {
        guard let value else { return .unsaid }
        if value is NSNull { return .said(nil) }
        return read(value).map { .said($0) } ?? .unsaid
    }

    /// Ids may be numbers; texts that people wrote stay on one line, of a bounded length.
    private static func text(_ value: Any?) -> String {
        let text = (value as? String) ?? (value as? NSNumber).map { "\($0)" } ?? ""
        let line = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        return String(String(line).prefix(200))
    }
}

/// The meeting as it is at one moment.
struct Scene: Hashable, Sendable {
    var stage: [String] = []
    /// As the chair has set it; nil where nothing is said of it.
    var layout: Layout?
    var speaker: String?
    var page: MeetingEvent.Page?
    /// Strokes on the page, the last drawn last.
    var marks: [Stroke] = []
    var item: MeetingEvent.Item?
    var floor: MeetingEvent.Floor?

    mutating func take(_ event: MeetingEvent) {
        if let stage = event.stage { self.stage = stage }
        if let layout = event.layout { self.layout = layout }
        if case .said(let value) = event.speaker { speaker = value }
        if case .said(let value) = event.page {
            if value != page { marks = [] }
            page = value
        }
        if let all = event.marks { marks = all }
        if let mark = event.mark, marks.count < Stroke.most { marks.append(mark) }
        if case .said(let value) = event.item { item = value }
        if case .said(let value) = event.floor { floor = value }
    }
}

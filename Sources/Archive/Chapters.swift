/// A part of a film that has a name.
public struct Chapter: Hashable, Sendable {
    public enum Kind: String, Sendable { case begin, item, floor, page }

    /// Milliseconds from the film's begin.
    public var start: Int64
    public var end: Int64
    public var kind: Kind
    public var title: String
}

/// A film's chapters: one begins with each agenda item, each turn of the floor and each page.
enum Chapters {
    /// Milliseconds within which several changes are one chapter's: an item often comes with its first page.
    static let together: Int64 = 1_000

    /// - Parameters:
    ///   - events: in the order of their times, microseconds.
    ///   - length: of the film, milliseconds.
    static func of(_ events: [(time: Int64, event: MeetingEvent)], length: Int64) -> [Chapter] {
        var scene = Scene()
        var chapters: [Chapter] = []
        for (time, event) in events {
            let before = scene
            scene.take(event)
            guard let kind = change(from: before, to: scene) else { continue }
            let start = time / 1_000
            guard start < length else { break }
            if let last = chapters.indices.last, start - chapters[last].start < together {
                if rank(kind) < rank(chapters[last].kind) { chapters[last].kind = kind }
                chapters[last].title = title(chapters[last].kind, scene)
            } else {
                chapters.append(Chapter(start: start, end: length, kind: kind, title: title(kind, scene)))
            }
        }
        if chapters.first.map({ $0.start > 0 }) ?? true {
            chapters.insert(Chapter(start: 0, end: length, kind: .begin, title: "Mở đầu"), at: 0)
        }
        for index in chapters.indices.dropLast() { chapters[index].end = chapters[index + 1].start }
        return chapters
    }

    /// The chapters of a passage, on its own clock.
    ///
    /// - Parameter passage: milliseconds of the film.
    static func within(_ passage: Range<Int64>, of chapters: [Chapter]) -> [Chapter] {
        chapters.compactMap { chapter in
            let start = max(chapter.start, passage.lowerBound)
            let end = min(chapter.end, passage.upperBound)
            guard start < end else { return nil }
            return Chapter(
                start: start - passage.lowerBound, end: end - passage.lowerBound, kind: chapter.kind,
                title: chapter.title)
        }
    }

    /// So many chapters at most: where there are more, pages go first, then turns of the floor; at last those at the end.
    static func most(_ count: Int, of chapters: [Chapter]) -> [Chapter] {
        var kept = chapters
        for kind in [Chapter.Kind.page, .floor] where kept.count > count { kept.removeAll { $0.kind == kind } }
        return Array(kept.prefix(count))
    }

    private static func rank(_ kind: Chapter.Kind) -> Int {
        switch kind {
        case .begin: 3
        case .item: 0
        case .floor: 1
        case .page: 2
        }
    }

    private static func change(from old: Scene, to new: Scene) -> Chapter.Kind? {
        if new.item != old.item, new.item != nil { return .item }
        if new.floor != old.floor, new.floor != nil { return .floor }
        if new.page != old.page, new.page != nil { return .page }
        return nil
    }

    private static func title(_ kind: Chapter.Kind, _ scene: Scene) -> String {
        var parts: [String] = []
        if let item = scene.item { parts.append(item.title) }
        if kind == .floor, let floor = scene.floor { parts.append(floor.name) }
        if kind == .page, let page = scene.page { parts.append("trang \(page.number)") }
        return parts.filter { !$0.isEmpty }.joined(separator: " – ")
    }
}

/// WebVTT (W3C): times with words.
enum WebVTT {
    static func chapters(_ chapters: [Chapter]) -> String {
        var text = "WEBVTT\n"
        for (index, chapter) in chapters.enumerated() {
            text += "\n\(chapter.kind.rawValue)-\(index + 1)\n"
            text += cue(chapter.start, chapter.end, chapter.title)
        }
        return text
    }

    /// Who speaks, as captions.
    static func speakers(_ spans: [(start: Int64, end: Int64, name: String)]) -> String {
        var text = "WEBVTT\n"
        for span in spans { text += "\n" + cue(span.start, span.end, span.name) }
        return text
    }

    private static func cue(_ start: Int64, _ end: Int64, _ words: String) -> String {
        // Markup and a line that would end the cue are words like others.
        let plain = words.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\n", with: " ").replacing("\r", with: " ")
        return "\(time(start)) --> \(time(max(end, start + 1)))\n\(plain.isEmpty ? "…" : plain)\n"
    }

    /// `hh:mm:ss.mmm`
    static func time(_ milliseconds: Int64) -> String {
        func padded(_ value: Int64, _ digits: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        let value = max(0, milliseconds)
        return "\(padded(value / 3_600_000, 2)):\(padded(value / 60_000 % 60, 2)):\(padded(value / 1_000 % 60, 2))."
            + padded(value % 1_000, 3)
    }
}

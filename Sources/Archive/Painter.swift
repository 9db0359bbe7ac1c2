import Foundation

/// Lays pictures, names and the clock on the film's picture; draws only what has changed.
final class Painter {
    private static let nameSize = 18
    /// Pixels that a name takes at the bottom of a place, at most.
    private static let nameStrip = 40
    private static let barSize = 20
    private static let cardSize = 44

    private let layout: Layout
    private let start: Int64
    private let canvas: Canvas
    private let setter = CaptionSetter()
    private var places: [Layout.Place] = []
    private var shown: [Layout.Content: ObjectIdentifier?] = [:]
    private var keep: [Layout.Content: Picture] = [:]
    /// The strokes that are on the page.
    private var marks: [Stroke] = []
    private var captions: [CaptionKey: Caption] = [:]
    private var bar = ""
    private var shownCard: FilmMap.Pause?

    private struct CaptionKey: Hashable {
        var text: String
        var width: Int
    }

    var picture: Picture { canvas.picture }

    /// - Parameter start: Unix milliseconds of the film's begin.
    init(layout: Layout, start: Int64) throws(ArchiveError) {
        self.layout = layout
        self.start = start
        canvas = try Canvas()
    }

    func paint(
        _ pictures: [Layout.Content: Picture], hasPage: Bool, marks: [Stroke] = [], led: Layout? = nil,
        speaker: String?, stage: [String], names: [String: String], title: String, time: Int64
    ) throws(ArchiveError) -> Picture {
        try canvas.begin()
        let wanted = layout.now(led: led, hasPage: hasPage).places(hasPage: hasPage, speaker: speaker, stage: stage)
        if wanted != places || shownCard != nil {
            shownCard = nil
            canvas.fill(x: 0, y: 0, width: Layout.width, height: Layout.height - Layout.barHeight)
            shown.removeAll()
            places = wanted
        }
        if marks != self.marks { shown[.page] = nil }
        self.marks = marks
        for place in places { draw(pictures[place.content], in: place, names: names) }
        drawBar(title: title, time: time)
        return canvas.picture
    }

    /// What stands in the film for a pause: from when to when nothing was recorded.
    func paint(card pause: FilmMap.Pause) throws(ArchiveError) -> Picture {
        guard shownCard != pause else { return canvas.picture }
        shownCard = pause
        try canvas.begin()
        canvas.fill(x: 0, y: 0, width: Layout.width, height: Layout.height)
        let text = setter.set(Self.words(of: pause, since: start), size: Self.cardSize, within: Layout.width - 80)
        canvas.draw(text, x: (Layout.width - text.width) / 2 & ~1, bottom: (Layout.height + text.height) / 2 & ~1)
        // All that was there is drawn anew.
        (places, bar) = ([], "")
        shown.removeAll()
        return canvas.picture
    }

    /// `Tạm dừng ghi 09:05–09:12`; the end is said where it is another minute.
    static func words(of pause: FilmMap.Pause, since start: Int64) -> String {
        func minute(_ time: Int64) -> String { String(clock((start + time / 1_000) / 1_000).dropFirst(12).prefix(5)) }
        let (from, to) = (minute(pause.start), pause.end.map(minute) ?? "")
        return "Tạm dừng ghi \(from)" + (to.isEmpty || to == from ? "" : "–\(to)")
    }

    private func draw(_ picture: Picture?, in place: Layout.Place, names: [String: String]) {
        let identity = picture.map { ObjectIdentifier($0) }
        // Somebody without a picture is drawn once, too: by name.
        if let before = shown[place.content], before == identity { return }
        if let picture {
            if let before = keep[place.content], before.width != picture.width || before.height != picture.height {
                canvas.fill(x: place.x, y: place.y, width: place.width, height: place.height)
            } else {
                // The name of the picture before, where it stands beside the picture: it would be laid upon itself.
                let strip = min(Self.nameStrip, place.height)
                canvas.fill(x: place.x, y: place.y + place.height - strip, width: place.width, height: strip)
            }
            canvas.draw(picture, in: place, isPage: place.content == .page)
            if place.content == .page { canvas.draw(marks, on: picture, in: place) }
        }
        shown.updateValue(identity, forKey: place.content)
        keep[place.content] = picture
        if case .camera(let owner) = place.content {
            canvas.draw(
                caption(names[owner] ?? owner, size: Self.nameSize, within: place.width - 24), x: place.x,
                bottom: place.y + place.height)
        }
    }

    private func drawBar(title: String, time: Int64) {
        let clock = Self.clock((start + time / 1_000) / 1_000)
        let text = clock + title
        guard text != bar else { return }
        bar = text
        let top = Layout.height - Layout.barHeight
        canvas.fill(x: 0, y: top, width: Layout.width, height: Layout.barHeight)
        let time = setter.set(clock, size: Self.barSize, within: 400)
        canvas.draw(time, x: Layout.width - time.width - 24 & ~1, bottom: Layout.height - 4)
        canvas.draw(
            caption(title, size: Self.barSize, within: Layout.width - 300), x: 12, bottom: Layout.height - 4)
    }

    private func caption(_ text: String, size: Int, within width: Int) -> Caption {
        let key = CaptionKey(text: text, width: width)
        if let caption = captions[key] { return caption }
        if captions.count > 200 { captions.removeAll() }
        let caption = setter.set(text, size: size, within: width)
        captions[key] = caption
        return caption
    }

    /// Date and time of the province's clock, UTC+7 the year round.
    ///
    /// - Parameter seconds: Unix seconds.
    static func clock(_ seconds: Int64) -> String {
        let local = seconds + 7 * 3_600
        let days = local / 86_400 - (local % 86_400 < 0 ? 1 : 0)
        let second = local - days * 86_400
        let (year, month, day) = civil(days)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(two(day))/\(two(month))/\(year)  \(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))"
    }

    /// The day of the Gregorian calendar that is so many days after 1970-01-01 (Howard Hinnant's `civil_from_days`).
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }
}

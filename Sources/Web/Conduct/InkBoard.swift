import Briefing
import Foundation

/// What is being drawn or pointed at in one meeting, as it comes, on its way to all pages. Pure.
///
/// Nothing of it is kept: a stroke that is finished comes to stay by an act (`paper.mark`). Points that have come since a
/// page was told go to it together, and to a thin line only as many as leave its voices alone.
struct InkBoard {
    /// `view`: not drawn, but where the upper edge of the presenter's window is.
    enum Tool: String, Decodable {
        case pen, highlight, pointer, view

        /// Whether only the last place counts.
        var isPlace: Bool { self == .pointer || self == .view }
    }

    /// Some of a stroke, as the presenter's page sends it: `{"type":"ink",…}`.
    struct Form: Decodable {
        /// Numbers in one message's points.
        static let pointLimit = 64

        var paper: PaperID
        var page: Int
        /// Named by the page; a pointer needs no name.
        var stroke: String?
        var tool: Tool
        var colour: Int?
        /// x, y, x, y … in ten-thousandths of the page, from 0 to 10,000.
        var points: [Int]
        var end: Bool?

        var isValid: Bool {
            (points.isEmpty && end == true || ActForm.isPath(points, atMost: Self.pointLimit))
                && ActForm.isStrokeName(stroke ?? "") && (0...3).contains(colour ?? 0)
        }
    }

    /// How far one page has been told.
    struct Reader {
        /// A page says so itself when its line is thin.
        var isThin = false
        fileprivate var told: [Int: Told] = [:]
        fileprivate var credit = Reader.burst
        fileprivate var countedAt = 0.0

        /// Bytes that may go at once, and each second, with what packets cost around them.
        private static let burst = 2000.0
        private static let wide = 8000.0
        private static let thin = 1000.0

        fileprivate mutating func count(now: Double) {
            credit = min(Self.burst, credit + max(now - countedAt, 0) * (isThin ? Self.thin : Self.wide))
            countedAt = now
        }
    }

    fileprivate struct Told: Equatable {
        var points = 0
        var version = 0
    }

    private struct Stroke {
        var author: Int
        var head: String
        var isPlace: Bool
        var points: [Int]
        var isEnded = false
        var version = 1
        var changedAt: Double
    }

    /// What a WebSocket frame, TLS, TCP and IP add to a message, bytes.
    private static let overhead = 90.0
    /// Numbers of points that are told at once; of more than these some are left out.
    private static let mostTold = 48
    /// A stroke that nothing is heard of for so long is over, s; one that has ended has been told by then, or comes to stay.
    private static let patience = (open: 5.0, ended: 1.0)
    /// Strokes at the same time: some people may present together.
    private static let strokeLimit = 16
    /// Numbers of one stroke; what is drawn beyond is told when it is finished.
    private static let pointLimit = 2048

    private var strokes: [Int: Stroke] = [:]
    private var numbers: [String: Int] = [:]
    private var next = 1

    var isEmpty: Bool { strokes.isEmpty }

    /// Takes in some of a stroke.
    /// - Parameters:
    ///   - author: whose stroke it is: names are each page's own.
    ///   - now: seconds on any clock.
    mutating func take(_ form: Form, of author: Int, now: Double) {
        let isPlace = form.tool.isPlace
        let name = "\(author) \(isPlace ? "*\(form.tool.rawValue)" : form.stroke ?? "")"
        if let number = numbers[name], var stroke = strokes[number] {
            if isPlace {
                stroke.points = form.points.isEmpty ? stroke.points : Array(form.points.suffix(2))
            } else if stroke.points.count + form.points.count <= Self.pointLimit {
                stroke.points += form.points
            }
            stroke.head = Self.head(form)
            stroke.isEnded = form.end ?? false
            stroke.version += 1
            stroke.changedAt = now
            strokes[number] = stroke
            return
        }
        guard !form.points.isEmpty else { return }
        if strokes.count >= Self.strokeLimit {
            // Who writes fast ends strokes sooner than they are forgotten.
            guard let oldest = strokes.filter(\.value.isEnded).keys.min() else { return }
            strokes[oldest] = nil
        }
        numbers[name] = next
        strokes[next] = Stroke(
            author: author, head: Self.head(form), isPlace: isPlace,
            points: isPlace ? Array(form.points.suffix(2)) : form.points,
            isEnded: form.end ?? false, changedAt: now)
        next += 1
    }

    /// Forgets what has ended, or has been left.
    mutating func forget(now: Double) {
        for (number, stroke) in strokes
        where now - stroke.changedAt > (stroke.isEnded ? Self.patience.ended : Self.patience.open) {
            strokes[number] = nil
        }
        numbers = numbers.filter { strokes[$0.value] != nil }
    }

    /// What is new to a page of what others draw, as far as its line may be told now.
    /// - Parameters:
    ///   - page: its number.
    ///   - made: texts that were made for pages that have been told as much.
    /// - Returns: messages, and whether some had to wait.
    func news(
        for reader: inout Reader, _ page: Int, now: Double, made: inout [String: String]
    ) -> (texts: [String], isBehind: Bool) {
        reader.count(now: now)
        reader.told = reader.told.filter { strokes[$0.key] != nil }
        var texts: [String] = []
        var isBehind = false
        for (number, stroke) in strokes.sorted(by: { $0.key < $1.key }) {
            let told = reader.told[number] ?? Told()
            guard stroke.author != page, told.version < stroke.version else { continue }
            guard reader.credit > 0 else {
                isBehind = true
                continue
            }
            let from = stroke.isPlace ? 0 : told.points
            let name = "\(number) \(from)"
            let text = made[name] ?? Self.text(stroke, from: from)
            made[name] = text
            texts.append(text)
            reader.credit -= Double(text.utf8.count) + Self.overhead
            reader.told[number] = Told(points: stroke.points.count, version: stroke.version)
        }
        return (texts, isBehind)
    }

    private static func head(_ form: Form) -> String {
        "{\"type\":\"ink\",\"paper\":\(form.paper),\"page\":\(form.page),\"tool\":\"\(form.tool.rawValue)\","
            + "\"stroke\":\"\(form.stroke ?? "")\",\"colour\":\(form.colour ?? 0)"
    }

    private static func text(_ stroke: Stroke, from: Int) -> String {
        let points = thinned(Array(stroke.points.dropFirst(from)))
        return stroke.head + ",\"points\":[" + points.map(String.init).joined(separator: ",") + "]"
            + (stroke.isEnded ? ",\"end\":true}" : "}")
    }

    /// At most ``mostTold`` numbers: points at equal distances in their order, and the last one.
    private static func thinned(_ points: [Int]) -> [Int] {
        guard points.count > mostTold else { return points }
        let (pairs, most) = (points.count / 2, mostTold / 2)
        return (0..<most).flatMap { index in
            let at = 2 * (index * (pairs - 1) / (most - 1))
            return points[at...].prefix(2)
        }
    }
}

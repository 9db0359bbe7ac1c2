/// A page of a paper, and while it is shown in a film.
public struct ShownPage: Codable, Hashable, Sendable {
    /// Milliseconds from the film's begin.
    public var start: Int64
    public var end: Int64
    /// The paper, as the meeting names it.
    public var paper: String
    /// From 1.
    public var page: Int
    /// Its image, a path in the recording's folder; nil where there is none.
    public var image: String?

    public init(start: Int64, end: Int64, paper: String, page: Int, image: String?) {
        self.start = start
        self.end = end
        self.paper = paper
        self.page = page
        self.image = image
    }
}

/// Which pages a film shows, and when.
enum ShownPages {
    /// Milliseconds: pages that somebody only leafs through on the way to another are left out.
    static let shortest: Int64 = 500

    /// - Parameters:
    ///   - events: in the order of their times in the film, microseconds.
    ///   - length: of the film, milliseconds.
    static func of(_ events: [(time: Int64, event: MeetingEvent)], length: Int64) -> [ShownPage] {
        var pages: [ShownPage] = []
        var current: (start: Int64, page: MeetingEvent.Page)?
        func end(at time: Int64) {
            guard let (start, page) = current, min(time, length) - start >= shortest else { return }
            // A pause in what is told of it is no turning of the page.
            if let last = pages.last, last.end == start, last.paper == page.paper, last.page == page.number {
                pages[pages.count - 1].end = min(time, length)
            } else {
                pages.append(
                    ShownPage(
                        start: start, end: min(time, length), paper: page.paper, page: page.number, image: page.image))
            }
        }
        for (time, event) in events {
            guard case .said(let page) = event.page, page != current?.page else { continue }
            end(at: time / 1_000)
            current = page.map { (time / 1_000, $0) }
        }
        end(at: length)
        return pages
    }
}

/// The page that everybody is shown.
public struct Presentation: Sendable, Equatable {
    public var paper: PaperID
    /// 1…``pages``.
    public var page: Int
    /// As many as the paper had when it was first shown.
    public var pages: Int
    /// Who showed it.
    public var by: Seat
    /// What stays the same when a newer version takes the paper's place.
    var root: PaperID
}

/// A finished stroke on a page.
public struct Mark: Hashable, Sendable {
    public enum Tool: String, Sendable, Codable { case pen, highlight }

    public var id: Int
    public var paper: PaperID
    public var page: Int
    /// As its pen named it while it was being drawn; empty: not at all.
    public var stroke: String
    public var tool: Tool
    /// In the palette of the pages, 0…3.
    public var colour: Int
    /// x, y, x, y … in ten-thousandths of the page's width and height, 0…10,000.
    public var points: [Int]

    public init(
        id: Int, paper: PaperID, page: Int, stroke: String, tool: Tool, colour: Int, points: [Int]
    ) {
        self.id = id
        self.paper = paper
        self.page = page
        self.stroke = stroke
        self.tool = tool
        self.colour = colour
        self.points = points
    }
}

extension Conduct {
    /// Numbers in a stroke's points: 120 points.
    public static let longestStroke = 240
    /// Numbers in all strokes of a page: what a page on a line of 64 kbit/s is told within a second.
    static let inkOnPage = 2400
    /// Most strokes of a page.
    static let marksOnPage = 100
    /// Most strokes of a meeting.
    static let markLimit = 5000

    mutating func conductPapers(_ act: ConductAct, by actor: Actor) throws(ConductRefusal) {
        switch act {
        case .makePresenter(let seat):
            guard leads(actor) else { throw .notLeader }
            guard seat.map({ attendees[$0]?.isRemoved == false }) ?? true else { throw .noSeat }
            presenter = seat
        default:
            guard mayPresent(actor) else { throw Self.notPresenter }
            switch act {
            case .showPaper(let paper, let page): try show(paper, page, by: actor)
            case .turnPage(let page): try turn(to: page)
            case .hidePaper: presentation = nil
            case .mark(let mark): try keep(mark)
            case .eraseMark(let id): marks.removeAll { $0.id == id }
            case .clearPage:
                guard let shown = presentation else { throw Self.noPaper }
                marks.removeAll { $0.paper == shown.paper && $0.page == shown.page }
            default: throw .unknown
            }
        }
    }

    /// Whether somebody may show papers now: who leads, who was made presenter, who has the floor.
    public func mayPresent(_ actor: Actor) -> Bool {
        guard phase != .ended, attendees[actor.seat]?.isRemoved == false else { return false }
        return leads(actor) || presenter == actor.seat
            || floor?.state == .holds && floor?.seats.contains(actor.seat) == true
    }

    /// Whose name stands at the page: who was made presenter, else who showed it.
    public var presentingSeat: Seat? { presentation.map { presenter ?? $0.by } }

    /// The strokes on the page that is shown.
    public var shownMarks: [Mark] {
        guard let shown = presentation else { return [] }
        return marks.filter { $0.paper == shown.paper && $0.page == shown.page }
    }

    private mutating func show(_ id: PaperID, _ page: Int, by actor: Actor) throws(ConductRefusal) {
        guard let paper = plan.papers.first(where: { $0.id == id }) else {
            throw ConductRefusal(
                "no-paper", "Tài liệu này không có trong phiên họp.", "That paper is not of this meeting.")
        }
        guard paper.pages > 0 else {
            throw ConductRefusal(
                "no-pages", "Tài liệu chưa có trang để trình bày. Hãy chờ chuyển đổi xong.",
                "The paper has no pages to show yet. Wait until it has been converted.")
        }
        guard (1...paper.pages).contains(page) else { throw Self.noPage }
        presentation = Presentation(paper: id, page: page, pages: paper.pages, by: actor.seat, root: paper.root)
    }

    private mutating func turn(to page: Int) throws(ConductRefusal) {
        guard let shown = presentation else { throw Self.noPaper }
        guard (1...shown.pages).contains(page) else { throw Self.noPage }
        presentation?.page = page
    }

    private mutating func keep(_ mark: Mark) throws(ConductRefusal) {
        guard let shown = presentation, shown.paper == mark.paper else { throw Self.noPaper }
        guard (1...shown.pages).contains(mark.page) else { throw Self.noPage }
        let there = marks.filter { $0.paper == mark.paper && $0.page == mark.page }
        // A stroke that was sent again is there already.
        guard mark.stroke.isEmpty || !there.contains(where: { $0.stroke == mark.stroke }) else { return }
        let ink = there.reduce(mark.points.count) { $0 + $1.points.count }
        guard ink <= Self.inkOnPage, there.count < Self.marksOnPage, marks.count < Self.markLimit else {
            throw ConductRefusal(
                "page-full", "Trang đã có quá nhiều nét vẽ. Hãy xóa bớt rồi vẽ tiếp.",
                "There are too many strokes on this page. Clear some to go on.")
        }
        var mark = mark
        mark.id = nextMark
        nextMark += 1
        marks.append(mark)
    }

    /// What is booked has changed: a paper that was withdrawn is not shown any more, and one that has a newer version is
    /// shown in it once that has pages.
    mutating func renewPresentation() {
        guard let shown = presentation, !plan.papers.contains(where: { $0.id == shown.paper }) else { return }
        guard let newer = plan.papers.first(where: { $0.root == shown.root }) else {
            presentation = nil
            return
        }
        guard newer.pages > 0 else { return }
        presentation?.paper = newer.id
        presentation?.pages = newer.pages
        presentation?.page = min(shown.page, newer.pages)
    }

    private static let notPresenter = ConductRefusal(
        "not-presenter", "Chỉ chủ trì, thư ký hoặc người được giao trình bày làm được việc này.",
        "Only who leads, or who presents, may do this.")
    private static let noPaper = ConductRefusal(
        "nothing-shown", "Chưa có tài liệu nào đang được trình bày.", "No paper is being shown.")
    private static let noPage = ConductRefusal(
        "no-page", "Tài liệu không có trang này.", "The paper has no such page.")
}

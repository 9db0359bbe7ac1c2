extension ActForm {
    /// What is meant by an act about papers.
    func paperAct() throws(ConductRefusal) -> ConductAct {
        switch self.do {
        case "paper.show": return .showPaper(try need(paper), page: page ?? 1)
        case "paper.turn": return .turnPage(try need(page))
        case "paper.hide": return .hidePaper
        case "paper.presenter": return .makePresenter(seat)
        case "paper.mark": return .mark(try finishedStroke())
        case "paper.erase": return .eraseMark(try need(mark))
        case "paper.clear": return .clearPage
        default: throw .unknown
        }
    }

    private func finishedStroke() throws(ConductRefusal) -> Mark {
        let (points, colour, stroke) = (try need(points), colour ?? 0, stroke ?? "")
        guard Self.isPath(points, atMost: Conduct.longestStroke), (0...3).contains(colour), Self.isStrokeName(stroke)
        else { throw .unknown }
        return Mark(
            id: 0, paper: try need(paper), page: try need(page), stroke: stroke, tool: try need(tool), colour: colour,
            points: points)
    }

    /// Whether numbers are points of a page: x, y, x, y … from 0 to 10,000.
    public static func isPath(_ points: [Int], atMost count: Int) -> Bool {
        points.count >= 2 && points.count.isMultiple(of: 2) && points.count <= count
            && points.allSatisfy { (0...10_000).contains($0) }
    }

    /// Whether a page may call a stroke so: letters and digits of ASCII, 24 at most.
    public static func isStrokeName(_ name: String) -> Bool {
        name.utf8.count <= 24
            && name.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
            }
    }
}

import Briefing

extension ConductEntries {
    /// The page that is shown is a small entry of its own: a turn is told in some 150 bytes. Titles and names stand in
    /// others, which do not change with it.
    mutating func addPapers() {
        struct Shown: Encodable {
            var paper: PaperID
            var page: Int
            var pages: Int
            var presenter: Seat?
        }
        struct Offered: Encodable {
            var id: PaperID
            var title: String
            var item: Int?
            var pages: Int
        }
        struct Drawn: Encodable {
            var id: Int
            var paper: PaperID
            var page: Int
            var stroke: String
            var tool: Mark.Tool
            var colour: Int
            var points: [Int]
        }
        struct Presenter: Encodable {
            var seat: Seat
            var name: String
            /// Whether the chair said so.
            var made: Bool
        }
        add(
            "papers",
            conduct.plan.papers.map { Offered(id: $0.id, title: $0.title, item: $0.item, pages: $0.pages) })
        add(
            "paper",
            conduct.presentation.map {
                Shown(paper: $0.paper, page: $0.page, pages: $0.pages, presenter: conduct.presentingSeat)
            })
        add(
            "presenter",
            (conduct.presenter ?? conduct.presentingSeat).map {
                Presenter(
                    seat: $0, name: conduct.attendees[$0]?.planned.name ?? "", made: conduct.presenter != nil)
            })
        for mark in conduct.shownMarks {
            add(
                "mark/\(mark.id)",
                Drawn(
                    id: mark.id, paper: mark.paper, page: mark.page, stroke: mark.stroke, tool: mark.tool,
                    colour: mark.colour, points: mark.points))
        }
    }
}

extension SchedulerService {
    /// The name of the unit that a seat of a meeting is of; empty where nobody has it.
    public func unitName(of seat: Seat, in conduct: Conduct) -> String {
        conduct.attendees[seat].map { directory.tree.name($0.planned.unit) } ?? ""
    }
}

/// A week's calendar of work as offices print it: days down the page, Monday first, each in morning and afternoon.
///
/// All texts come as they are to be printed; `WeekPlan` of the module Briefing makes them.
public struct WeekSheet: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        /// `7 giờ 30 – 9 giờ 00`.
        public var time: String
        public var content: String
        public var chair: String
        public var participants: String
        /// Room, and whether online.
        public var place: String

        public init(time: String, content: String, chair: String, participants: String, place: String) {
            self.time = time
            self.content = content
            self.chair = chair
            self.participants = participants
            self.place = place
        }
    }

    /// A part of a day. Without entries it is printed as an empty line to write on.
    public struct Part: Hashable, Sendable {
        /// `Sáng`, `Chiều`.
        public var name: String
        public var entries: [Entry]

        public init(name: String, entries: [Entry]) {
            self.name = name
            self.entries = entries
        }
    }

    public struct Day: Hashable, Sendable {
        /// `Thứ Hai`.
        public var name: String
        /// `23/11`.
        public var date: String
        /// Why nobody works, as `Nghỉ Tết Nguyên đán`; nil on other days.
        public var note: String?
        public var parts: [Part]

        public init(name: String, date: String, note: String? = nil, parts: [Part]) {
            self.name = name
            self.date = date
            self.note = note
            self.parts = parts
        }
    }

    /// `Tuần 48 (từ ngày 23/11/2026 đến ngày 29/11/2026)`.
    public var period: String
    public var days: [Day]

    public init(period: String, days: [Day]) {
        self.period = period
        self.days = days
    }

    /// One sheet for each week, each beginning a page; the letterhead stands on the first.
    public static func document(
        of weeks: [WeekSheet], letterhead: Letterhead, closing: Closing? = nil, footer: String = "",
        created: String? = nil
    ) -> PrintDocument {
        var blocks: [PrintBlock] = [.letterhead(letterhead)]
        for (index, week) in weeks.enumerated() {
            if index > 0 { blocks.append(.pageBreak) }
            blocks.append(.heading("LỊCH CÔNG TÁC TUẦN"))
            blocks.append(
                .paragraph(Paragraph(StyledText(week.period, italic: true), alignment: .centre, size: 12)))
            blocks.append(.table(week.table))
        }
        if let closing { blocks.append(.closing(closing)) }
        return PrintDocument(
            title: (["Lịch công tác tuần"] + weeks.prefix(1).map(\.period)).joined(separator: " – "),
            author: letterhead.agency, created: created, orientation: .landscape, footer: footer, blocks: blocks)
    }

    private var table: PrintTable {
        PrintTable(
            columns: [
                .init("Thứ, ngày", fraction: 9, alignment: .centre, merging: true),
                .init("Buổi", fraction: 6, alignment: .centre, merging: true),
                .init("Thời gian", fraction: 11, alignment: .centre),
                .init("Nội dung", fraction: 34),
                .init("Chủ trì", fraction: 14),
                .init("Thành phần", fraction: 24),
                .init("Địa điểm, hình thức", fraction: 17),
            ], rows: days.flatMap(rows))
    }

    private func rows(of day: Day) -> [PrintTable.Row] {
        let name = StyledText.bold(day.name) + StyledText("\n\(day.date)")
        var rows: [PrintTable.Row] = []
        if let note = day.note { rows.append(.cells([name, "", "", .italic(note), "", "", ""])) }
        for part in day.parts {
            let buoi = StyledText(part.name)
            if part.entries.isEmpty { rows.append(.cells([name, buoi, "", "", "", "", ""])) }
            for entry in part.entries {
                rows.append(
                    .cells([
                        name, buoi, StyledText(entry.time), StyledText(entry.content), StyledText(entry.chair),
                        StyledText(entry.participants), StyledText(entry.place),
                    ]))
            }
        }
        return rows
    }
}

/// The report of the share of meetings held online, as a province sends it: table by kind of unit, notes how it counts.
///
/// All texts come as they are to be printed; `OnlineShareReport` of the module Briefing makes them.
public struct OnlineShareSheet: Hashable, Sendable {
    /// One unit: texts in the order of the table's columns behind the running number.
    public struct Row: Hashable, Sendable {
        public var unit: String
        /// Meetings held, of these online, their share, the target.
        public var held: String
        public var online: String
        public var share: String
        public var target: String
        /// `Đạt`, `Chưa đạt`, or a dash.
        public var verdict: String
        /// Invitations of its sites, of these attended, their share, the share of these on time.
        public var invited: String
        public var attended: String
        public var attendance: String
        public var onTime: String

        public init(
            unit: String, held: String, online: String, share: String, target: String, verdict: String,
            invited: String, attended: String, attendance: String, onTime: String
        ) {
            self.unit = unit
            self.held = held
            self.online = online
            self.share = share
            self.target = target
            self.verdict = verdict
            self.invited = invited
            self.attended = attended
            self.attendance = attendance
            self.onTime = onTime
        }
    }

    /// Units of one kind.
    public struct Group: Hashable, Sendable {
        public var title: String
        public var rows: [Row]

        public init(title: String, rows: [Row]) {
            self.title = title
            self.rows = rows
        }
    }

    /// `Từ ngày 01/11/2026 đến ngày 30/11/2026`.
    public var period: String
    public var groups: [Group]
    public var total: Row
    /// How each figure is counted; numbered when printed.
    public var notes: [String]

    public init(period: String, groups: [Group], total: Row, notes: [String]) {
        self.period = period
        self.groups = groups
        self.total = total
        self.notes = notes
    }

    public func document(
        letterhead: Letterhead, closing: Closing? = nil, footer: String = "", created: String? = nil
    ) -> PrintDocument {
        var blocks: [PrintBlock] = [
            .letterhead(letterhead),
            .heading("BÁO CÁO\nTỶ LỆ HỌP TRỰC TUYẾN"),
            .paragraph(Paragraph(StyledText(period, italic: true), alignment: .centre)),
            .space(millimetres: 2),
            .table(table),
        ]
        if !notes.isEmpty {
            blocks.append(.paragraph(Paragraph(StyledText("Cách tính:", bold: true, italic: true), size: 12)))
            for (index, note) in notes.enumerated() {
                blocks.append(.paragraph(Paragraph(StyledText("\(index + 1). \(note)"), size: 12, indent: 10)))
            }
        }
        if let closing { blocks.append(.closing(closing)) }
        return PrintDocument(
            title: "Báo cáo tỷ lệ họp trực tuyến – \(period)", author: letterhead.agency, created: created,
            orientation: .landscape, footer: footer, blocks: blocks)
    }

    private var table: PrintTable {
        var rows: [PrintTable.Row] = []
        var number = 0
        for group in groups {
            rows.append(.group(StyledText(group.title)))
            for row in group.rows {
                number += 1
                rows.append(.cells(cells("\(number)", row)))
            }
        }
        rows.append(.total(cells("", total)))
        return PrintTable(
            columns: [
                .init("STT", fraction: 5, alignment: .centre),
                .init("Đơn vị", fraction: 32),
                .init("Số phiên tổ chức", fraction: 8, alignment: .right),
                .init("Trong đó trực tuyến", fraction: 9, alignment: .right),
                .init("Tỷ lệ trực tuyến", fraction: 9, alignment: .right),
                .init("Chỉ tiêu", fraction: 8, alignment: .right),
                .init("Kết quả", fraction: 9, alignment: .centre),
                .init("Lượt mời", fraction: 8, alignment: .right),
                .init("Lượt dự", fraction: 8, alignment: .right),
                .init("Tỷ lệ dự", fraction: 8, alignment: .right),
                .init("Tỷ lệ đúng giờ", fraction: 8, alignment: .right),
            ], rows: rows)
    }

    private func cells(_ number: String, _ row: Row) -> [StyledText] {
        [
            number, row.unit, row.held, row.online, row.share, row.target, row.verdict, row.invited, row.attended,
            row.attendance, row.onTime,
        ].map { StyledText($0) }
    }
}

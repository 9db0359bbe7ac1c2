import ICalendar

/// The report in words: lines of a CSV file, and the texts of the printed table.
extension OnlineShareReport {
    /// The columns of ``csvRows``.
    public static let csvHeader = [
        "Đơn vị", "Loại", "Số phiên tổ chức", "Trong đó trực tuyến", "Tỷ lệ trực tuyến (%)", "Chỉ tiêu (%)", "Kết quả",
        "Lượt mời", "Lượt có điểm danh", "Lượt dự", "Tỷ lệ dự (%)", "Tỷ lệ đúng giờ (%)",
    ]

    /// A line for each unit and one for the total; shares in per cent with a decimal point, empty where there are none.
    public var csvRows: [[String]] {
        rows.map { row in
            csvRow(row.unit.name, row.unit.kind, row.own, target: "\(row.targetPercent)", met: row.met)
        } + [csvRow("Tổng cộng", "", total, target: "", met: nil)]
    }

    private func csvRow(_ name: String, _ kind: String, _ figures: Figures, target: String, met: Bool?) -> [String] {
        [
            name, kind, "\(figures.held)", "\(figures.online)", percent(figures.share, point: "."), target,
            met.map { $0 ? "Đạt" : "Chưa đạt" } ?? "", "\(figures.invited)", "\(figures.called)", "\(figures.attended)",
            percent(figures.attendance, point: "."), percent(figures.onTimeShare, point: "."),
        ]
    }

    /// One line of the printed table, all texts ready.
    public struct PrintedRow: Hashable, Sendable {
        public let unit: String
        public let held: String
        public let online: String
        public let share: String
        public let target: String
        public let verdict: String
        public let invited: String
        public let attended: String
        public let attendance: String
        public let onTime: String
    }

    /// The units of one kind, in the order of the tree, below a title with their common figures.
    public struct PrintedGroup: Hashable, Sendable {
        public let title: String
        public let rows: [PrintedRow]
    }

    /// Committee, party, departments, districts, communes, others: only kinds that have units.
    public var printedGroups: [PrintedGroup] {
        let kinds = Dictionary(grouping: rows) { Self.kindTitles[$0.unit.kind] == nil ? "" : $0.unit.kind }
        return (Self.kindOrder + [""]).compactMap { kind in
            guard let rows = kinds[kind] else { return nil }
            let sum = rows.reduce(Figures()) { $0 + $1.own }
            var title = "\(Self.kindTitles[kind] ?? "Đơn vị khác") (\(rows.count) đơn vị"
            if sum.held > 0 {
                title += "; \(sum.online)/\(sum.held) phiên trực tuyến, \(percent(sum.share, point: ","))%"
            }
            return PrintedGroup(
                title: title + ")",
                rows: rows.map { printed($0.unit.name, $0.own, target: "\($0.targetPercent)%", met: $0.met) })
        }
    }

    public var printedTotal: PrintedRow { printed("Tổng cộng", total, target: "", met: nil) }

    /// `Từ ngày 01/11/2026 đến ngày 30/11/2026`.
    public var printedPeriod: String { "Từ ngày \(from.vietnamese) đến ngày \(to.vietnamese)" }

    /// How each figure is counted.
    public static let notes = [
        "Phiên họp được tính cho đơn vị tổ chức và cho kỳ báo cáo có ngày bắt đầu phiên; không tính phiên đã hủy.",
        "Phiên trực tuyến gồm phiên họp trực tuyến hoàn toàn và phiên họp trực tiếp kết hợp trực tuyến.",
        "Lượt mời, lượt dự được tính theo điểm cầu của đơn vị được mời; mỗi điểm cầu được mời dự một phiên là một lượt.",
        "Tỷ lệ dự là số lượt dự trên số lượt mời của những phiên có điểm danh; điểm cầu không được ghi nhận khi điểm danh"
            + " được tính là vắng mặt.",
        "Tỷ lệ đúng giờ là số lượt dự không vào muộn trên tổng số lượt dự.",
        "Dấu “–” nghĩa là không có số liệu trong kỳ.",
    ]

    private static let kindOrder = ["committee", "party", "department", "district", "commune"]
    private static let kindTitles = [
        "committee": "Ủy ban nhân dân tỉnh", "party": "Cơ quan Đảng", "department": "Sở, ban, ngành cấp tỉnh",
        "district": "Cấp huyện", "commune": "Cấp xã",
    ]

    private func printed(_ name: String, _ figures: Figures, target: String, met: Bool?) -> PrintedRow {
        func share(_ value: Double?) -> String { value == nil ? "–" : percent(value, point: ",") + "%" }
        return PrintedRow(
            unit: name, held: "\(figures.held)", online: "\(figures.online)", share: share(figures.share),
            target: target, verdict: met.map { $0 ? "Đạt" : "Chưa đạt" } ?? (target.isEmpty ? "" : "–"),
            invited: "\(figures.invited)", attended: "\(figures.attended)", attendance: share(figures.attendance),
            onTime: share(figures.onTimeShare))
    }
}

/// With one decimal, rounded down: 89.99 % never reads as the 90 that were asked for. Empty for nil.
private func percent(_ share: Double?, point: String) -> String {
    guard let share else { return "" }
    // The millionth is for what binary fractions lack: 0.29 is a little less than 29/100.
    let tenths = Int(share * 1000 + 1e-6)
    return "\(tenths / 10)\(point)\(tenths % 10)"
}

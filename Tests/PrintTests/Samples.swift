@testable import Print

enum Samples {
    static let letterhead = Letterhead(
        superior: "ỦY BAN NHÂN DÂN TỈNH BẮC KẠN", agency: "VĂN PHÒNG", number: "Số: 12/BC-VP",
        placeAndDate: Letterhead.placeAndDate("Bắc Kạn", day: 30, month: 11, year: 2026))

    static let closing = Closing(
        recipients: ["Chủ tịch, các Phó Chủ tịch UBND tỉnh;", "Các sở, ban, ngành;", "Lưu: VT, TH."],
        position: "CHÁNH VĂN PHÒNG", name: "Nguyễn Thị Hường")

    /// Every vowel of Vietnamese with every tone, and đ, in both cases.
    static let alphabet =
        "aàảãáạ ăằẳẵắặ âầẩẫấậ eèẻẽéẹ êềểễếệ iìỉĩíị oòỏõóọ ôồổỗốộ ơờởỡớợ uùủũúụ ưừửữứự yỳỷỹýỵ đ "
        + "AÀẢÃÁẠ ĂẰẲẴẮẶ ÂẦẨẪẤẬ EÈẺẼÉẸ ÊỀỂỄẾỆ IÌỈĨÍỊ OÒỎÕÓỌ ÔỒỔỖỐỘ ƠỜỞỠỚỢ UÙỦŨÚỤ ƯỪỬỮỨỰ YỲỶỸÝỴ Đ"

    /// A report of so many communes.
    static func report(units: Int) -> OnlineShareSheet {
        func row(_ name: String, _ target: String) -> OnlineShareSheet.Row {
            OnlineShareSheet.Row(
                unit: name, held: "12", online: "9", share: "75,0%", target: target, verdict: "Đạt", invited: "48",
                attended: "46", attendance: "95,8%", onTime: "91,3%")
        }
        return OnlineShareSheet(
            period: "Từ ngày 01/11/2026 đến ngày 30/11/2026",
            groups: [
                .init(title: "Cấp huyện (8 đơn vị)", rows: [row("Huyện Ba Bể", "70%")]),
                .init(title: "Cấp xã", rows: (1..<max(units, 2)).map { row("Xã Nghĩa Phương \($0)", "50%") }),
            ], total: row("Tổng cộng", ""),
            notes: ["Phiên họp được tính cho đơn vị tổ chức.", "Dấu “–” nghĩa là không có số liệu."])
    }

    static let week = WeekSheet(
        period: "Tuần 48 (từ ngày 23/11/2026 đến ngày 29/11/2026)",
        days: [
            .init(
                name: "Thứ Hai", date: "23/11",
                parts: [
                    .init(
                        name: "Sáng",
                        entries: [
                            .init(
                                time: "7\u{A0}giờ\u{A0}30 – 9\u{A0}giờ\u{A0}00",
                                content: "Giao ban trực tuyến đầu tuần",
                                chair: "Chủ tịch UBND tỉnh Hoàng Văn Đức",
                                participants: "Lãnh đạo UBND các huyện, thành phố; Thủ trưởng các sở, ban, ngành",
                                place: "Phòng họp số 1; trực tuyến tới 8 điểm cầu"),
                            .init(
                                time: "9\u{A0}giờ\u{A0}30 – 11\u{A0}giờ\u{A0}00",
                                content: "Rà soát tiến độ giải ngân vốn đầu tư công quý IV",
                                chair: "Phó Chủ tịch Phạm Thị Lệ Thủy", participants: "Sở Tài chính, Kho bạc Nhà nước",
                                place: "Phòng họp số 2"),
                        ]),
                    .init(name: "Chiều", entries: []),
                ]),
            .init(name: "Thứ Ba", date: "24/11", note: "Nghỉ lễ theo quy định", parts: []),
        ]
            + zip(["Thứ Tư", "Thứ Năm", "Thứ Sáu"], 25...27).map { name, day in
                WeekSheet.Day(
                    name: name, date: "\(day)/11",
                    parts: [
                        .init(name: "Sáng", entries: []),
                        .init(
                            name: "Chiều",
                            entries: [
                                .init(
                                    time: "14\u{A0}giờ\u{A0}00 – 16\u{A0}giờ\u{A0}30",
                                    content: "Họp Ban Chỉ đạo chuyển đổi số tỉnh",
                                    chair: "Phó Chủ tịch Thường trực", participants: "Thành viên Ban Chỉ đạo",
                                    place: "Trực tuyến")
                            ]),
                    ])
            })
}

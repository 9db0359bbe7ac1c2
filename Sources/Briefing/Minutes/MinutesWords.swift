import ICalendar

/// Times, lengths and states as minutes say them.
enum MinutesWords {
    /// Unix milliseconds on the province's clock; seconds are left out.
    static func local(_ milliseconds: Int64) -> LocalDateTime {
        // A year beyond what a clock can show is outside of every meeting: held to 9999.
        ProvinceClock.local(unix: Int(min(max(milliseconds / 1000, 0), 253_402_214_400)))
    }

    /// `7 giờ 30, ngày 23 tháng 11 năm 2026`, with noughts as Nghị định 30/2020/NĐ-CP has them (Phụ lục I, phần I, mục II,
    /// khoản 4, điểm b).
    static func moment(_ time: LocalDateTime) -> String { "\(time.vietnameseClock), \(day(time.date))" }

    /// `ngày 03 tháng 01 năm 2027`.
    static func day(_ day: LocalDate) -> String {
        "ngày \(day.day < 10 ? "0" : "")\(day.day) tháng \(day.month < 3 ? "0" : "")\(day.month) năm \(day.year)"
    }

    /// `1 giờ 05 phút`, `3 phút 20 giây`, `45 giây`.
    static func length(seconds: Int) -> String {
        let seconds = max(0, seconds)
        let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
        if hours > 0 { return "\(hours) giờ \(minutes < 10 ? "0" : "")\(minutes) phút" }
        if minutes > 0 { return rest > 0 ? "\(minutes) phút \(rest) giây" : "\(minutes) phút" }
        return "\(rest) giây"
    }

    static func state(_ state: RollState) -> String {
        switch state {
        case .expected: "Chưa xác nhận"
        case .present: "Có mặt"
        case .late: "Vào muộn"
        case .dropped: "Mất kết nối"
        case .absent: "Vắng mặt"
        case .delegated: "Cử người dự thay"
        }
    }

    static func means(_ means: RollMark.Means?) -> String {
        switch means {
        case .button: "Bấm xác nhận"
        case .device: "Thiết bị điểm cầu"
        case .hand: "Thư ký ghi"
        case nil: ""
        }
    }

    /// Cardinal numbers that a sentence begins with are rare here: figures with two digits below 10, as in `05 đơn vị`.
    static func count(_ number: Int) -> String { (0..<10).contains(number) ? "0\(number)" : "\(number)" }

    /// `I`, `II` … of the few parts that minutes have.
    static func roman(_ number: Int) -> String {
        let numerals = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
        return numerals.indices.contains(number - 1) ? numerals[number - 1] : "\(number)"
    }

    /// The text as sentences end: with a full stop, unless it has an end of its own.
    static func sentence(_ text: String) -> String {
        guard let last = text.last else { return "" }
        return ".;:!?…".contains(last) ? text : text + "."
    }
}

import Briefing
import ICalendar

/// Times as letters and pages say them.
func clockText(_ time: LocalDateTime) -> String {
    "\(time.hour) giờ \(time.minute < 10 ? "0" : "")\(time.minute)"
}

func dayText(_ day: LocalDate) -> String { "\(day.day)/\(day.month)/\(day.year)" }

func weekdayText(_ day: LocalDate) -> String {
    switch day.weekday {
    case 7: "Chủ nhật"
    case 1: "Thứ Hai"
    case 2: "Thứ Ba"
    case 3: "Thứ Tư"
    case 4: "Thứ Năm"
    case 5: "Thứ Sáu"
    default: "Thứ Bảy"
    }
}

private func englishWeekday(_ day: LocalDate) -> String {
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][min(max(day.weekday - 1, 0), 6)]
}

private func englishClock(_ time: LocalDateTime) -> String {
    "\(time.hour):\(time.minute < 10 ? "0" : "")\(time.minute)"
}

/// `7 giờ 30 đến 9 giờ 00, Thứ Hai ngày 23/11/2026`.
func timeText(_ start: LocalDateTime, _ end: LocalDateTime) -> Sentence {
    Sentence(
        vietnamese: "\(clockText(start)) đến \(clockText(end)), \(weekdayText(start.date)) ngày \(dayText(start.date))",
        english: "\(englishClock(start))–\(englishClock(end)), \(englishWeekday(start.date)) \(start.date)")
}

/// Unix seconds as a local time, to the minute.
func localText(_ seconds: Int) -> String { ProvinceClock.local(unix: seconds).description }

import ICalendar

/// A time that a test writes by hand.
func time(_ text: String) -> LocalDateTime {
    LocalDateTime(text) ?? LocalDateTime(minuteNumber: .min / 2000)
}

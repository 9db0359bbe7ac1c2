import ICalendar

/// Days and times that a test writes by hand.
func day(_ text: String) -> LocalDate { LocalDate(text) ?? LocalDate(dayNumber: 0) }

func time(_ text: String) -> LocalDateTime { LocalDateTime(text) ?? LocalDateTime(minuteNumber: 0) }

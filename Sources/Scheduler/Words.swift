import ICalendar

/// Unix seconds as a local time, to the minute.
func localText(_ seconds: Int) -> String { ProvinceClock.local(unix: seconds).description }

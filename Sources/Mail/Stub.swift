import CCurl
import CGMime
import ICalendar

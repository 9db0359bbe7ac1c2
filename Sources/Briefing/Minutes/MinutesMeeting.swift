import ICalendar

/// What the minutes say of a meeting that its conduct does not know: whose it is, where it is held, who writes.
public struct MinutesMeeting: Hashable, Sendable {
    /// The organising agency, and the one above it.
    public var agency: String
    public var superior: String?
    /// The place in the head: `Bắc Kạn`.
    public var place: String
    public var form: MeetingForm
    /// The site at which the chair sits; nil where none was booked.
    public var venue: String?
    /// Chức vụ of people who take part, by their seat.
    public var titles: [Seat: String]
    /// Who keeps the minutes; empty where it is not known.
    public var secretary: String
    /// The last day for the notice of conclusions, and how many working days after the meeting that is.
    public var conclusionsDue: LocalDate
    public var conclusionsDays: Int

    public init(
        agency: String, superior: String?, place: String, form: MeetingForm, venue: String?, titles: [Seat: String],
        secretary: String, conclusionsDue: LocalDate, conclusionsDays: Int
    ) {
        self.agency = agency
        self.superior = superior
        self.place = place
        self.form = form
        self.venue = venue
        self.titles = titles
        self.secretary = secretary
        self.conclusionsDue = conclusionsDue
        self.conclusionsDays = conclusionsDays
    }
}

import ICalendar

/// Which meeting a site without anybody belongs in now.
enum OpenRoom {
    /// The site is in its place this long before the beginning, in minutes.
    static let before = 15
    /// A briefing that takes longer than planned keeps its sites for this long, in minutes.
    static let overrun = 60
    /// A meeting that has run over its time gives way to the next one this long before that begins, in minutes.
    static let giveWay = 5

    struct Meeting<ID: Sendable>: Sendable {
        var id: ID
        var start: LocalDateTime
        var end: LocalDateTime
        /// Its chair has opened it, perhaps before its time.
        var isOpened = false
    }

    /// The meeting that is under way and began last: an emergency is called while another briefing runs. Where none is
    /// under way, the next that begins soon or has been opened before its time, before one that has run over its time.
    static func choose<ID>(_ meetings: [Meeting<ID>], now: LocalDateTime) -> ID? {
        var best: (meeting: Meeting<ID>, rank: Int)?
        for meeting in meetings {
            guard let rank = rank(meeting, now: now) else { continue }
            guard let leading = best else {
                best = (meeting, rank)
                continue
            }
            // Of two that are to come the first, of two that have begun the last.
            let isNearer =
                meeting.start > now ? meeting.start < leading.meeting.start : meeting.start > leading.meeting.start
            if rank < leading.rank || (rank == leading.rank && isNearer) { best = (meeting, rank) }
        }
        return best?.meeting.id
    }

    private static func rank<ID>(_ meeting: Meeting<ID>, now: LocalDateTime) -> Int? {
        if now >= meeting.end { return now < meeting.end.adding(minutes: overrun) ? 2 : nil }
        if now >= meeting.start { return 0 }
        if now >= meeting.start.adding(minutes: meeting.isOpened ? -SchedulerService.opensBefore : -giveWay) {
            return 1
        }
        return now >= meeting.start.adding(minutes: -before) ? 3 : nil
    }
}

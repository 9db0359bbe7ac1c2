import CIcal

extension RecurrenceRule {
    /// Periods that are looked at for one answer: a rule that seldom or never matches ends here.
    private static let mostSteps = 100_000

    /// The rule's times, in order.
    ///
    /// - Parameters:
    ///   - start: DTSTART; given only if the rule matches it (see the type).
    ///   - last: the last moment that may be given; at most 200 years after the start count.
    ///   - limit: how many are given at most.
    public func dates(from start: LocalDateTime, through last: LocalDateTime, limit: Int) -> [LocalDateTime] {
        let furthest = start.adding(minutes: 200 * 366 * 1440)
        let end = min(last, furthest, until ?? furthest)
        // libical counts in the years of time_t.
        guard limit > 0, start <= end, (1900...2200).contains(start.date.year) else { return [] }
        guard let iterator = RecurrenceIterator(self, from: start, through: end) else { return [] }

        var dates: [LocalDateTime] = []
        let most = min(limit, count ?? limit)
        var steps = 0
        while dates.count < most, steps < Self.mostSteps, let date = iterator.next(), date <= end {
            steps += 1
            // A step backwards or on the spot would be a fault of the iterator; the order of the answer is promised.
            if let previous = dates.last, date <= previous { continue }
            if date >= start { dates.append(date) }
        }
        return dates
    }
}

/// libical's iterator over one rule, on a clock without a zone.
private final class RecurrenceIterator {
    private let iterator: OpaquePointer
    private let minuteOfDay: Int

    /// - Returns: nil where libical does not take the rule.
    init?(_ rule: RecurrenceRule, from start: LocalDateTime, through end: LocalDateTime) {
        LibICal.prepare()
        // COUNT is counted by the caller. The caller's end as UNTIL stops libical's own search for the next match.
        var bounded = rule
        bounded.count = nil
        let recurrence = icalrecurrencetype_from_string(bounded.text(until: BasicTime.text(end)))
        guard recurrence.freq != ICAL_NO_RECURRENCE,
            let iterator = icalrecur_iterator_new(recurrence, LibICal.time(start))
        else { return nil }
        self.iterator = iterator
        minuteOfDay = start.minuteOfDay
    }

    deinit { icalrecur_iterator_free(iterator) }

    func next() -> LocalDateTime? {
        let time = icalrecur_iterator_next(iterator)
        guard icaltime_is_null_time(time) == 0,
            let date = LocalDate(year: Int(time.year), month: Int(time.month), day: Int(time.day))
        else { return nil }
        return LocalDateTime(minuteNumber: date.dayNumber * 1440 + minuteOfDay)
    }
}

import ICalendar
import Testing

@testable import Briefing

@Suite struct `How long a recording is kept` {
    private let ended = LocalDate(year: 2026, month: 11, day: 22)
    private let proposer = PersonID(1)
    private let second = PersonID(2)

    private func rules(_ years: Int?) -> RetentionRules {
        var rules = RetentionRules()
        rules.set(.periodic, years: years)
        return rules
    }

    private func retention(
        years: Int? = 10, extended: Retention.Term? = nil, holds: [Retention.Hold] = [],
        disposal: Retention.Disposal.State? = nil, ended: LocalDate? = nil
    ) throws -> Retention {
        Retention(
            .periodic, rules: rules(years), ended: try #require(ended ?? self.ended), extended: extended, holds: holds,
            disposal: disposal.map {
                Retention.Disposal(
                    id: 1, state: $0, reason: "hết hạn", decision: "QĐ 1", proposedAt: 0, proposedBy: proposer)
            })
    }

    private let hold = Retention.Hold(id: 1, reason: "Thanh tra", since: 0, who: "person 3")

    private func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }

    @Test func `is for ever until the office says otherwise`() throws {
        let kept = try retention(years: nil)
        #expect(kept.term == .forEver)
        #expect(kept.standing(on: try day("2999-01-01")) == .kept)
    }

    @Test func `is so many years from its end on, that day among them`() throws {
        let kept = try retention()
        #expect(kept.term == .until(try day("2036-11-22")))
        #expect(kept.standing(on: try day("2036-11-22")) == .kept)
        #expect(kept.standing(on: try day("2036-11-23")) == .due)
    }

    @Test func `is never shorter for a leap day`() throws {
        let kept = try retention(years: 1, ended: try day("2028-02-29"))
        #expect(kept.term == .until(try day("2029-03-01")))
    }

    @Test func `is what somebody decided instead of the rule, and only ever longer`() throws {
        let later = Retention.Term.until(try day("2040-01-01"))
        #expect(try retention(extended: later).standing(on: try day("2037-01-01")) == .kept)
        let today = try day("2037-01-01")
        #expect(throws: RetentionRefusal.notLonger) {
            try retention().checkKeeping(.until(try day("2036-12-31")), on: today)
        }
        #expect(throws: RetentionRefusal.notLonger) {
            try retention(extended: later).checkKeeping(.until(try day("2039-01-01")), on: today)
        }
        #expect(throws: RetentionRefusal.notLonger) {
            try retention(extended: .forEver).checkKeeping(later, on: today)
        }
        try retention().checkKeeping(later, on: today)
        try retention().checkKeeping(.forEver, on: today)
    }

    @Test func `ends only when its time is over and nobody holds it`() throws {
        let over = try day("2037-01-01")
        try retention().checkProposal(on: over, isClosed: true)
        #expect(throws: RetentionRefusal.notDue) {
            try retention().checkProposal(on: try day("2036-11-22"), isClosed: true)
        }
        #expect(throws: RetentionRefusal.notDue) {
            try retention(years: nil).checkProposal(on: over, isClosed: true)
        }
        #expect(throws: RetentionRefusal.notClosed) { try retention().checkProposal(on: over, isClosed: false) }
        #expect(throws: RetentionRefusal.held) {
            try retention(holds: [hold]).checkProposal(on: over, isClosed: true)
        }
        #expect(throws: RetentionRefusal.proposed) {
            try retention(disposal: .proposed).checkProposal(on: over, isClosed: true)
        }
        // What was refused may be proposed again.
        try retention(disposal: .refused).checkProposal(on: over, isClosed: true)
    }

    @Test func `ends by a second person, unless it was put on hold or the rule was changed meanwhile`() throws {
        let over = try day("2037-01-01")
        try retention(disposal: .proposed).checkConfirmation(by: second, on: over)
        #expect(throws: RetentionRefusal.samePerson) {
            try retention(disposal: .proposed).checkConfirmation(by: proposer, on: over)
        }
        #expect(throws: RetentionRefusal.held) {
            try retention(holds: [hold], disposal: .proposed).checkConfirmation(by: second, on: over)
        }
        #expect(throws: RetentionRefusal.notDue) {
            try retention(years: 20, disposal: .proposed).checkConfirmation(by: second, on: over)
        }
        #expect(throws: RetentionRefusal.notProposed) {
            try retention(disposal: .refused).checkConfirmation(by: second, on: over)
        }
    }

    @Test(arguments: [Retention.Disposal.State.confirmed, .done])
    func `cannot be decided any more when it was destroyed`(_ state: Retention.Disposal.State) throws {
        let over = try day("2037-01-01")
        let gone = try retention(disposal: state)
        #expect(gone.standing(on: over) == .destroyed)
        #expect(throws: RetentionRefusal.destroyed) { try gone.checkHold(on: over) }
        #expect(throws: RetentionRefusal.destroyed) { try gone.checkProposal(on: over, isClosed: true) }
        #expect(throws: RetentionRefusal.destroyed) { try gone.checkConfirmation(by: second, on: over) }
        #expect(throws: RetentionRefusal.destroyed) { try gone.checkKeeping(.forEver, on: over) }
    }
}

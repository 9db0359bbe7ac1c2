import Briefing
import Foundation
import ICalendar
import Store

/// What a dossier is made from, read at one time.
struct DossierDraft: Sendable {
    var records: DossierRecords
    var minutes: MinutesDraft
    var organiser: UnitID
    /// Whom the meeting concerns.
    var audience: Audience
    /// Unix seconds of the last moment that the minutes tell of.
    var last: Int
    var isOver: Bool
}

extension SchedulerService {
    /// Everything of a meeting, whoever asks. Nothing is written, so that another program may do it beside the server.
    func dossier(of id: OccurrenceID, _ reading: Reading) throws -> DossierDraft {
        let (occurrence, series, plan) = try meeting(id, reading)
        let booked = try conductPlan(occurrence, series, plan, reading)
        let conduct =
            ConductTable.Entry(
                lines: try reading.conductLines(of: id), tallies: try reading.secretTallies(of: id),
                room: occurrence.room
            )?.conduct ?? Conduct(plan: booked)
        let last = conduct.endedAt ?? Int64(ProvinceClock.unix(occurrence.end)) * 1000
        let minutes = MinutesDraft(
            of: conduct, meeting: try minutesMeeting(occurrence, plan, conduct, reading), at: last)
        let chair = try plan.chair.flatMap { try reading.person($0)?.name }
        let meeting = DossierRecords.Meeting(
            id: id, title: plan.title, start: occurrence.start, end: occurrence.end,
            opened: conduct.openedAt.map { ProvinceClock.local(unix: Int($0 / 1000)) },
            ended: conduct.endedAt.map { ProvinceClock.local(unix: Int($0 / 1000)) }, state: occurrence.state,
            form: plan.form, organiser: directory.tree.name(plan.organiser), chair: chair,
            venue: plan.venue.map { directory.siteName($0) }, notes: plan.notes,
            agenda: plan.agenda.map { .init(title: $0.title, owner: $0.owner, minutes: $0.minutes) },
            series: .init(uid: series.uid, title: series.plan.title, rule: series.plan.rule?.text))
        let records = DossierRecords(
            meeting: meeting, invitees: try invitees(occurrence, series, plan, reading),
            letters: try letters(occurrence, reading),
            papers: try reading.allPapers(of: occurrence).map(paperLine), roll: roll(minutes.roll),
            votes: minutes.votes.map(voteLine),
            minutes: .init(
                state: minutes.phase, number: minutes.number.number, symbol: minutes.number.symbol,
                notes: minutes.items.filter { !$0.note.isEmpty }.map { .init(item: $0.title, text: $0.note) }
                    + (minutes.note.isEmpty ? [] : [.init(item: "", text: minutes.note)]),
                conclusions: minutes.decisions.map {
                    .init(text: $0.form.text, owner: $0.form.owner, due: $0.form.due)
                }), acts: try acts(occurrence, reading))
        let isOver =
            minutes.phase == .ended || minutes.phase == .planned && ProvinceClock.unix(occurrence.end) <= now()
        return DossierDraft(
            records: records, minutes: minutes, organiser: plan.organiser, audience: audience(plan),
            last: Int(last / 1000), isOver: isOver)
    }

    private func invitees(
        _ occurrence: Occurrence, _ series: Series, _ plan: MeetingPlan, _ reading: Reading
    ) throws -> [DossierRecords.InviteeLine] {
        let replies = try reading.replies(to: occurrence, seriesAnswersSince: series.answersSince)
        let attendance = try reading.attendance(of: occurrence.id)
        func line(_ invitee: Invitee, _ name: String, _ kind: String, _ site: SiteID?) -> DossierRecords.InviteeLine {
            let reply = replies[invitee]
            return .init(
                name: name, kind: kind, answer: reply?.answer ?? .none, delegate: reply?.delegateName ?? "",
                delegateEmail: reply?.delegateEmail ?? "", note: reply?.note ?? "",
                answered: reply.map { ProvinceClock.local(unix: $0.at) },
                attendance: site.flatMap { attendance[$0] } ?? .none)
        }
        return plan.sites.sorted().map { line(.site($0), directory.siteName($0), "site", $0) }
            + (try reading.people(plan.people.sorted()).map { line(.person($0.id), $0.name, "person", nil) })
    }

    private func letters(_ occurrence: Occurrence, _ reading: Reading) throws -> [DossierRecords.Letter] {
        // What went to the whole series after this meeting is of others.
        let end = ProvinceClock.unix(occurrence.end)
        return try reading.letters(state: nil, occurrence: occurrence.id, limit: Self.mostDossierLines)
            .filter { $0.occurrence != nil || $0.made <= end }.sorted { $0.id < $1.id }.map { letter in
                .init(
                    kind: letter.kind, to: letter.toName, address: letter.toAddress, subject: letter.subject,
                    state: letter.state.rawValue, made: ProvinceClock.local(unix: letter.made),
                    sent: letter.sent.map { ProvinceClock.local(unix: $0) })
            }
    }

    /// Letters or acts of one meeting; more are a mistake, not a meeting.
    private static let mostDossierLines = 20_000

    private func acts(_ occurrence: Occurrence, _ reading: Reading) throws -> [DossierRecords.Act] {
        let end = ProvinceClock.unix(occurrence.end)
        let own = "occurrence \(occurrence.id)"
        var names: [String: String] = [:]
        return try reading.acts(on: [own, "series \(occurrence.series)"], limit: Self.mostDossierLines).reversed()
            // That a dossier was taken out does not change it.
            .filter { !$0.what.hasPrefix("dossier.") && ($0.object == own || $0.at <= end) }.map { line in
                if names[line.who] == nil { names[line.who] = try name(ofActor: line.who, reading) }
                return .init(
                    line: line.id, at: ProvinceClock.local(unix: line.at), who: names[line.who] ?? line.who,
                    what: line.what, detail: line.detail)
            }
    }

    private func paperLine(_ paper: Paper) -> DossierRecords.PaperLine {
        let name = paper.sha256 == nil || paper.isWithdrawn ? nil : Self.archiveName(of: paper)
        return .init(
            id: paper.id, first: paper.first ?? paper.id, version: paper.version, title: paper.title,
            filename: paper.filename, type: paper.type, bytes: paper.bytes, sha256: paper.sha256, link: paper.link,
            note: paper.note, classification: paper.classification,
            added: ProvinceClock.local(unix: paper.addedAt), superseded: paper.isSuperseded,
            withdrawn: paper.isWithdrawn, file: name)
    }

    /// `papers/12-v2-bao-cao-thang.pdf`: letters and digits alone, whatever the file was called.
    private static func archiveName(of paper: Paper) -> String {
        let words = Folding.words(of: paper.filename).map { word in
            String(word.folded.unicodeScalars.filter { $0.isASCII && ($0.properties.isAlphabetic || $0.value < 0x3A) })
        }.filter { !$0.isEmpty }
        let ending = words.count > 1 && paper.filename.contains(".") ? words.last.map { ".\($0.prefix(8))" } ?? "" : ""
        let stem = (ending.isEmpty ? words : Array(words.dropLast())).joined(separator: "-").prefix(100)
        return "papers/\(paper.id)-v\(paper.version)-\(stem.isEmpty ? "tai-lieu" : stem)\(ending)"
    }

    private func roll(_ roll: RollList) -> DossierRecords.Roll {
        .init(
            state: roll.state, signedBy: roll.signed?.by, signedAt: roll.signed?.at, unitsPresent: roll.unitsPresent,
            units: roll.units, needed: roll.needed,
            lines: roll.lines.map {
                .init(
                    name: $0.name, state: $0.state, at: $0.at, reason: $0.reason, delegate: $0.delegate,
                    drops: $0.drops, away: $0.away)
            })
    }

    private func voteLine(_ vote: VoteRecord) -> DossierRecords.VoteLine {
        .init(
            number: vote.number, title: vote.form.title, kind: vote.form.kind, choices: vote.form.choices,
            state: vote.state, began: vote.began, closed: vote.closed, counts: vote.counts, eligible: vote.eligible,
            verdict: vote.verdict,
            ballots: vote.form.kind == .secret ? nil : vote.ballots?.map { .init(name: $0.name, choice: $0.choice) })
    }
}

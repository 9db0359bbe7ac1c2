import Briefing
import Foundation
import ICalendar

/// One thing that pages are told of a meeting, under its key.
public struct ConductEntry: Sendable {
    public enum Audience: Hashable, Sendable {
        case all
        /// Who leads, and technicians.
        case console
        /// Who leads: what is being decided is not for technicians.
        case leaders
        /// Who may read one line of the chat.
        case line(Int)
    }

    public var key: String
    public var audience: Audience
    public var json: String

    public init(key: String, audience: Audience, json: String) {
        self.key = key
        self.audience = audience
        self.json = json
    }
}

/// What pages are told of a meeting's conduct: JSON values under keys, each made anew from the state.
public struct ConductEntries {
    let conduct: Conduct
    private let now: Int64
    public private(set) var entries: [ConductEntry] = []

    struct Named: Encodable {
        var seat: Seat
        var name: String
    }

    /// - Parameter lines: the lines of chat that were made before, which never change.
    public init(_ conduct: Conduct, of occurrence: OccurrenceID, now: Int64, skippingLines lines: Int = 0) {
        self.conduct = conduct
        self.now = now
        addMeeting(occurrence)
        addAgenda()
        addFloor()
        addRoll()
        addPapers()
        for vote in conduct.votes { addVote(vote) }
        for line in conduct.chat.dropFirst(lines) { addLine(line) }
        addConsole()
    }

    mutating func add(_ key: String, _ value: some Encodable, for audience: ConductEntry.Audience = .all) {
        guard let json = try? jsonText(value) else { return }
        entries.append(ConductEntry(key: key, audience: audience, json: json))
    }

    private func named(_ seat: Seat) -> Named {
        Named(seat: seat, name: conduct.attendees[seat]?.planned.name ?? "")
    }

    // MARK: For all

    private mutating func addMeeting(_ occurrence: OccurrenceID) {
        struct Meeting: Encodable {
            var occurrence: OccurrenceID
            var title: String
            var state: Conduct.Phase
            var start: Int64
            var openedAt: Int64?
            var endedAt: Int64?
            var chair: Named?
            var booked: Named?
            var acting: Bool
            var deputies: [Named]
            var locked: Bool
            var waiting: Bool
            var emergency: Bool
            var recorded: Bool
            var policy: FloorPolicy
        }
        add(
            "meeting",
            Meeting(
                occurrence: occurrence, title: conduct.plan.title, state: conduct.phase, start: conduct.plan.start,
                openedAt: conduct.openedAt, endedAt: conduct.endedAt, chair: conduct.chair.map(named),
                booked: conduct.booked.map(named), acting: conduct.hasActingChair,
                deputies: conduct.deputies.map(named),
                locked: conduct.isLocked, waiting: conduct.hasWaitingRoom, emergency: conduct.plan.isEmergency,
                recorded: conduct.plan.isRecorded, policy: conduct.policy))
    }

    private mutating func addAgenda() {
        struct Item: Encodable {
            var id: Int
            var title: String
            var owner: String
            var minutes: Int
            var spent: Int64
            var since: Int64?
            var done: Bool
        }
        add(
            "agenda",
            conduct.agenda.map {
                Item(
                    id: $0.id, title: $0.title, owner: $0.owner, minutes: $0.minutes, spent: $0.spent, since: $0.since,
                    done: $0.isDone)
            })
    }

    private mutating func addFloor() {
        struct Floor: Encodable {
            var seats: [Named]
            var since: Int64
            var until: Int64?
            var state: Turn.State
        }
        struct Queued: Encodable {
            var seats: [Named]
            var at: Int64
        }
        struct Stage: Encodable {
            var seats: [Named]
            var layout: Layout
        }
        add(
            "floor",
            conduct.floor.map {
                Floor(seats: $0.seats.map(named), since: $0.since, until: $0.until, state: $0.state)
            })
        add("queue", conduct.queue.map { Queued(seats: $0.seats.map(named), at: $0.at) })
        addFilm()
        addRecording()
        add("stage", Stage(seats: conduct.stage.map(named), layout: conduct.layout))
    }

    private mutating func addFilm() {
        struct Film: Encodable {
            var paper: PaperID
            var title: String
            var state: FilmShow.State
            var at: Int64
            var since: Int64
            var length: Int64
        }
        add(
            "film",
            conduct.film.map {
                Film(
                    paper: $0.paper, title: $0.title, state: $0.state, at: $0.at, since: $0.since, length: $0.length)
            })
    }

    private mutating func addRecording() {
        struct Recording: Encodable {
            var state: RecordingState.Phase
            var since: Int64
            var startedAt: Int64
        }
        struct Disk: Encodable {
            var state: RecordingState.Disk
            var minutes: Int?
        }
        let recording = conduct.recording
        add(
            "recording",
            recording.map { Recording(state: $0.phase, since: $0.since, startedAt: $0.startedAt) })
        // Why a recording has ended by itself is told to those who lead as long as it is the last one.
        if let recording, recording.disk != .fine {
            add("disk", Disk(state: recording.disk, minutes: recording.minutesLeft), for: .leaders)
        }
    }

    private mutating func addRoll() {
        struct Quorum: Encodable {
            var present: Int
            var of: Int
            var needed: Int
            var reached: Bool
            var numerator: Int
            var denominator: Int
        }
        struct Roll: Encodable {
            var state: RollCall.State
            var since: Int64?
            var until: Int64?
            var counts: [String: Int]
            var quorum: Quorum
            var by: String?
            var signedAt: Int64?
        }
        let counts = conduct.rollCounts(at: now)
        let roll = conduct.roll
        var seats: [String: Int] = [:]
        for state in RollState.allCases { seats[state.rawValue] = counts.seats[state] ?? 0 }
        add(
            "roll",
            Roll(
                state: roll.state, since: roll.since, until: roll.until, counts: seats,
                quorum: Quorum(
                    present: counts.unitsPresent, of: counts.units, needed: counts.needed, reached: counts.hasQuorum,
                    numerator: roll.quorum.numerator, denominator: roll.quorum.denominator),
                by: roll.signed?.by, signedAt: roll.signed?.at))
    }

    private mutating func addVote(_ vote: Vote) {
        struct Ballot: Encodable {
            var seat: Seat
            var name: String
            var choice: Int
        }
        struct Shown: Encodable {
            var id: Int
            var title: String
            var kind: VoteForm.Kind
            var by: VoteForm.Voters
            var choices: [String]
            var rule: VoteForm.Rule
            var of: VoteForm.Base
            var needsQuorum: Bool
            var item: Int?
            var state: Vote.State
            var since: Int64
            var reason: String
            var cast: Int
            var eligible: Int
            var result: Vote.Result?
            var ballots: [Ballot]?
        }
        let ballots = vote.ballots.sorted { $0.key < $1.key }.map {
            Ballot(seat: $0.key, name: named($0.key).name, choice: $0.value)
        }
        add(
            "vote/\(vote.id)",
            Shown(
                id: vote.id, title: vote.form.title, kind: vote.form.kind, by: vote.form.by, choices: vote.form.choices,
                rule: vote.form.rule, of: vote.form.of, needsQuorum: vote.form.needsQuorum, item: vote.form.item,
                state: vote.state, since: vote.since, reason: vote.reason, cast: vote.voted.count,
                eligible: conduct.voices(of: vote), result: vote.result, ballots: vote.showsBallots ? ballots : nil))
    }

    private mutating func addLine(_ line: ChatLine) {
        struct Shown: Encodable {
            var id: Int
            var from: Named
            var role: Actor.Role
            var to: String
            var text: String
            var at: Int64
        }
        let to =
            switch line.to {
            case .all: "all"
            case .leaders: "leaders"
            case .technician: "technician"
            case .seat(let seat): seat.description
            }
        add(
            "chat/\(line.id)",
            Shown(
                id: line.id, from: Named(seat: line.from, name: line.name), role: line.role, to: to, text: line.text,
                at: line.at), for: line.to == .all ? .all : .line(line.id))
    }

    // MARK: For those who lead

    private mutating func addConsole() {
        struct Row: Encodable {
            var seat: Seat
            var name: String
            var unit: UnitID
            var invited: Bool
            var roll: RollState
            var how: String
            var at: Int64?
            var reason: String
            var delegate: String
            var connected: Bool
            var media: Bool
            var device: Bool
            var mic: Bool
            var muted: Bool
            var hold: Bool
            var drops: Int
            var away: Int64
            var gone: Int64?
            var hand: Bool
            var removed: Bool
        }
        struct Waiting: Encodable {
            var seat: Seat
            var name: String
            var since: Int64
        }
        struct Decided: Encodable {
            var id: Int
            var text: String
            var due: String
            var owner: String
            var item: Int?
        }
        struct Note: Encodable {
            var item: Int?
            var text: String
        }
        let hands = Set(conduct.queue.flatMap(\.seats))
        for (seat, attendee) in conduct.attendees {
            let mark = attendee.mark
            add(
                "seat/\(seat)",
                Row(
                    seat: seat, name: attendee.planned.name, unit: attendee.planned.unit,
                    invited: attendee.planned.isInvited, roll: conduct.rollState(of: seat, at: now),
                    how: mark?.means.rawValue ?? "", at: mark?.at, reason: mark?.reason ?? "",
                    delegate: attendee.planned.delegate, connected: attendee.isConnected, media: attendee.hasMedia,
                    device: attendee.isDevice, mic: attendee.microphoneIsOn, muted: attendee.isMuted,
                    hold: attendee.isHeld, drops: attendee.drops, away: attendee.away,
                    gone: attendee.lastDisconnectedAt, hand: hands.contains(seat), removed: attendee.isRemoved),
                for: .console)
        }
        for unit in conduct.plan.units { add("unit/\(unit.id)", unit, for: .console) }
        let waiting = conduct.attendees.values.compactMap { attendee in
            attendee.waitsSince.map {
                Waiting(seat: attendee.planned.seat, name: attendee.planned.name, since: $0)
            }
        }
        add("waiting", waiting.sorted { ($0.since, $0.seat) < ($1.since, $1.seat) }, for: .console)
        for decision in conduct.decisions {
            add(
                "decision/\(decision.id)",
                Decided(
                    id: decision.id, text: decision.form.text, due: decision.form.due, owner: decision.form.owner,
                    item: decision.form.item), for: .leaders)
        }
        for (item, text) in conduct.notes {
            add("note/\(item.map(String.init) ?? "")", Note(item: item, text: text), for: .leaders)
        }
    }
}

extension Conduct {
    /// What one page is told of itself, as JSON.
    /// - Parameter unit: the name of the unit that they are of (``SchedulerService/unitName(of:in:)``).
    public func ownEntry(of actor: Actor, now: Int64, unit: String) -> String {
        struct Own: Encodable {
            var seat: Seat
            var name: String
            var role: Actor.Role
            var leads: Bool
            var roll: RollState
            var asked: Bool
            var muted: Bool
            var hold: Bool
            var voice: Int64
            var hand: Int
            var mayVote: [Int]
            var admitted: Admission
            /// The unit's name, which stands on the pages that somebody looks at.
            var unit: String
            var presents: Bool
        }
        let invited = actor.seats.first { attendees[$0]?.planned.isInvited == true }
        let state = invited.map { rollState(of: $0, at: now) } ?? .expected
        let isAsked =
            invited != nil && phase != .ended && (roll.state == .open || roll.state == .closed)
            && (state == .expected || state == .absent) && attendees[invited ?? actor.seat]?.mark?.means != .hand
        let own = Own(
            seat: actor.seat, name: actor.name, role: role(of: actor),
            leads: leads(actor), roll: state, asked: isAsked, muted: isSilenced(actor.seat),
            hold: attendees[actor.seat]?.isHeld == true
                || isSilenced(actor.seat) && attendees[actor.seat]?.isMuted != true,
            voice: attendees[actor.seat]?.voiceAskedAt ?? 0,
            hand: (queue.firstIndex { $0.seats.contains(actor.seat) } ?? -1) + 1, mayVote: mayVote(actor),
            admitted: admission(of: actor), unit: unit, presents: mayPresent(actor))
        return (try? jsonText(own)) ?? "null"
    }
}

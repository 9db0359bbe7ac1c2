import ICalendar

/// An act as pages write it and the journal keeps it: `do` and the fields that it needs.
public struct ActForm: Hashable, Sendable, Codable {
    /// A seat or an agenda item before which something is put.
    public enum Place: Hashable, Sendable, Codable {
        case seat(Seat)
        case item(Int)

        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                self = .item(number)
            } else {
                self = .seat(try container.decode(Seat.self))
            }
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .seat(let seat): try container.encode(seat)
            case .item(let number): try container.encode(number)
            }
        }
    }

    public var `do`: String
    public var seat: Seat?
    public var seats: [Seat]?
    public var unit: UnitID?
    public var all: Bool?
    public var with: Seat?
    public var before: Place?
    public var item: Int?
    public var title: String?
    public var owner: String?
    public var minutes: Int?
    public var seconds: Int?
    public var hold: Bool?
    public var on: Bool?
    public var selfUnmute: Bool?
    public var consent: Bool?
    public var layout: Layout?
    public var state: RollState?
    public var reason: String?
    public var numerator: Int?
    public var denominator: Int?
    public var kind: VoteForm.Kind?
    public var by: VoteForm.Voters?
    public var choices: [String]?
    public var rule: VoteForm.Rule?
    public var of: VoteForm.Base?
    public var needsQuorum: Bool?
    public var vote: Int?
    public var choice: Int?
    public var text: String?
    public var due: String?
    public var decision: Int?
    public var number: String?
    public var symbol: String?
    public var to: String?
    public var paper: PaperID?
    public var page: Int?
    public var stroke: String?
    public var tool: Mark.Tool?
    public var colour: Int?
    public var points: [Int]?
    public var mark: Int?
    /// In a film, ms.
    public var at: Int64?
    /// Of a film, ms: put in by the server.
    public var length: Int64?
    // Of what happens: only in the journal.
    public var plan: ConductPlan?
    public var isConnected: Bool?
    public var hasMedia: Bool?
    public var isDevice: Bool?
    public var planned: ConductPlan.PlannedSeat?
    public var disk: RecordingState.Disk?

    public init(do name: String) { self.do = name }

    /// What happens, as the journal keeps it; nil for what people do.
    public init?(happening act: ConductAct) {
        switch act {
        case .plan(let plan):
            self.init(do: "system.plan")
            self.plan = plan
        case .presence(let seat, let isConnected, let hasMedia, let isDevice):
            self.init(do: "system.presence")
            self.seat = seat
            self.isConnected = isConnected
            self.hasMedia = hasMedia
            self.isDevice = isDevice
        case .arrive(let planned):
            self.init(do: "system.arrive")
            self.planned = planned
        case .restart: self.init(do: "system.restart")
        case .time: self.init(do: "system.time")
        case .recorder(let disk, let minutesLeft):
            self.init(do: "system.recorder")
            self.disk = disk
            minutes = minutesLeft
        case .recorderGone: self.init(do: "system.recorder.gone")
        default: return nil
        }
    }

    /// Of the journal: what happened, or nil.
    public var happening: ConductAct? {
        switch self.do {
        case "system.plan": plan.map { .plan($0) }
        case "system.presence":
            seat.map {
                .presence(
                    $0, isConnected: isConnected ?? false, hasMedia: hasMedia ?? false, isDevice: isDevice ?? false)
            }
        case "system.arrive": planned.map { .arrive($0) }
        case "system.restart": .restart
        case "system.time": .time
        case "system.recorder.gone": .recorderGone
        case "system.recorder": disk.map { .recorder($0, minutesLeft: minutes) }
        default: nil
        }
    }
}

extension ActForm {
    /// What is meant, with every text and number in its bounds.
    /// - Throws: what is wrong with it.
    public func act() throws(ConductRefusal) -> ConductAct {
        switch self.do {
        case "hand.raise": .raiseHand
        case "hand.lower": .lowerHand
        case "floor.accept": .acceptFloor
        case "floor.decline": .declineFloor
        case "floor.done": .endTurn
        case "mic": .microphone(isOn: try need(on))
        case "roll.confirm": .confirmRoll
        // Without a choice only in the journal, of a secret ballot; the meeting refuses it of any other.
        case "vote.cast": .castVote(try need(vote), choice: choice)
        case "chat.say": .say(try addressee(), try words(text, 1...Conduct.chatLength, "tin nhắn", "message"))
        case "open": .open
        case "close": .end
        case "lock": .lock(try need(on))
        case "waiting": .waitingRoom(try need(on))
        case "admit": .admit(try target())
        case "turnaway": .turnAway(try need(seat))
        case "remove": .remove(try need(seat), reason: try words(reason, 0...300, "lý do", "reason"))
        case "readmit": .readmit(try need(seat))
        case "deputies": .setDeputies(try distinct())
        case "chair.hand": .handChair(try need(seat))
        case "chair.take": .takeChair
        case "record.start": .record
        case "record.pause": .pauseRecording
        case "record.stop": .stopRecording
        default:
            if self.do.hasPrefix("agenda.") {
                try agendaAct()
            } else if self.do.hasPrefix("film.") {
                try filmAct()
            } else if self.do.hasPrefix("floor.") || self.do.hasPrefix("queue.") {
                try floorAct()
            } else if self.do.hasPrefix("paper.") {
                try paperAct()
            } else if self.do.hasPrefix("roll.") || self.do.hasPrefix("vote.") || self.do == "quorum" {
                try countingAct()
            } else {
                try otherAct()
            }
        }
    }

    private func agendaAct() throws(ConductRefusal) -> ConductAct {
        switch self.do {
        case "agenda.start": return .startItem(try need(item))
        case "agenda.stop": return .stopItem
        case "agenda.add":
            let minutes = minutes ?? 0
            guard (0...1440).contains(minutes) else { throw .unknown }
            return .addItem(
                ConductPlan.PlannedItem(
                    title: try words(title, 1...300, "tên nội dung", "item's title"),
                    owner: try words(owner, 0...200, "người trình bày", "presenter"), minutes: minutes))
        case "agenda.move":
            switch before {
            case .item(let before): return .moveItem(try need(item), before: before)
            case nil: return .moveItem(try need(item), before: nil)
            case .seat: throw .unknown
            }
        default: throw .unknown
        }
    }

    private func floorAct() throws(ConductRefusal) -> ConductAct {
        switch self.do {
        case "floor.give": return .giveFloor(try need(seat), seconds: try turnLength())
        case "floor.next": return .nextFloor(seconds: try turnLength())
        case "floor.take": return .takeFloor
        case "floor.extend":
            guard let seconds = try turnLength() else { throw .unknown }
            return .extendFloor(seconds: seconds)
        case "queue.remove": return .removeFromQueue(try need(seat))
        case "queue.move":
            switch before {
            case .seat(let before): return .moveInQueue(try need(seat), before: before)
            case nil: return .moveInQueue(try need(seat), before: nil)
            case .item: throw .unknown
            }
        case "queue.merge": return .mergeInQueue(try need(seat), with: try need(with))
        default: throw .unknown
        }
    }

    private func countingAct() throws(ConductRefusal) -> ConductAct {
        switch self.do {
        case "roll.open":
            guard minutes.map({ (1...240).contains($0) }) ?? true else { throw .unknown }
            return .openRoll(minutes: minutes)
        case "roll.close": return .closeRoll
        case "roll.correct":
            return .correctRoll(
                try need(seat), try need(state), reason: try words(reason, 1...300, "lý do sửa", "reason"))
        case "roll.sign": return .signRoll
        case "quorum":
            guard let fraction = Fraction(try need(numerator), try need(denominator)) else {
                throw ConductRefusal(
                    "quorum", "Tỷ lệ tối thiểu phải từ 1/100 đến 1.", "The quorum must be from 1/100 to 1.")
            }
            return .setQuorum(fraction)
        case "vote.open": return .openVote(try voteForm())
        case "vote.close": return .closeVote(try need(vote))
        case "vote.cancel":
            return .cancelVote(try need(vote), reason: try words(reason, 0...300, "lý do", "reason"))
        default: throw .unknown
        }
    }

    private func filmAct() throws(ConductRefusal) -> ConductAct {
        let limit = 0...Conduct.filmLimit
        guard limit.contains(at ?? 0), limit.contains(length ?? 0) else { throw .unknown }
        switch self.do {
        // What the film is, the server looks up.
        case "film.play":
            return .playFilm(
                try need(paper), title: try words(title, 0...300, "tên phim", "film's title"), length: length ?? 0,
                at: at)
        case "film.pause": return .pauseFilm
        case "film.seek": return .seekFilm(try need(at))
        case "film.stop": return .stopFilm
        default: throw .unknown
        }
    }

    private func otherAct() throws(ConductRefusal) -> ConductAct {
        switch self.do {
        case "mute": return .mute(try target(), isHeld: hold ?? false)
        case "unmute": return .unmute(try target())
        case "policy":
            let seconds = seconds ?? 0
            guard (0...Conduct.longestTurn).contains(seconds) else { throw .unknown }
            return .setPolicy(
                FloorPolicy(selfUnmute: try need(selfUnmute), consent: try need(consent), seconds: seconds))
        case "stage":
            let seats = try distinct()
            guard seats.count <= 4 else {
                throw ConductRefusal(
                    "stage", "Tối đa bốn điểm cầu trên khung hình chính.", "At most four sites on the stage.")
            }
            return .setStage(seats, try need(layout))
        case "decision.add": return .addDecision(try decisionForm())
        case "decision.edit": return .editDecision(try need(decision), try decisionForm())
        case "decision.remove": return .removeDecision(try need(decision))
        case "note": return .note(item: item, try words(text, 0...10_000, "ghi chép", "note"))
        case "minutes.number": return .numberMinutes(try documentNumber())
        default: throw .unknown
        }
    }

    // MARK: Fields

    func need<Value>(_ value: Value?) throws(ConductRefusal) -> Value {
        guard let value else { throw .unknown }
        return value
    }

    private func target() throws(ConductRefusal) -> ConductAct.Target {
        if all == true { return .all }
        if let unit { return .unit(unit) }
        if let seats { return .seats(Array(seats.prefix(1000))) }
        return .seats([try need(seat)])
    }

    /// Seats of which each is named once.
    private func distinct() throws(ConductRefusal) -> [Seat] {
        let seats = try need(seats)
        guard Set(seats).count == seats.count else { throw .unknown }
        return seats
    }

    private func addressee() throws(ConductRefusal) -> ConductAct.Addressee {
        switch to {
        case "all": return .all
        case "leaders": return .leaders
        case "technician": return .technician
        default:
            guard let seat = to.flatMap({ Seat($0) }) else { throw .unknown }
            return .seat(seat)
        }
    }

    private func turnLength() throws(ConductRefusal) -> Int? {
        guard let seconds else { return nil }
        guard (0...Conduct.longestTurn).contains(seconds) else {
            throw ConductRefusal(
                "seconds", "Thời gian phát biểu từ 0 đến 120 phút.", "A turn has from 0 to 120 minutes.")
        }
        return seconds
    }

    /// A text without control characters but line ends, of bounded length.
    private func words(
        _ text: String?, _ length: ClosedRange<Int>, _ vietnamese: String, _ english: String
    ) throws(ConductRefusal) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in (text ?? "").unicodeScalars {
            if scalar == "\n" || scalar.properties.generalCategory != .control { scalars.append(scalar) }
        }
        let clean = Self.trimmed(scalars)
        guard length.contains(clean.count), clean.unicodeScalars.count <= 4 * length.upperBound + 16 else {
            throw ConductRefusal(
                "text", "Mục “\(vietnamese)” cần từ \(length.lowerBound) đến \(length.upperBound) ký tự.",
                "The \(english) needs from \(length.lowerBound) to \(length.upperBound) characters.")
        }
        return clean
    }

    private static func trimmed(_ text: String.UnicodeScalarView) -> String {
        let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
        let start = text.drop(while: isSpace)
        let count = start.reversed().prefix(while: isSpace).count
        return String(String.UnicodeScalarView(start.dropLast(count)))
    }

    private func voteForm() throws(ConductRefusal) -> VoteForm {
        let choices = choices ?? ["Tán thành", "Không tán thành", "Ý kiến khác"]
        guard (2...8).contains(choices.count) else {
            throw ConductRefusal("choices", "Biểu quyết có từ 2 đến 8 phương án.", "A vote has from 2 to 8 choices.")
        }
        var clean: [String] = []
        for choice in choices { clean.append(try words(choice, 1...120, "phương án", "choice")) }
        return VoteForm(
            title: try words(title, 1...300, "nội dung biểu quyết", "question"), kind: kind ?? .open, by: by ?? .unit,
            choices: clean, rule: rule ?? .majority, of: of ?? .cast, needsQuorum: needsQuorum ?? true,
            item: item)
    }

    private func documentNumber() throws(ConductRefusal) -> DocumentNumber {
        let found = DocumentNumber(
            number: try words(number, 0...10, "số", "number"), symbol: try words(symbol, 0...40, "ký hiệu", "symbol"))
        guard found.isWellFormed else {
            throw ConductRefusal(
                "number", "Số gồm chữ số và chữ cái; ký hiệu gồm chữ, chữ số, gạch nối và gạch chéo, viết liền.",
                "A number has digits and letters; a symbol has letters, digits, hyphens and slashes, without spaces.")
        }
        return found
    }

    private func decisionForm() throws(ConductRefusal) -> DecisionForm {
        let due = due ?? ""
        guard due.isEmpty || LocalDate(due) != nil else {
            throw ConductRefusal("due", "Hạn phải là một ngày, ví dụ 2026-12-01.", "The due day must be a day.")
        }
        return DecisionForm(
            text: try words(text, 1...4000, "kết luận", "decision"), due: due,
            owner: try words(owner, 0...200, "đơn vị thực hiện", "owner"), item: item)
    }
}

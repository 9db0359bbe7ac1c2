public struct ChatLine: Sendable, Equatable {
    public let id: Int
    public var from: Seat
    public var role: Actor.Role
    public var name: String
    public var to: ConductAct.Addressee
    public var text: String
    public var at: Int64
}

extension Conduct {
    /// Characters of a line.
    public static let chatLength = 1000
    /// Lines of a meeting.
    static let chatLimit = 5000
    /// Lines that one seat may write in a minute.
    static let chatPace = 30

    mutating func say(
        _ text: String, to addressee: ConductAct.Addressee, by actor: Actor, at now: Int64
    ) throws(ConductRefusal) {
        if case .seat(let seat) = addressee {
            guard attendees[seat] != nil else { throw .noSeat }
            guard leadsOrHelps(actor) else { throw .notLeader }
        }
        guard chat.count < Self.chatLimit,
            chat.reversed().prefix(while: { now - $0.at < 60_000 }).count(where: { $0.from == actor.seat })
                < Self.chatPace
        else {
            throw ConductRefusal(
                "too-fast", "Gửi quá nhiều tin. Hãy chờ một phút.", "Too many messages. Wait a minute.")
        }
        chat.append(
            ChatLine(
                id: nextChat, from: actor.seat, role: actor.role, name: actor.name, to: addressee, text: text, at: now))
        nextChat += 1
    }

    /// Whether somebody may read a line.
    public func mayRead(_ line: ChatLine, _ actor: Actor) -> Bool {
        if line.from == actor.seat { return true }
        switch line.to {
        case .all: return true
        case .leaders: return leads(actor)
        case .technician: return leadsOrHelps(actor)
        case .seat(let seat): return actor.seats.contains(seat)
        }
    }
}

extension Conduct {
    mutating func conductChair(_ act: ConductAct, by actor: Actor) throws(ConductRefusal) {
        switch act {
        case .setDeputies(let seats):
            guard seats.count <= 8, seats.allSatisfy({ attendees[$0] != nil }) else { throw .noSeat }
            deputies = seats
        case .handChair(let seat):
            guard attendees[seat] != nil else { throw .noSeat }
            guard isThere(seat) else {
                throw ConductRefusal(
                    "not-there", "\(name(seat)) chưa kết nối, chưa thể giao quyền chủ trì.",
                    "\(name(seat)) is not connected and cannot take the chair.")
            }
            chair = seat
            chairLostAt = nil
        case .takeChair:
            // The booked chair takes back what a deputy holds; a secretary leads where nobody else does.
            guard actor.seat == booked || actor.role == .secretary else { throw .notLeader }
            chair = actor.seat
            chairLostAt = nil
        default: throw .unknown
        }
    }

    /// Whether somebody holds the chair for the one who was booked.
    public var hasActingChair: Bool { chair != booked && booked != nil }
}

/// The path of a room's socket: `/api/rooms/{room}/{kind}?name=value&…`.
struct RoomAddress {
    let room: String
    private var fields: [Substring: Substring] = [:]

    /// nil for any other path.
    init?(_ uri: String, _ kind: String) {
        let parts = uri.split(separator: "?", maxSplits: 1)
        let path = parts.first?.split(separator: "/", omittingEmptySubsequences: false) ?? []
        guard path.count == 5, path[0].isEmpty, path[1] == "api", path[2] == "rooms", isRoomName(path[3]),
            path[4] == kind
        else { return nil }
        room = String(path[3])
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let halves = pair.split(separator: "=", maxSplits: 1)
            if halves.count == 2 { fields[halves[0]] = halves[1] }
        }
    }

    /// What a field says, as it stands in the path.
    subscript(name: Substring) -> Substring? { fields[name] }
}

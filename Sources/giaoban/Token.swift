import ArgumentParser
import Foundation
import Web

/// `giaoban token`: a bearer token for WHIP, WHEP, or a page of a closed room.
struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a bearer token for a room.",
        discussion:
            "Without --publish and --view the token allows both. It is valid on the server with this data folder. A page "
            + "takes it in its address: /r/ROOM?token=TOKEN.")

    @Option(help: "The room that it opens.")
    var room: String

    @Flag(help: "It allows to send (WHIP).")
    var publish = false

    @Flag(help: "It allows to receive (WHEP).")
    var view = false

    @Flag(help: "It allows to lead the room: give the floor, set what everybody sees large.")
    var chair = false

    @Option(help: "Hours for which it is valid.")
    var hours = 24

    @Option(help: "The server's data folder. (default: $GIAOBAN_DATA or ./var)")
    var data: String?

    func validate() throws {
        guard isRoomName(room) else {
            throw ValidationError("--room has letters, digits, hyphens and underscores only (64 characters at most).")
        }
        guard (1...87_600).contains(hours) else { throw ValidationError("--hours is 1 to 87600.") }
    }

    func run() async throws {
        let path = data ?? ProcessInfo.processInfo.environment["GIAOBAN_DATA"] ?? "var"
        let secret = try DataFolder(URL(fileURLWithPath: path)).tokenSecret()
        var rights: JoinToken.Rights = []
        if publish || !view { rights.insert(.publish) }
        if view || !publish { rights.insert(.view) }
        if chair { rights.insert(.chair) }
        let expires = Int64(Date().timeIntervalSince1970) + Int64(hours) * 3600
        print(JoinToken(room: room, rights: rights, expires: expires).text(secret: secret))
    }
}

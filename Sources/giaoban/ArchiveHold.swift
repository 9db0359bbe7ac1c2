import ArgumentParser
import Briefing
import Foundation
import Glibc
import Scheduler
import Store

/// Who uses the server's shell, as the chain of acts names them: `operator root`.
func shellUser() -> String {
    // What it points to is overwritten by the next call; nobody else asks in a command's one thread.
    let name = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(getuid())"
    return "operator \(name)"
}

/// - Throws: `ValidationError` where the words say nothing, or are too many.
private func checkReason(_ reason: String) throws {
    guard !reason.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty, reason.count <= 500 else {
        throw ValidationError("--reason says why, in 1 to 500 characters.")
    }
}

/// `giaoban archive hold`: nothing is destroyed while it stands.
struct ArchiveHold: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Hold a recording: it is not destroyed until that is released.",
        discussion: """
            giaoban archive hold 3f9a --reason "Thanh tra theo QĐ 12/QĐ-TTr"

            Works beside a running server. Prints the hold's number, which `giaoban archive release` asks for.
            """)

    @Argument(help: "A recording, or how its number begins.")
    var id: String

    @Option(help: "Why.")
    var reason: String

    @Option(help: "Folder of what the server keeps.")
    var data = "var"

    func validate() throws { try checkReason(reason) }

    func run() throws {
        let archive = try KeptArchive(data: data)
        let recording = try archive.recording(id)
        let number = try SchedulerService.hold(
            recording, for: reason, who: shellUser(), at: Int(Date().timeIntervalSince1970), in: archive.store)
        guard let number else { throw ValidationError("\(recording.id) has been destroyed.") }
        print("\(recording.id)\thold \(number)")
    }
}

/// `giaoban archive release`: takes a hold away.
struct ArchiveRelease: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Release a hold on a recording.")

    @Argument(help: "A recording, or how its number begins.")
    var id: String

    @Option(help: "The hold's number; not needed where there is only one.")
    var hold: Int64?

    @Option(help: "Why.")
    var reason: String

    @Option(help: "Folder of what the server keeps.")
    var data = "var"

    func validate() throws { try checkReason(reason) }

    func run() throws {
        let archive = try KeptArchive(data: data)
        let recording = try archive.recording(id)
        let holds = try archive.store.readNow { try $0.holds(on: recording.id) }
        guard let number = hold ?? (holds.count == 1 ? holds.first?.id : nil) else {
            let list = holds.map { "\($0.id) (\($0.reason))" }.joined(separator: ", ")
            throw ValidationError(
                holds.isEmpty ? "\(recording.id) is not on hold." : "Name one of its holds with --hold: \(list)")
        }
        let isDone = try SchedulerService.release(
            number, on: recording, for: reason, who: shellUser(), at: Int(Date().timeIntervalSince1970),
            in: archive.store)
        guard isDone else { throw ValidationError("Hold \(number) of \(recording.id) does not stand.") }
        print("\(recording.id)\treleased \(number)")
    }
}

/// `giaoban archive due`: recordings whose time is over, and those on hold.
struct ArchiveDue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "due", abstract: "List recordings whose time is over, on hold, or waiting to be destroyed.",
        discussion: """
            Nothing is destroyed by this, nor by itself: people decide on the page /luu-tru/thoi-han, two of them. Columns: \
            recording, standing, last day, title.
            """)

    @Flag(help: "All recordings, also those that are kept.")
    var all = false

    @Option(help: "Folder of what the server keeps.")
    var data = "var"

    func run() throws {
        let archive = try KeptArchive(data: data)
        for line in try SchedulerService.retentionNow(in: archive.store, at: Int(Date().timeIntervalSince1970))
        where all || [.due, .held, .proposed].contains(line.standing) {
            print(
                [line.recording, line.standing.rawValue, line.until ?? "-", line.title]
                    .joined(separator: "\t"))
        }
    }
}

import Archive
import ArgumentParser
import Foundation
import Glibc
import Recording

/// `giaoban archive compose`: a film of a recording's journal.
struct ArchiveCompose: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compose", abstract: "Make a film of a recording's journal.",
        discussion: """
            giaoban archive compose recordings/42 --out films/42
            giaoban archive compose recordings/42 --out films/42 --layout grid --follow

            Runs at a low priority. Stopped or killed, it goes on where it was when it is started again. FOLDER/state.json
            tells how far it is; FOLDER/growing.mp4 plays while it works, FOLDER/film.mp4 is the film.
            """)

    @Argument(help: "The journal's folder.")
    var journal: String

    @Option(help: "Folder of the film; it is made.")
    var out: String

    @Option(help: "What is shown: \(Layout.allCases.map(\.rawValue).joined(separator: ", ")).")
    var layout = Layout.asLed

    @Flag(help: "Follow a meeting that still runs; the film is done shortly after its recording is over.")
    var follow = false

    @Option(help: "File of the key with which the journal is encrypted.")
    var keyFile: String?

    @OptionGroup var background: BackgroundOptions

    func run() throws {
        let stop = background.begin()
        do {
            let lock = try FilmLock(URL(fileURLWithPath: out), isStopped: { stop.came })
            defer { lock.release() }
            let composer = try Composer(
                Composer.Settings(
                    journal: URL(fileURLWithPath: journal), out: URL(fileURLWithPath: out),
                    key: try keyFile.map { try ServeSettings.journalKey($0) },
                    layout: layout, follows: follow), isStopped: { stop.came })
            let state = try composer.run()
            for sentence in state.damage { print(sentence) }
            guard state.phase == .done else {
                print("Đã dừng ở giây \(Int(state.composed)). Stopped at second \(Int(state.composed)).")
                throw ExitCode(3)
            }
            print("Đã dựng phim \(Int(state.composed)) giây. The film of \(Int(state.composed)) s is done.")
        } catch let error as ArchiveError {
            throw background.failure(error)
        }
    }
}

extension Layout: ExpressibleByArgument {}

/// Keeps a second composer from the same folder: an earlier server's may be on its way out.
private struct FilmLock {
    private let number: Int32

    init(_ folder: URL, isStopped: () -> Bool) throws {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        number = open(folder.appendingPathComponent("lock").path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard number >= 0 else {
            throw ValidationError("\(folder.path) cannot be written: \(String(cString: strerror(errno)))")
        }
        while flock(number, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, !isStopped() else { throw ExitCode(3) }
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    func release() { close(number) }
}

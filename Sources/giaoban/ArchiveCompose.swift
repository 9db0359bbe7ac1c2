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
    var layout = Layout.speakerPage

    @Flag(help: "Follow a meeting that still runs; the film is done shortly after its recording is over.")
    var follow = false

    @Option(help: "File of the key with which the journal is encrypted.")
    var keyFile: String?

    @Flag(help: "Stop when standard input ends: as a server's child, which is not to outlive it.")
    var attached = false

    @Option(help: "Megabytes of memory that it may take, 256 or more.")
    var memory = 2_048

    @Option(help: "How far it gives way to other processes, 0 to 19.")
    var nice: Int32 = 19

    func validate() throws {
        guard (0...19).contains(nice) else { throw ValidationError("--nice is 0 to 19.") }
        guard (256...1_048_576).contains(memory) else { throw ValidationError("--memory is 256 or more.") }
    }

    func run() throws {
        limit()
        let stop = StopSignal(watchesInput: attached)
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
            // write(_:) traps where a log's disk is gone.
            try? FileHandle.standardError.write(contentsOf: Data("\(error.vietnamese)\n\(error.english)\n".utf8))
            throw ExitCode(1)
        }
    }

    /// Gives way to everything else, and takes no more memory than it was given: what it reads is from strangers.
    private func limit() {
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, nice)
        var bytes = rlimit()
        bytes.rlim_cur = rlim_t(memory) << 20
        bytes.rlim_max = bytes.rlim_cur
        // Threads' stacks and libraries are address space, too; what is used is less than half of it.
        _ = setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &bytes)
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

/// SIGTERM, SIGINT and the end of standard input, as something to ask for.
private final class StopSignal {
    private var signals = sigset_t()
    private let watchesInput: Bool

    init(watchesInput: Bool) {
        self.watchesInput = watchesInput
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        // Threads that are made later inherit it: libav's among them.
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private var hasCome = false

    /// Whether any has come since the process began.
    var came: Bool {
        var now = timespec()
        if !hasCome, sigtimedwait(&signals, nil, &now) > 0 { hasCome = true }
        if !hasCome, watchesInput {
            var input = pollfd(fd: 0, events: 0, revents: 0)
            hasCome = poll(&input, 1, 0) > 0 && input.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0
        }
        return hasCome
    }
}

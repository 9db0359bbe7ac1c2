import CSpawn
import Foundation
import Glibc
import Synchronization

/// A process of `giaoban archive` as its server sees it: a composer, or what makes a copy. It ends when its standard input
/// does, so that none outlives the server.
final class ArchiveProcess: Sendable {
    /// The exit status, or minus the signal's number.
    let end: Task<Int32, Never>
    private let input: Mutex<Int32?>

    /// - Parameter log: what it says is appended there.
    /// - Throws: `POSIXError`.
    init(executable: String, arguments: [String], log: URL) throws {
        // Close-on-exec from the beginning: no other child of the server may hold our end open.
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Self.error() }
        defer { close(ends[0]) }
        let output = open(log.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard output >= 0 else {
            defer { close(ends[1]) }
            throw Self.error()
        }
        defer { close(output) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        // Whatever else the server has open stays with the server.
        shim_close_from(&actions, 3)
        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        // What the server was told by its environment is not for it to know.
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("LANG=C.UTF-8"), nil]
        defer { for word in environment { free(word) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, executable, &actions, nil, words, &environment)
        guard failure == 0 else {
            close(ends[1])
            throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO)
        }
        input = Mutex(ends[1])
        let (ended, continuation) = AsyncStream.makeStream(of: Int32.self)
        end = Task {
            for await status in ended { return status }
            return -1
        }
        let waiting = Thread { [process] in
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            continuation.yield(signal == 0 ? (status >> 8) & 0xFF : -signal)
            continuation.finish()
        }
        waiting.name = "archive"
        waiting.start()
    }

    deinit { release() }

    /// Asks it to end; what it has done it keeps.
    func release() {
        if let number = input.withLock({ $0.take() }) { close(number) }
    }

    private static func error() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}

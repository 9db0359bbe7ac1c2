import Foundation
import Glibc

/// A courier's process as its server sees it.
final class CourierChild: Sendable {
    enum Event: Sendable {
        case report(CourierReport)
        /// The process has ended; the exit status, or minus the signal's number.
        case ended(Int32)
    }

    let events: AsyncStream<Event>
    private let socket: Descriptor

    /// - Throws: The system's words.
    init(executable: String, arguments: [String]) throws(JournalError) {
        // Close-on-exec from the beginning: no other child of the server may hold it open when the server is gone.
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw JournalError(words: systemWords()) }
        let (ours, theirs) = (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, theirs.number, 0)
        posix_spawn_file_actions_adddup2(&actions, theirs.number, 1)
        var process: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        let failure = posix_spawn(&process, executable, &actions, nil, words, environ)
        guard failure == 0 else { throw JournalError(words: "\(executable): \(systemWords(failure))") }
        socket = ours
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        self.events = events
        let reader = Thread { [process] in Self.read(ours, of: process, into: continuation) }
        reader.name = "courier"
        reader.start()
    }

    /// To let go of the child is to end its stdin.
    deinit { shutdown(socket.number, Int32(SHUT_WR)) }

    /// - Returns: false when the process has ended.
    func write(_ order: CourierOrder) -> Bool { socket.send(JSONLine.encode(order)) }

    private static func read(
        _ output: Descriptor, of process: pid_t, into continuation: AsyncStream<Event>.Continuation
    ) {
        var lines = LineReader(output.number)
        while let line = lines.next() {
            if let report = JSONLine.decode(CourierReport.self, line) { continuation.yield(.report(report)) }
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        continuation.yield(.ended(signal == 0 ? (status >> 8) & 0xFF : -signal))
        continuation.finish()
    }
}

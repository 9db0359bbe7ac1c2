import Glibc
import Synchronization

/// SIGTERM, SIGINT and the end of standard input, as something to ask for.
final class StopSignal {
    private static let signalled = Atomic(false)

    private let watchesInput: Bool
    private var inputEnded = false

    init(watchesInput: Bool) {
        self.watchesInput = watchesInput
        // Made before a handler asks for it. It is no mask for one thread: which of a process's threads a signal meets is
        // the kernel's choice, and some were there before.
        Self.signalled.store(false, ordering: .relaxed)
        for number in [SIGTERM, SIGINT] {
            signal(number) { _ in StopSignal.signalled.store(true, ordering: .relaxed) }
        }
    }

    /// Whether any has come since this was made.
    var came: Bool {
        if watchesInput, !inputEnded {
            var input = pollfd(fd: 0, events: 0, revents: 0)
            inputEnded = poll(&input, 1, 0) > 0 && input.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0
        }
        return inputEnded || Self.signalled.load(ordering: .relaxed)
    }
}

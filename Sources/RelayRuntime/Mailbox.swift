import CSockets
import Glibc
import Relay
import Synchronization

/// Work that other threads leave for a worker, and the bell that wakes it.
final class Mailbox: Sendable {
    /// Runs on the worker, between two bursts.
    typealias Work = @Sendable (inout Relay, _ now: Int64, inout SendBatch) -> Void

    private struct State {
        var work: [Work] = []
        var isStopping = false
    }

    private let state = Mutex(State())
    /// An eventfd(2): readable when there is something in the box.
    let bell: Int32

    init() throws(RuntimeError) {
        bell = csockets_event_descriptor()
        guard bell >= 0 else { throw .system("eventfd", code: -bell) }
    }

    deinit { close(bell) }

    /// Leaves work; false when the worker is stopping and will not do it.
    @discardableResult
    func post(_ work: @escaping Work) -> Bool {
        let accepted = state.withLock { state in
            if state.isStopping { return false }
            state.work.append(work)
            return true
        }
        if accepted { ring() }
        return accepted
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        ring()
    }

    /// What has been left since the last call, and whether the worker is to stop.
    func take() -> (work: [Work], isStopping: Bool) {
        var count: UInt64 = 0
        _ = read(bell, &count, 8)
        return state.withLock { state in
            defer { state.work = [] }
            return (state.work, state.isStopping)
        }
    }

    /// Wakes the worker.
    func ring() {
        var one: UInt64 = 1
        _ = write(bell, &one, 8)
    }
}

import Dispatch

/// Runs work that blocks or computes for long on threads of its own, a few at once, the rest waiting in order: the
/// threads that serve everybody else never run it.
public actor BlockingWork {
    /// As many wait as may.
    public struct TooBusy: Error {}

    private let queue: DispatchQueue
    private let lanes: Int
    private let room: Int
    private var running = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - lanes: how many run at once.
    ///   - room: how many may wait.
    public init(label: String, lanes: Int, room: Int) {
        queue = DispatchQueue(label: label, qos: .userInitiated, attributes: .concurrent)
        self.lanes = max(1, lanes)
        self.room = max(0, room)
    }

    /// - Throws: at once, where as many wait as may.
    public func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(TooBusy) -> Value {
        if running < lanes {
            running += 1
        } else {
            guard waiting.count < room else { throw TooBusy() }
            // Whoever ends hands over his lane: `running` stays as it is.
            await withCheckedContinuation { waiting.append($0) }
        }
        defer { passOn() }
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }

    /// How many wait.
    var waitingCount: Int { waiting.count }

    private func passOn() {
        if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
    }
}

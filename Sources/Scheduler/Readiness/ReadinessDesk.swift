import Briefing
import Synchronization

/// What readiness keeps in memory: the turns of line tests, who is in which room, and which calls run just now.
public final class ReadinessDesk: Sendable {
    /// Which calls run, as looked up at one second.
    struct CallsNow: Sendable {
        var calls: [RunningCall] = []
        /// Sites that are in a room.
        var present: Set<SiteID> = []
    }

    /// Sites that are in a room just now; nil where nobody can say, and those count who came in by the meeting's page.
    public typealias Presence = @Sendable (_ room: String) async -> Set<SiteID>?

    private struct State {
        var turns = TestTurns()
        var presence: Presence = { _ in nil }
        var calls: (at: Int, now: CallsNow)?
    }

    private let state = Mutex(State())

    init() {}

    /// Told by the media side, which knows who is in a room.
    public func onPresence(_ presence: @escaping Presence) {
        state.withLock { $0.presence = presence }
    }

    func present(in room: String) async -> Set<SiteID>? {
        let presence = state.withLock { $0.presence }
        return await presence(room)
    }

    func withTurns<Result>(_ body: (inout TestTurns) -> Result) -> Result {
        state.withLock { body(&$0.turns) }
    }

    /// Many sites ask in one second: what runs is looked up once.
    func calls(at now: Int) -> CallsNow? {
        state.withLock { $0.calls.flatMap { $0.at == now ? $0.now : nil } }
    }

    func keep(_ calls: CallsNow, at now: Int) {
        state.withLock { $0.calls = (now, calls) }
    }
}

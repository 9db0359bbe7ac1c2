/// Sends letters through a process of its own, so that a letter in flight ends well, and its end is written down, when
/// the server is killed.
///
/// A delivery (id and attempt) whose outcome the journal knows is never made again. Only when the courier itself is
/// killed between the relay's taking a letter and the journal's line is the letter sent twice, under one Message-ID; the
/// same holds for a connection lost after the final dot (RFC 1047). Mail has no third way.
public actor Courier {
    private struct Waiting {
        let job: DeliveryJob
        let end: CheckedContinuation<DeliveryOutcome, Never>
        var deaths = 0
    }

    private let executable: String
    private let arguments: [String]
    private let relay: RelaySettings
    private let log: @Sendable (String) -> Void
    private var child: CourierChild?
    private var isReady = false
    private var isStopping = false
    private var isStarted = false
    private var queue: [Waiting] = []
    private var inFlight: Waiting?
    private var settling: [String] = []
    private var recorded: [RecordedDelivery]?
    private var asking: [CheckedContinuation<[RecordedDelivery], Never>] = []

    /// - Parameters:
    ///   - executable: The program's path; `arguments` make it run ``CourierProcess`` with `folder`, which is added last.
    ///   - folder: Where the journal lies; made when missing. One server at a time uses it.
    ///   - log: Told what an operator should know.
    public init(
        executable: String, arguments: [String] = ["courier"], relay: RelaySettings, folder: String,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.executable = executable
        self.arguments = arguments + [folder]
        self.relay = relay
        self.log = log
    }

    /// Starts the courier's process, and starts it anew whenever it ends.
    public func start() {
        guard !isStarted else { return }
        isStarted = true
        Task { await run() }
    }

    /// What was recorded and not settled, once every courier before this one has ended. Ask it after ``start()``, apply
    /// it to the queue, and settle what has an outcome; what has none is to be sent again.
    public func unsettled() async -> [RecordedDelivery] {
        if let recorded { return recorded }
        if isStopping { return [] }
        return await withCheckedContinuation { asking.append($0) }
    }

    /// Sends one letter; letters asked for earlier go first. Returns when the end is known and written down, however
    /// often the courier dies meanwhile.
    public func send(_ job: DeliveryJob) async -> DeliveryOutcome {
        if isStopping { return .stopped }
        return await withCheckedContinuation { end in
            queue.append(Waiting(job: job, end: end))
            advance()
        }
    }

    /// The server has stored these letters' outcomes: the journal may forget them.
    public func settle(_ ids: [String]) {
        settling += ids
        advance()
    }

    /// Ends after the letter in flight, for which it waits up to `seconds`; the courier's process ends it in any case.
    public func stop(seconds: Double = 10) async {
        isStopping = true
        for waiting in queue { waiting.end.resume(returning: .stopped) }
        queue = []
        var left = seconds
        while inFlight != nil, child != nil, left > 0 {
            try? await Task.sleep(for: .milliseconds(20))
            left -= 0.02
        }
        advance()
        inFlight?.end.resume(returning: .stopped)
        inFlight = nil
        child = nil
        for waiter in asking { waiter.resume(returning: []) }
        asking = []
    }

    private func run() async {
        let pauses: [Double] = [0.2, 1, 5, 30]
        var failures = 0
        while !isStopping {
            do {
                for await event in try launch() {
                    if case .report(let report) = event, report.ready != nil { failures = 0 }
                    handle(event)
                }
            } catch {
                log("the courier cannot be started: \(error.words)")
            }
            guard !isStopping else { return }
            try? await Task.sleep(for: .seconds(pauses[min(failures, pauses.count - 1)]))
            failures += 1
        }
    }

    /// The stream alone is held by the reading loop: to let go of the child is to end it.
    private func launch() throws(JournalError) -> AsyncStream<CourierChild.Event> {
        let child = try CourierChild(executable: executable, arguments: arguments)
        self.child = child
        _ = child.write(CourierOrder(relay: relay))
        return child.events
    }

    private func handle(_ event: CourierChild.Event) {
        switch event {
        case .report(let report):
            if let note = report.note { log("courier: \(note)") }
            if let entries = report.ready {
                isReady = true
                if recorded == nil {
                    let list = entries.map { RecordedDelivery(id: $0.id, attempt: $0.attempt, outcome: $0.outcome) }
                    recorded = list
                    for waiter in asking { waiter.resume(returning: list) }
                    asking = []
                }
                if let inFlight { order(inFlight.job) }
            }
            if let entry = report.done, let waiting = inFlight, waiting.job.id == entry.id {
                inFlight = nil
                waiting.end.resume(returning: entry.outcome ?? .delayed(code: 0, text: "the courier does not say"))
            }
        case .ended(let status):
            child = nil
            isReady = false
            if !isStopping { log("the courier has ended (\(status)) and is started anew") }
            inFlight?.deaths += 1
            // A letter that kills each courier must not hold up those behind it.
            if let waiting = inFlight, waiting.deaths >= 5 {
                inFlight = nil
                waiting.end.resume(returning: .delayed(code: 0, text: "the courier ended while it sent this letter"))
            }
        }
        advance()
    }

    /// One order at a time: the pipe never fills, and a courier whose server died has nothing left to do.
    private func advance() {
        guard isReady, inFlight == nil, child != nil else { return }
        while !settling.isEmpty {
            let some = Array(settling.prefix(100))
            guard child?.write(CourierOrder(settle: some)) == true else { return }
            settling.removeFirst(some.count)
        }
        guard !isStopping, !queue.isEmpty else { return }
        let next = queue.removeFirst()
        inFlight = next
        order(next.job)
    }

    /// An order that cannot be written is given again to the next courier.
    private func order(_ job: DeliveryJob) { _ = child?.write(CourierOrder(job: job)) }
}

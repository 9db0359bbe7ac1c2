/// Sends letters through a process of its own, so that a letter in flight ends well when the server is killed.
public actor Courier {
    /// - Parameters:
    ///   - executable: The program whose first arguments `arguments` run ``CourierProcess``.
    ///   - folder: Where the journal lies; made when missing.
    ///   - log: Told what an operator should know.
    public init(
        executable: String, arguments: [String] = ["courier"], relay: RelaySettings, folder: String,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {}

    /// Starts the courier's process, and starts it anew whenever it ends.
    public func start() {}

    /// What was recorded and not settled, once every courier before this one has ended. Ask it once after ``start()``,
    /// apply it to the queue, and settle it.
    public func unsettled() async -> [RecordedDelivery] { [] }

    /// Sends one letter; the letters before it come first. The same id and attempt is never sent twice.
    public func send(_ job: DeliveryJob) async -> DeliveryOutcome { .stopped }

    /// The server has stored these letters' outcomes: the journal may forget them.
    public func settle(_ ids: [String]) {}

    /// Ends after the letter in flight, which gets up to `seconds`.
    public func stop(seconds: Double = 10) async {}
}

/// The courier's own process.
public enum CourierProcess {
    /// Runs until stdin ends. - Returns: The exit status.
    public static func run(folder: String) -> Int32 { 0 }
}

/// What one run inside the sandbox may use. What goes beyond is refused by the kernel, or ends the run.
public struct SandboxLimits: Sendable, Equatable {
    /// Bytes of address space of each process (`RLIMIT_AS`, setrlimit(2)).
    public var addressSpace: UInt64
    /// Bytes of memory that all processes of the run have for themselves.
    public var memory: UInt64
    /// Seconds of a processor, of each process.
    public var processorSeconds: Int
    /// Seconds from the start to the end.
    public var seconds: Double
    /// Processes and threads.
    public var processes: Int
    /// Bytes of each file that is written.
    public var fileBytes: UInt64
    /// Bytes of the run's own /tmp, which lies in memory.
    public var scratchBytes: UInt64

    public init(
        addressSpace: UInt64, memory: UInt64, processorSeconds: Int, seconds: Double, processes: Int,
        fileBytes: UInt64, scratchBytes: UInt64
    ) {
        self.addressSpace = addressSpace
        self.memory = memory
        self.processorSeconds = processorSeconds
        self.seconds = seconds
        self.processes = processes
        self.fileBytes = fileBytes
        self.scratchBytes = scratchBytes
    }

    /// For a document as a whole. On a machine that is busy with calls the run waits more than it works: its time is longer
    /// than what it may have of a processor.
    /// LibreOffice needs some 0.9 GB of addresses for what takes 0.3 GB of memory.
    public static let document = SandboxLimits(
        addressSpace: 3 << 29, memory: 3 << 29, processorSeconds: 120, seconds: 300, processes: 64,
        fileBytes: 256 << 20, scratchBytes: 384 << 20)

    /// For one page of it.
    public static let page = SandboxLimits(
        addressSpace: 3 << 29, memory: 3 << 29, processorSeconds: 30, seconds: 120, processes: 32,
        fileBytes: 64 << 20, scratchBytes: 256 << 20)

    /// For a film of up to twelve hours, which takes about as long as it is long.
    public static let film = SandboxLimits(
        addressSpace: 2 << 30, memory: 1 << 30, processorSeconds: 24 * 3600, seconds: 24 * 3600, processes: 64,
        fileBytes: 4 << 30, scratchBytes: 16 << 20)
}

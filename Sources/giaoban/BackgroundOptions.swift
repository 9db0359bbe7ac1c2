import Archive
import ArgumentParser
import Foundation
import Glibc

/// How a process works that makes films: it gives way to everything else.
struct BackgroundOptions: ParsableArguments {
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

    /// Gives way, and takes no more memory than it was given: what it reads is from strangers.
    func begin() -> StopSignal {
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, nice)
        var bytes = rlimit()
        bytes.rlim_cur = rlim_t(memory) << 20
        bytes.rlim_max = bytes.rlim_cur
        // Threads' stacks and libraries are address space, too; what is used is less than half of it.
        _ = setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &bytes)
        return StopSignal(watchesInput: attached)
    }

    /// Says what went wrong, and what to end with.
    func failure(_ error: ArchiveError) -> ExitCode {
        // write(_:) traps where a log's disk is gone.
        try? FileHandle.standardError.write(contentsOf: Data("\(error.vietnamese)\n\(error.english)\n".utf8))
        return ExitCode(1)
    }
}

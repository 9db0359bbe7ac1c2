import CSpawn
import Foundation
import Glibc

/// Runs what takes long and hurries nobody, each on a thread of its own that gives way to everything else on the machine, at
/// the processor and at the disk: calls do not notice it.
enum QuietWork {
    static func run<Value: Sendable>(_ name: String, _ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                // Of the calling thread only: Linux keeps both for each (setpriority(2), ioprio_set(2)).
                _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
                _ = shim_idle_input_output()
                continuation.resume(returning: work())
            }
            thread.name = name
            thread.start()
        }
    }
}

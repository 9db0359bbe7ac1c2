import CSpawn
import Foundation
import Glibc

/// A command that was started with descriptors of ours and nothing else, and its end.
struct SandboxProcess {
    private let process: pid_t
    private let started = ContinuousClock.now

    /// - Parameters:
    ///   - outputs: become descriptors 3, 4, ….
    ///   - messages: becomes the standard error.
    init(_ command: [String], outputs: [URL], messages: URL) throws(SandboxError) {
        // First numbers far from those that the command gets, so that none is closed by taking another's place.
        var held: [Int32] = []
        defer { for number in held { close(number) } }
        func hold(_ path: String, _ flags: Int32) throws(SandboxError) -> Int32 {
            let opened = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard opened >= 0 else { throw .system("\(path): \(String(cString: strerror(errno)))") }
            defer { close(opened) }
            let number = fcntl(opened, F_DUPFD_CLOEXEC, 200)
            guard number >= 0 else { throw .system("\(path): \(String(cString: strerror(errno)))") }
            held.append(number)
            return number
        }
        let write = O_WRONLY | O_CREAT | O_TRUNC
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let nothing = try hold("/dev/null", O_RDWR)
        posix_spawn_file_actions_adddup2(&actions, nothing, 0)
        posix_spawn_file_actions_adddup2(&actions, nothing, 1)
        posix_spawn_file_actions_adddup2(&actions, try hold(messages.path, write), 2)
        var next: Int32 = 3
        for output in outputs {
            posix_spawn_file_actions_adddup2(&actions, try hold(output.path, write), next)
            next += 1
        }
        // Whatever else the server has open stays with the server.
        shim_close_from(&actions, next)
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var started: pid_t = 0
        let failure = posix_spawn(&started, command[0], &actions, nil, words, &environment)
        guard failure == 0 else { throw .system("\(command[0]): \(String(cString: strerror(failure)))") }
        process = started
    }

    /// Until the command has ended, or has been ended.
    func wait(_ limits: SandboxLimits, messages: URL, isStopped: () -> Bool) -> Sandbox.Ending {
        var cause: Sandbox.Ending.Cause?
        var peak = 0
        var status: Int32 = 0
        var usage = rusage()
        var looks = 0
        while true {
            let ended = wait4(process, &status, WNOHANG, &usage)
            if ended == process || (ended < 0 && errno != EINTR) { break }
            if cause == nil {
                if looks % 2 == 1 { peak = max(peak, ProcessTree.memory(of: process)) }
                if isStopped() {
                    cause = .stopped
                } else if elapsed > .seconds(limits.seconds) {
                    cause = .late
                } else if peak > limits.memory {
                    cause = .large
                }
                // The rest of it ends with its first process (bwrap(1), --die-with-parent; pid_namespaces(7)).
                if cause != nil { kill(process, SIGKILL) }
            }
            looks += 1
            usleep(looks < 20 ? 5_000 : 50_000)
        }
        let signal = status & 0x7F
        let spent = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        let micro = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        return Sandbox.Ending(
            cause: cause ?? .exited(signal == 0 ? (status >> 8) & 0xFF : 128 + signal),
            milliseconds: Int(elapsed / .milliseconds(1)), processorSeconds: Double(spent) + Double(micro) / 1e6,
            peakBytes: max(peak, Self.peak(usage)), messages: head(of: messages))
    }

    /// The most that one of its processes had, where that is known: a new process first counts what its parent had (fork(2)),
    /// and so says nothing below that.
    private static func peak(_ usage: rusage) -> Int {
        var own = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &own)
        return usage.ru_maxrss > own.ru_maxrss ? usage.ru_maxrss << 10 : 0
    }

    private var elapsed: Duration { started.duration(to: .now) }

    private func head(of messages: URL) -> String {
        guard let handle = try? FileHandle(forReadingFrom: messages) else { return "" }
        defer { try? handle.close() }
        return String(decoding: (try? handle.read(upToCount: 4096)) ?? Data(), as: UTF8.self)
    }
}

func effectiveUser() -> uid_t { geteuid() }
func processNumber() -> pid_t { getpid() }

import Foundation
import Synchronization

/// Runs a shell script where it can reach nothing but what it was handed: no network, no file of this machine but programs
/// and fonts, read-only, a /tmp of its own in memory, bounded time, memory and processes.
///
/// bubblewrap makes the namespaces (bwrap(1), namespaces(7)). What comes in are files at `/in`, what comes out goes into
/// files that the server has opened: a script never has a name on this machine to write to, and so cannot leave a link.
public struct Sandbox: Sendable {
    /// A file for the script.
    public struct Input: Sendable {
        /// Its name below `/in`.
        public var name: String
        /// A file that anybody may read: inside, nobody is who owns the server's files.
        public var file: URL

        public init(name: String, file: URL) {
            self.name = name
            self.file = file
        }
    }

    /// How a run ended.
    public struct Ending: Sendable {
        public enum Cause: Sendable, Equatable {
            /// The script's status; 128 and the signal's number where a signal ended it (`sh(1)`).
            case exited(Int32)
            /// It was ended: its time was over.
            case late
            /// It was ended: it had too much memory.
            case large
            /// It was ended: nobody waits for it any more.
            case stopped
        }

        public var cause: Cause
        public var milliseconds: Int
        /// Seconds of a processor, of all its processes.
        public var processorSeconds: Double
        /// The most memory that its processes had at once, as it was seen ten times a second; at least the most that one of
        /// them had (getrusage(2)), where that is more than the server itself has.
        public var peakBytes: Int
        /// The first 4 kB of what it wrote to its standard error.
        public var messages: String

        public var isSuccess: Bool { cause == .exited(0) }
    }

    public init() {}

    /// Programs that a sandbox cannot do without, and the Debian packages that have them.
    public static let programs = [
        "/usr/bin/bwrap": "bubblewrap", "/usr/bin/prlimit": "util-linux", "/usr/bin/setpriv": "util-linux",
        "/usr/bin/ionice": "util-linux", "/usr/bin/choom": "util-linux", "/usr/bin/nice": "coreutils",
    ]

    /// Runs a script to its end. Blocks: the kernel ends the run when the thread that began it ends (prctl(2),
    /// PR_SET_PDEATHSIG), so also when the server is killed.
    ///
    /// - Parameters:
    ///   - script: for sh(1); `$1`… are the arguments, descriptors 3… the outputs.
    ///   - outputs: files that are made, or emptied.
    ///   - messages: a file for the script's standard error, removed at the end.
    ///   - isStopped: asked ten times a second.
    /// - Throws: ``SandboxError`` where the sandbox itself cannot be made.
    public func run(
        _ script: String, _ arguments: [String] = [], inputs: [Input] = [], outputs: [URL] = [], messages: URL,
        limits: SandboxLimits, isStopped: @Sendable () -> Bool = { false }
    ) throws(SandboxError) -> Ending {
        guard Self.programs.keys.allSatisfy(FileManager.default.isExecutableFile) else {
            throw .missing(["bubblewrap"])
        }
        defer { try? FileManager.default.removeItem(at: messages) }
        let command = command(inputs, limits) + ["/bin/sh", "-c", script, "sh"] + arguments
        let process = try SandboxProcess(command, outputs: outputs, messages: messages)
        let ending = process.wait(limits, messages: messages, isStopped: isStopped)
        if case .exited(let status) = ending.cause, status != 0, ending.messages.hasPrefix("bwrap:") {
            throw .refused(ending.messages.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return ending
    }

    /// - Returns: the command up to the shell.
    func command(_ inputs: [Input], _ limits: SandboxLimits) -> [String] {
        // Where memory runs out, the sandbox goes before the server (choom(1)); calls come before both (nice, ionice).
        var words = ["/usr/bin/choom", "-n", "1000", "--", "/usr/bin/nice", "-n", "19", "/usr/bin/ionice", "-c", "3"]
        words += ["/usr/bin/bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
        words += ["--unshare-cgroup-try", "--die-with-parent", "--new-session"]
        if isRoot {
            // Root is not bound by RLIMIT_NPROC (setrlimit(2)): inside is somebody who owns nothing.
            words += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        } else {
            words += ["--unshare-user", "--uid", Self.nobody, "--gid", Self.nobody]
        }
        words += ["--ro-bind", "/usr", "/usr", "--tmpfs", "/usr/local", "--remount-ro", "/usr/local"]
        for (link, target) in [("/bin", "usr/bin"), ("/lib", "usr/lib"), ("/lib64", "usr/lib64")] {
            words += ["--symlink", target, link]
        }
        for folder in ["/etc", "/in", "/var", "/var/cache"] { words += ["--perms", "0755", "--dir", folder] }
        for part in [
            "/etc/fonts", "/etc/libreoffice", "/etc/alternatives", "/etc/ld.so.cache", "/var/cache/fontconfig",
        ] {
            words += ["--ro-bind-try", part, part]
        }
        words += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
        words += ["--perms", "1777", "--size", "\(limits.scratchBytes)", "--tmpfs", "/tmp"]
        for input in inputs { words += ["--ro-bind", input.file.path, "/in/\(input.name)"] }
        words += ["--remount-ro", "/", "--chdir", "/tmp", "--clearenv"]
        for (name, value) in [
            ("HOME", "/tmp"), ("PATH", "/usr/bin"), ("LANG", "C.UTF-8"), ("TZ", "Asia/Ho_Chi_Minh"),
            ("SAL_USE_VCLPLUGIN", "svp"),
        ] {
            words += ["--setenv", name, value]
        }
        words += ["--", "/usr/bin/prlimit", "--as=\(limits.addressSpace)", "--cpu=\(limits.processorSeconds)"]
        words += ["--nproc=\(limits.processes)", "--fsize=\(limits.fileBytes)", "--core=0", "--nofile=512", "--"]
        if isRoot {
            let user = Self.freshUser()
            words += ["/usr/bin/setpriv", "--reuid", user, "--regid", user, "--clear-groups"]
            words += ["--inh-caps=-all", "--no-new-privs", "--"]
        }
        return words
    }

    /// In a user namespace of its own any number will do.
    private static let nobody = "65533"
    private static let runs = Atomic<UInt32>(0)

    /// A user that no account has (systemd's uids-gids.md: 1879048192 to 2147483647 are unused), another for each run: processes
    /// are counted by user, and runs beside each other must not take each other's.
    private static func freshUser() -> String {
        let run = runs.wrappingAdd(1, ordering: .relaxed).newValue % 1000
        return "\(1_900_000_000 + Int(processNumber()) % 100_000 * 1000 + Int(run))"
    }

    private var isRoot: Bool { effectiveUser() == 0 }
}

/// Why there is no sandbox.
public enum SandboxError: Error, Equatable, CustomStringConvertible {
    /// Debian packages that are not installed.
    case missing([String])
    /// The kernel or bubblewrap does not let us; its words.
    case refused(String)
    /// A file of ours cannot be opened, or a process not started; the system's words.
    case system(String)

    public var description: String {
        switch self {
        case .missing(let packages): "not installed: \(packages.joined(separator: " "))"
        case .refused(let words): "the sandbox was refused: \(words)"
        case .system(let words): words
        }
    }
}

import Foundation
import Glibc

/// Whether the sandbox of this machine holds: programs inside try what they must not, and each says what it got.
public struct SandboxTrials: Sendable {
    public struct Outcome: Sendable {
        public var attempt: String
        public var isRefused: Bool
        /// What was seen.
        public var detail: String
    }

    private let data: URL
    private let work: URL

    /// - Parameters:
    ///   - data: the server's folder, which nobody inside may read.
    ///   - work: an empty folder.
    public init(data: URL, work: URL) {
        self.data = data
        self.work = work
    }

    private struct Trial {
        var attempt: String
        var script: String
        var limits = SandboxTrials.limits
        /// What the run's end must be; nil: the script ends itself, and says what it got in descriptor 3.
        var end: Sandbox.Ending.Cause?
    }

    private static let limits = SandboxLimits(
        addressSpace: 1 << 30, memory: 1 << 29, processorSeconds: 60, seconds: 120, processes: 32, fileBytes: 8 << 20,
        scratchBytes: 32 << 20)

    private static func limits(_ change: (inout SandboxLimits) -> Void) -> SandboxLimits {
        var changed = limits
        change(&changed)
        return changed
    }

    /// Scripts write what they got into descriptor 3: nothing where all was refused. `$1` is a port on which this program
    /// listens, `$2` the server's folder, `$3` this process.
    private static let trials = [
        Trial(
            attempt: "reach a port of this machine",
            script: "bash -c 'exec 4<>/dev/tcp/127.0.0.1/$0 && echo connected' \"$1\" >&3"),
        Trial(
            attempt: "find a network interface",
            script: "sed -n 's/^ *\\([a-z0-9]*\\):.*/\\1/p' /proc/net/dev | grep -v '^lo$' >&3"),
        Trial(attempt: "read /etc/shadow and /etc/passwd", script: "cat /etc/shadow /etc/passwd >&3"),
        Trial(
            attempt: "read the server's folder",
            script: "{ ls -A \"$2\"; cat \"$2/giaoban.sqlite\" \"$2/audit-key\" | head -c 100; } >&3"),
        Trial(
            attempt: "write outside of its /tmp",
            script: """
                for place in / /usr /usr/local /etc /in /dev /var /proc/sys/kernel /home /root "$2"; do
                    touch "$place/giaoban-trial" && echo "$place" >&3
                done
                """),
        Trial(
            attempt: "see or end processes of this machine",
            script: "kill -0 \"$3\" && echo \"$3\" >&3; ls -d /proc/[0-9]* | wc -l | awk '$1 > 12' >&3"),
        Trial(
            attempt: "gain privileges",
            script: """
                mount -t tmpfs none /tmp && echo mounted >&3
                chown 0:0 /tmp && echo owner >&3
                sed -n 's/^CapEff:[^0-9a-f]*0*\\([1-9a-f].*\\)/\\1/p' /proc/self/status >&3
                grep -q '^NoNewPrivs:.1' /proc/self/status || echo 'new privileges' >&3
                """),
        Trial(
            attempt: "begin 500 processes",
            script: "n=0; while [ $n -lt 500 ]; do sleep 30 & n=$((n + 1)); done; echo $n >&3"),
        Trial(
            attempt: "take 3 GB of memory at once",
            script: "head -c 3000000000 /dev/zero | tail -c 2900000000 | wc -c | grep -v '^0$' >&3"),
        Trial(
            attempt: "take 2 GB of memory in eight processes",
            script:
                "for n in 1 2 3 4 5 6 7 8; do { head -c 250000000 /dev/zero; sleep 60; } | tail -c 250000000 >/dev/null & done; wait; echo all >&3",
            end: .large),
        Trial(
            attempt: "fill the disk and /tmp",
            script: """
                for n in 1 2 3 4 5 6 7 8 9; do head -c 7000000 /dev/zero >/tmp/$n || break; done
                [ $n -lt 9 ] || echo "$n files" >&3
                """),
        Trial(
            attempt: "write a file of 20 MB",
            script: "head -c 20000000 /dev/zero >/tmp/large && echo written >&3; exit 0",
            limits: limits { $0.scratchBytes = 64 << 20 }),
        Trial(
            attempt: "use a processor without end", script: "while :; do :; done",
            limits: limits { $0.processorSeconds = 1 }, end: .exited(128 + 9)),
        Trial(attempt: "wait without end", script: "sleep 1000", limits: limits { $0.seconds = 2 }, end: .late),
    ]

    /// - Throws: ``SandboxError`` where there is no sandbox at all.
    public func run(_ told: (Outcome) -> Void) throws(SandboxError) {
        let listener = try Self.listener()
        defer { close(listener.number) }
        for trial in Self.trials {
            let got = work.appendingPathComponent("got")
            let ending = try Sandbox().run(
                trial.script, ["\(listener.port)", data.path, "\(getpid())"], outputs: [got],
                messages: work.appendingPathComponent("messages"), limits: trial.limits)
            let text = PaperFiles.text(got, most: 200).replacingOccurrences(of: "\n", with: " ")
            try? FileManager.default.removeItem(at: got)
            // What a limit ends may end of the limit's signal or of a shell that could not go on.
            let isEnded = trial.end.map { $0 == ending.cause } ?? true
            let isRefused = text.isEmpty && isEnded
            told(
                Outcome(
                    attempt: trial.attempt, isRefused: isRefused,
                    detail: isRefused ? "" : "\(text) \(ending.cause) \(ending.messages.suffix(200))"))
        }
    }

    /// A socket that takes connections on this machine only.
    private static func listener() throws(SandboxError) -> (number: Int32, port: UInt16) {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) { any in
                bind(number, any, length) == 0 && listen(number, 1) == 0 && getsockname(number, any, &length) == 0
            }
        }
        guard isBound else { throw .system(String(cString: strerror(errno))) }
        return (number, UInt16(bigEndian: address.sin_port))
    }
}

import Foundation
import Glibc

/// The courier's own process: takes orders on stdin, writes outcomes to the journal and then to stdout. It has its own
/// session, so that a kill of the server's group leaves it alone. When stdin ends it finishes the letter in flight,
/// writes down how that ended, and exits. Two never send at once: the journal's folder is locked.
public enum CourierProcess {
    /// Runs until stdin ends.
    ///
    /// - Parameter folder: Of the journal; made when missing.
    /// - Returns: The exit status.
    public static func run(folder: String) -> Int32 {
        _ = setsid()
        closeInheritedSockets()
        // The end of the server is the end of stdin; nothing else may cut a letter in two.
        for number in [SIGPIPE, SIGTERM, SIGINT, SIGHUP] { signal(number, SIG_IGN) }
        let output = Descriptor(owning: dup(1))
        var lines = LineReader(0)
        guard let line = lines.next(), let relay = JSONLine.decode(CourierOrder.self, line)?.relay else { return 0 }
        _ = mkdir(folder, 0o700)
        let number = open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard number >= 0 else { return complain("\(folder)/lock: \(systemWords())", to: output) }
        let lock = Descriptor(owning: number)
        while flock(lock.number, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                return complain("\(folder)/lock: \(systemWords())", to: output)
            }
            if serverIsGone(waiting: 20) { return 0 }
        }
        let status: Int32
        do {
            let journal = try OutcomeJournal(folder: folder)
            status = work(journal: journal, relay: relay, lines: &lines, output: output)
        } catch {
            status = complain("\(folder)/outcomes: \(error.words)", to: output)
        }
        return withExtendedLifetime(lock) { status }
    }

    private static func work(
        journal: consuming OutcomeJournal, relay: RelaySettings, lines: inout LineReader, output: Descriptor
    ) -> Int32 {
        let deliver: (DeliveryJob) -> DeliveryOutcome
        if relay.transport == .folder {
            deliver = LetterFolder(path: relay.folder).deliver
        } else if let relay = SMTPRelay(relay) {
            deliver = relay.deliver
        } else {
            return complain("libcurl does not start", to: output)
        }
        let ready = CourierReport(ready: journal.open.values.sorted { $0.id < $1.id })
        guard output.write(JSONLine.encode(ready)) else { return 0 }
        while let line = lines.next() {
            guard let order = JSONLine.decode(CourierOrder.self, line) else { continue }
            if let ids = order.settle { journal.settle(ids) }
            guard let job = order.job else { continue }
            // Whatever else the pipe held, a new server will ask for it again.
            if serverIsGone(waiting: 0) { return 0 }
            let entry = perform(job, journal: &journal, deliver: deliver)
            guard output.write(JSONLine.encode(CourierReport(done: entry))) else { return 0 }
        }
        return 0
    }

    private static func perform(
        _ job: DeliveryJob, journal: inout OutcomeJournal, deliver: (DeliveryJob) -> DeliveryOutcome
    ) -> JournalEntry {
        guard DeliveryJob.isID(job.id) else {
            return JournalEntry(job: job, outcome: .refused(code: 0, text: "not a letter's id"))
        }
        // What is known to be over is not done again: a letter that went out, however often it is asked for, and a try
        // whose failure the server did not live to store.
        if let known = journal.open[job.id], known.outcome != nil,
            known.attempt >= job.attempt || known.state == .sent
        {
            return JournalEntry(
                id: job.id, attempt: job.attempt, state: known.state, code: known.code, text: known.text)
        }
        guard journal.append(JournalEntry(job: job, outcome: nil)) else {
            return JournalEntry(job: job, outcome: .delayed(code: 0, text: "the journal: \(systemWords())"))
        }
        let entry = JournalEntry(job: job, outcome: deliver(job))
        // An outcome that the disk does not take is still told to the server, which may have another disk.
        _ = journal.append(entry)
        return entry
    }

    /// Whether the writing end of stdin is closed.
    private static func serverIsGone(waiting milliseconds: Int32) -> Bool {
        var descriptor = pollfd(fd: 0, events: 0, revents: 0)
        _ = poll(&descriptor, 1, milliseconds)
        return descriptor.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0
    }

    /// A listening socket that outlived the server would keep the next one from its port.
    private static func closeInheritedSockets() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            guard let number = Int32(name), number > 2 else { continue }
            var status = stat()
            if fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { close(number) }
        }
    }

    private static func complain(_ text: String, to output: Descriptor) -> Int32 {
        _ = output.write(JSONLine.encode(CourierReport(note: text)))
        return 1
    }
}

import Foundation
import Testing

@testable import Mail

/// A folder of one's own, removed at the end.
final class Scratch {
    let path = FileManager.default.temporaryDirectory.appending(path: "mail-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }
}

@Suite struct OutcomeJournalTests {
    func job(_ id: String, _ attempt: Int = 1) -> DeliveryJob {
        DeliveryJob(id: id, attempt: attempt, from: "a@b.vn", to: ["c@d.vn"], path: "/x")
    }

    func add(_ journal: inout OutcomeJournal, _ id: String, _ outcome: DeliveryOutcome?) {
        let added = journal.append(JournalEntry(job: job(id), outcome: outcome))
        #expect(added)
    }

    @Test func `outcomes outlive the process until they are settled`() throws {
        let scratch = try Scratch()
        do {
            var journal = try OutcomeJournal(folder: scratch.path)
            for id in ["1", "2", "3"] { add(&journal, id, nil) }
            add(&journal, "1", .sent(reply: "250 tốt"))
            add(&journal, "2", .delayed(code: 450, text: "sau\nnhé"))
        }
        do {
            var journal = try OutcomeJournal(folder: scratch.path)
            let open = journal.open
            #expect(open["1"]?.outcome == .sent(reply: "250 tốt"))
            #expect(open["2"]?.outcome == .delayed(code: 450, text: "sau\nnhé"))
            #expect(open["3"]?.state == .begun)
            journal.settle(["1", "2", "unknown"])
        }
        let journal = try OutcomeJournal(folder: scratch.path)
        let open = journal.open
        #expect(open.keys.sorted() == ["3"])
    }

    @Test func `a line torn by a power cut hides none of the others`() throws {
        let scratch = try Scratch()
        do {
            var journal = try OutcomeJournal(folder: scratch.path)
            add(&journal, "1", .sent(reply: "250"))
            add(&journal, "2", .sent(reply: "250"))
        }
        let file = URL(filePath: scratch.path + "/outcomes")
        let whole = try Data(contentsOf: file)
        let second = (whole.firstIndex(of: 10) ?? 0) + 1
        for length in second..<whole.count {
            try whole.prefix(length).write(to: file)
            do {
                var journal = try OutcomeJournal(folder: scratch.path)
                let open = journal.open
                #expect(open["1"]?.state == .sent)
                // The last line is whole but for its line feed, or it is not there.
                #expect(open["2"]?.state == (length == whole.count - 1 ? .sent : nil))
                add(&journal, "3", .sent(reply: "250"))
            }
            let again = try OutcomeJournal(folder: scratch.path)
            let open = again.open
            #expect(open["1"] != nil && open["3"] != nil)
        }
    }

    @Test func `the file does not grow with what is settled`() throws {
        let scratch = try Scratch()
        var journal = try OutcomeJournal(folder: scratch.path)
        for number in 0..<2500 {
            add(&journal, "\(number)", .sent(reply: "250"))
            journal.settle(["\(number)"])
        }
        let size = try Data(contentsOf: URL(filePath: scratch.path + "/outcomes")).count
        #expect(size < 200_000)
        let open = journal.open
        #expect(open.isEmpty)
    }
}

private let program: String? = {
    let beside = Bundle.main.bundleURL.appending(path: "giaoban").path
    return FileManager.default.isExecutableFile(atPath: beside) ? beside : nil
}()

/// The real courier process, where the program has been built beside the tests.
@Suite(.enabled(if: program != nil)) struct CourierTests {
    func courier(_ scratch: Scratch) throws -> Courier {
        Courier(
            executable: try #require(program), relay: try RelaySettings("file://\(scratch.path)/out"),
            folder: scratch.path + "/mail")
    }

    @Test(.timeLimit(.minutes(1))) func `letters go out, and are remembered until they are settled`() async throws {
        let scratch = try Scratch()
        let path = try scratch.write("letter", "Subject: x\r\n\r\nx\r\n")
        let first = try courier(scratch)
        await first.start()
        #expect(await first.unsettled().isEmpty)
        for id in ["1", "2"] {
            let outcome = await first.send(DeliveryJob(id: id, attempt: 1, from: "", to: ["c@d.vn"], path: path))
            #expect(outcome == .sent(reply: "\(scratch.path)/out/\(id).eml"))
        }
        let missing = await first.send(DeliveryJob(id: "3", attempt: 1, from: "", to: ["c@d.vn"], path: "/nowhere"))
        guard case .refused(code: 0, _) = missing else {
            Issue.record("\(missing)")
            return
        }
        await first.settle(["1"])
        await first.stop()

        let second = try courier(scratch)
        await second.start()
        #expect(await second.unsettled().map(\.id) == ["2", "3"])
        // What went out is not sent again, even when its file is gone.
        let again = await second.send(DeliveryJob(id: "2", attempt: 1, from: "", to: ["c@d.vn"], path: "/nowhere"))
        #expect(again == .sent(reply: "\(scratch.path)/out/2.eml"))
        // A further try of what failed is a new delivery.
        let mended = await second.send(DeliveryJob(id: "3", attempt: 2, from: "", to: ["c@d.vn"], path: path))
        #expect(mended == .sent(reply: "\(scratch.path)/out/3.eml"))
        await second.stop()
    }

    @Test(.timeLimit(.minutes(1))) func `a stopped courier takes nothing more`() async throws {
        let scratch = try Scratch()
        let courier = try courier(scratch)
        await courier.start()
        await courier.stop()
        #expect(await courier.send(DeliveryJob(id: "1", attempt: 1, from: "", to: ["c@d.vn"], path: "/x")) == .stopped)
        #expect(await courier.unsettled().isEmpty)
    }
}

@Suite struct MaildirTests {
    @Test func `letters come again until they are acknowledged`() throws {
        let scratch = try Scratch()
        for folder in ["new", "cur", "tmp"] {
            try FileManager.default.createDirectory(
                atPath: "\(scratch.path)/\(folder)", withIntermediateDirectories: true)
        }
        for number in 1...3 { _ = try scratch.write("new/\(number).host", "From: a\(number)@b.vn\r\n\r\nx") }
        let mailbox = try Mailbox("maildir://\(scratch.path)")
        #expect(try mailbox.fetch(limit: 2).map(\.from) == ["a1@b.vn", "a2@b.vn"])
        let letters = try mailbox.fetch(limit: 2)
        #expect(letters.count == 2)
        try mailbox.acknowledge(letters)
        try mailbox.acknowledge(letters)
        #expect(try mailbox.fetch(limit: 9).map(\.from) == ["a3@b.vn"])
        #expect(FileManager.default.fileExists(atPath: "\(scratch.path)/cur/1.host:2,S"))
    }

    @Test func `a folder that is none is said to be so`() throws {
        let mailbox = try Mailbox("maildir:///nowhere")
        #expect(throws: MailboxError.folder("/nowhere/new")) { try mailbox.fetch(limit: 1) }
    }
}

import Foundation
import Logging
import Mail
import Store

/// Takes letters from the queue, one after another, to the courier, and writes down what became of each.
///
/// A letter leaves the queue in three steps that each survive an end: it is in the store; the courier's journal has the
/// relay's answer; the store has it too, and only then the journal forgets it.
public actor LetterDispatch {
    private let store: Store
    private let courier: Courier
    private let folder: URL
    private let logger: Logger
    private let now: @Sendable () -> Int
    private var isNudged = false
    private var sleeper: Task<Void, Never>?

    /// - Parameter folder: where a letter's text lies while it is sent.
    public init(
        store: Store, courier: Courier, folder: URL, logger: Logger,
        now: @escaping @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }
    ) {
        self.store = store
        self.courier = courier
        self.folder = folder
        self.logger = logger
        self.now = now
    }

    /// Letters have been queued.
    public func nudge() {
        isNudged = true
        sleeper?.cancel()
    }

    /// Sends until it is cancelled.
    public func run() async {
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            await courier.start()
            try await takeUp(await courier.unsettled())
        } catch {
            logger.error("letters cannot be sent: \(error)")
            return
        }
        while !Task.isCancelled {
            do {
                isNudged = false
                if try await sendDue() == 0 { await pause() }
            } catch {
                logger.error("the queue of letters: \(error)")
                await pause()
            }
        }
    }

    /// What a courier before this one brought to an end.
    private func takeUp(_ recorded: [RecordedDelivery]) async throws {
        var settled: [String] = []
        for delivery in recorded {
            guard let outcome = delivery.outcome else { continue }
            try await keep(outcome, of: delivery.id, attempt: delivery.attempt)
            settled.append(delivery.id)
        }
        await courier.settle(settled)
    }

    /// Sends the letters whose time has come, the first of them.
    /// - Returns: how many there were.
    func sendDue() async throws -> Int {
        let time = now()
        let due = try await store.read { try $0.dueLetters(now: time, limit: 20).map { Due(letter: $0, body: $1) } }
        for item in due where !Task.isCancelled {
            try await send(item)
        }
        return due.count
    }

    private struct Due: Sendable {
        var letter: QueuedLetter
        var body: Data
    }

    private func send(_ item: Due) async throws {
        let id = item.letter.messageID
        let file = folder.appendingPathComponent("\(item.letter.id).eml")
        let letter: Letter
        do {
            letter = try JSONDecoder().decode(Letter.self, from: item.body)
            let copies = AttachedCopies(logger: logger)
            try Data(try letter.message(contents: copies.bytes)).write(to: file, options: .atomic)
        } catch let error as LetterError {
            try await store.write { try $0.letterFailed(messageID: id, error: error.vietnamese, nextTry: nil) }
            return
        } catch is DecodingError {
            // What can never be read must not hold up the letters behind it.
            let words = "Không đọc được nội dung thư đã lưu. Hãy gửi lại giấy mời."
            try await store.write { try $0.letterFailed(messageID: id, error: words, nextTry: nil) }
            return
        }
        defer { try? FileManager.default.removeItem(at: file) }
        let attempt = item.letter.attempts + 1
        let outcome = await courier.send(
            DeliveryJob(
                id: id, attempt: attempt, from: letter.from.address, to: [letter.to.address], path: file.path))
        try await keep(outcome, of: id, attempt: attempt)
        if outcome != .stopped { await courier.settle([id]) }
    }

    private func keep(_ outcome: DeliveryOutcome, of id: String, attempt: Int) async throws {
        let time = now()
        switch outcome {
        case .sent:
            try await store.write { try $0.letterSent(messageID: id, now: time) }
        case .refused(let code, let text):
            logger.warning("letter \(id) was refused: \(code) \(text)")
            try await store.write {
                try $0.letterFailed(messageID: id, error: Self.words(code, text), nextTry: nil)
            }
        case .delayed(let code, let text):
            let next = retryDelay(attempt: attempt).map { time + Int($0) }
            try await store.write {
                try $0.letterFailed(messageID: id, error: Self.words(code, text), nextTry: next)
            }
        case .stopped:
            return
        }
    }

    private static func words(_ code: Int, _ text: String) -> String {
        code == 0 ? text : "\(code) \(text)"
    }

    /// Until a letter's time comes, somebody nudges, or half a minute has passed.
    private func pause() async {
        guard !isNudged else { return }
        let next = (try? await store.read { try $0.nextLetterDue() }) ?? nil
        let seconds = min(30, max(1, (next ?? Int.max) == Int.max ? 30 : (next ?? 0) - now()))
        let sleep = Task { _ = try? await Task.sleep(for: .seconds(seconds)) }
        sleeper = sleep
        await withTaskCancellationHandler {
            await sleep.value
        } onCancel: {
            sleep.cancel()
        }
    }
}

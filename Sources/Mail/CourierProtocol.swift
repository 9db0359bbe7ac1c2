import Foundation

/// What the server writes to the courier: one JSON object a line, with one of these.
struct CourierOrder: Codable, Sendable {
    /// The first line.
    var relay: RelaySettings?
    var job: DeliveryJob?
    /// Ids that the journal may forget.
    var settle: [String]?
}

/// What the courier writes to the server: one JSON object a line, with one of these.
struct CourierReport: Codable, Sendable {
    /// The journal is this courier's alone; what it holds that is not settled.
    var ready: [JournalEntry]?
    /// A delivery has ended.
    var done: JournalEntry?
    /// What an operator should know.
    var note: String?
}

/// One line of the journal.
struct JournalEntry: Codable, Sendable, Hashable {
    enum State: String, Codable, Sendable {
        /// Written before the relay is talked to.
        case begun
        case sent
        case refused
        case delayed
        /// The server has stored the outcome.
        case settled
    }

    var id: String
    var attempt: Int
    var state: State
    var code: Int
    var text: String

    init(id: String, attempt: Int, state: State, code: Int = 0, text: String = "") {
        self.id = id
        self.attempt = attempt
        self.state = state
        self.code = code
        self.text = text
    }

    /// - Parameter outcome: nil for a delivery that begins.
    init(job: DeliveryJob, outcome: DeliveryOutcome?) {
        switch outcome {
        case .sent(let reply): self.init(id: job.id, attempt: job.attempt, state: .sent, text: reply)
        case .refused(let code, let text):
            self.init(id: job.id, attempt: job.attempt, state: .refused, code: code, text: text)
        case .delayed(let code, let text):
            self.init(id: job.id, attempt: job.attempt, state: .delayed, code: code, text: text)
        case .stopped, nil: self.init(id: job.id, attempt: job.attempt, state: .begun)
        }
    }

    /// nil where the end is not known.
    var outcome: DeliveryOutcome? {
        switch state {
        case .sent: .sent(reply: text)
        case .refused: .refused(code: code, text: text)
        case .delayed: .delayed(code: code, text: text)
        case .begun, .settled: nil
        }
    }
}

/// JSON objects, one a line.
enum JSONLine {
    /// With the line's end; JSON itself never holds a bare line feed.
    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return [] }
        return Array(data) + [UInt8(ascii: "\n")]
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ line: some Collection<UInt8>) -> Value? {
        try? JSONDecoder().decode(type, from: Data(line))
    }
}

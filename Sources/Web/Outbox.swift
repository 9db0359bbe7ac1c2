import Relay

/// What one page has been told, what waits for it, and what it can be told again. All times are µs.
struct Outbox: Sendable {
    /// What is the page's own and has changed since it was told.
    struct News: OptionSet, Sendable {
        let rawValue: UInt8
        static let slots = Self(rawValue: 1)
        static let line = Self(rawValue: 2)
        /// What it is asked to send: layers, voice, stills, images.
        static let requests = Self(rawValue: 4)
        /// Its line has come to another level.
        static let level = Self(rawValue: 8)

        init(rawValue: UInt8) { self.rawValue = rawValue }
    }

    /// Whether the page has a socket. While it has none, nothing is made for it: the logs of the room keep what is new.
    var isOpen = false
    var news: News = []

    /// How far something has been told, or is known: the versions of the room's logs.
    struct Versions: Sendable {
        var roster = 0
        var urgent = 0
        var scores = 0
        var speakers = 0
    }

    /// How far it has been told of what all are told.
    var told = Versions()
    /// Sites that it shows and whose scores it does not know.
    var unscored: Set<ParticipantID> = []

    // When it was last told.
    var rosterAt = Int64.min / 2
    var urgentAt = Int64.min / 2
    var speakersAt = Int64.min / 2
    var scoresAt = Int64.min / 2
    var lineAt = Int64.min / 2

    // What it was told of its own.
    var slots: [SlotAssignment] = []
    var layers: [TrackRole: [Bool]] = [:]
    var voiceKbps: Int?
    var stillSeconds = 0
    var imageSizes: [UInt8] = []

    /// Participants whom it is still to be told about, a part at a time.
    var backlog: [ParticipantID] = []
    /// Whether the parts that wait complete a snapshot: the last of them says so, even if it is empty.
    var isInSnapshot = false
    /// Not before this comes the next part.
    var backlogAt = Int64.min / 2

    /// Whether there is anything that an open page does not know, in a room that is at some versions.
    func isBehind(_ versions: Versions) -> Bool {
        guard isOpen else { return false }
        return !news.isEmpty || told.roster < versions.roster || told.urgent < versions.urgent
            || told.scores < versions.scores || told.speakers < versions.speakers || !unscored.isEmpty
            || isInSnapshot || !backlog.isEmpty
    }

    /// What a page may be told at one moment.
    struct Due: OptionSet, Sendable {
        let rawValue: UInt8
        static let roster = Self(rawValue: 1)
        static let part = Self(rawValue: 2)
        static let urgent = Self(rawValue: 4)
        static let speakers = Self(rawValue: 8)
        static let scores = Self(rawValue: 16)
        static let line = Self(rawValue: 32)

        init(rawValue: UInt8) { self.rawValue = rawValue }
    }

    /// What is new and whose time has come.
    func due(_ versions: Versions, isThin: Bool, now: Int64) -> Due {
        guard isBehind(versions) else { return [] }
        var due: Due = []
        if told.roster < versions.roster, Pace.hasCome(Pace.roster(isThin), since: rosterAt, now: now) {
            due.insert(.roster)
        }
        if isInSnapshot || !backlog.isEmpty, now >= backlogAt { due.insert(.part) }
        let isUrgent = told.urgent < versions.urgent || news.contains(.slots) || news.contains(.requests)
        if isUrgent, now - urgentAt >= Pace.urgent { due.insert(.urgent) }
        if told.speakers < versions.speakers, Pace.hasCome(Pace.speakers(isThin), since: speakersAt, now: now) {
            due.insert(.speakers)
        }
        let lines = Pace.lines(isThin)
        if told.scores < versions.scores || !unscored.isEmpty,
            Pace.hasCome(lines, since: scoresAt, now: now)
        {
            due.insert(.scores)
        }
        if news.contains(.level) || (news.contains(.line) && Pace.hasCome(lines, since: lineAt, now: now)) {
            due.insert(.line)
        }
        return due
    }

    private(set) var nextSequence = 1
    private var history: [(sequence: Int, message: ServerMessage)] = []
    private var historyBytes = 0

    /// What is kept for a page whose line is broken.
    static let historyLimit = (messages: 512, bytes: 64 << 10)
    /// A thin line that comes back is not to be filled with what was: beyond this, bytes, the state comes anew in parts.
    static let thinReplayLimit = 4 << 10

    /// Numbers a message and keeps it.
    mutating func number(_ message: ServerMessage) -> String {
        let sequence = nextSequence
        nextSequence += 1
        history.append((sequence, message))
        historyBytes += message.tail.utf8.count
        var surplus = 0
        while history.count - surplus > Self.historyLimit.messages || historyBytes > Self.historyLimit.bytes,
            surplus < history.count
        {
            historyBytes -= history[surplus].message.tail.utf8.count
            surplus += 1
        }
        history.removeFirst(surplus)
        return message.numbered(sequence)
    }

    /// Everything after a number, if it is all still there.
    func replay(after sequence: Int, isThin: Bool) -> [String]? {
        guard sequence > 0, sequence < nextSequence, (history.first?.sequence ?? nextSequence) <= sequence + 1 else {
            return nil
        }
        let missed = history.drop { $0.sequence <= sequence }
        if isThin, missed.reduce(0, { $0 + $1.message.tail.utf8.count }) > Self.thinReplayLimit { return nil }
        return missed.map { $0.message.numbered($0.sequence) }
    }

    /// The page starts over: it knows nothing of what it was told.
    mutating func forget() {
        layers = [:]
        voiceKbps = nil
        stillSeconds = 0
        imageSizes = []
        news = [.slots, .line, .level, .requests]
        backlog = []
        isInSnapshot = false
    }
}

import Relay

/// How often a page is told what, µs.
enum Pace {
    static let urgent: Int64 = 100_000
    static func roster(_ isThin: Bool) -> Int64 { isThin ? 1_000_000 : 100_000 }
    static func speakers(_ isThin: Bool) -> Int64 { isThin ? 1_000_000 : 300_000 }
    /// Scores of others, and one's own line.
    static func lines(_ isThin: Bool) -> Int64 { isThin ? 5_000_000 : 2_000_000 }
    /// Participants in one part of a roster. On a thin line a part is short, since a voice waits behind it: 600 bytes
    /// are 80 ms at 64 kbit/s.
    static func part(_ isThin: Bool) -> Int { isThin ? 5 : 20 }
    /// Those who come with the first part of a snapshot beside those whom it names.
    static func firstPart(_ isThin: Bool) -> Int { isThin ? 5 : 20 }
    /// What a message costs beside its text: WebSocket, TLS, TCP and IP headers, and its share of acknowledgements.
    static let overhead = 90

    /// Whether a border of the room's common grid of time has passed since the last time: members that are told at the
    /// same moments can share what they are told.
    static func hasCome(_ interval: Int64, since last: Int64, now: Int64) -> Bool {
        now / interval > last / interval
    }
}

/// What several members are told in the same words, made once. Kept for one state of the logs.
struct SharedMessages: Sendable {
    struct Batch: Sendable {
        var left: ServerMessage?
        var track: ServerMessage?
        /// Whose entries are new, in the order of the changes.
        var entries: [ParticipantID] = []
        /// `left`, `roster` and `track`.
        var messages: [ServerMessage] = []
    }

    fileprivate var rosterVersion = -1
    fileprivate var batches: [Int: Batch] = [:]
    fileprivate var speakersVersion = -1
    fileprivate var speakers: ServerMessage?
    /// Messages that were written since the room began: what flushing costs.
    fileprivate(set) var composed = 0
}

extension RoomRoster {
    /// Messages for one page, in order.
    struct Delivery: Equatable, Sendable {
        var to: ParticipantID
        var texts: [String]
    }

    /// What is to be said now. Call it again soon as long as ``hasWork``.
    /// - Parameter isReady: whether a page's socket takes more; what is not said now is said, as it then is, later.
    mutating func flush(now: Int64, isReady: (ParticipantID) -> Bool = { _ in true }) -> [Delivery] {
        updateWishes(now: now)
        var deliveries: [Delivery] = []
        hasWork = areWishesStale
        let versions = versions
        for index in members.indices {
            let due = members[index].due(versions, now: now)
            if !due.isEmpty, isReady(members[index].id), let delivery = flush(index, due, now) {
                deliveries.append(delivery)
            }
            if !hasWork { hasWork = members[index].outbox.isBehind(versions) }
        }
        return deliveries
    }

    /// The same for one member, when something is for it alone.
    mutating func flush(only id: ParticipantID, now: Int64) -> Delivery? {
        guard let index = index(of: id) else { return nil }
        return flush(index, members[index].due(versions, now: now), now)
    }

    private mutating func flush(_ index: Int, _ due: Outbox.Due, _ now: Int64) -> Delivery? {
        var messages: [ServerMessage] = []
        if due.contains(.roster) { messages += roster(index, now) }
        // What is new in the roster may have been put behind what waits.
        if due.contains(.part) || due.contains(.roster) { messages += nextPart(index, now) }
        if due.contains(.urgent) { messages += urgent(index, now) }
        if due.contains(.speakers) { messages.append(currentSpeakers(index, now)) }
        if due.contains(.scores) { messages += scores(index, now) }
        if due.contains(.line) { messages += line(index, now) }
        guard !messages.isEmpty else { return nil }
        return Delivery(to: members[index].id, texts: messages.map { members[index].outbox.number($0) })
    }

    private var versions: Outbox.Versions {
        Outbox.Versions(
            roster: rosterLog.version, urgent: urgentLog.version, scores: scoreLog.version, speakers: speakersVersion)
    }

    private mutating func composed(_ message: ServerMessage) -> ServerMessage {
        shared.composed += 1
        return message
    }

    // MARK: A page comes, or comes back

    /// What a page is told when its socket opens: everything after a number if it is still there, else the first part of
    /// the state as a whole; the rest comes by flushing. nil for an unknown participant.
    mutating func open(_ id: ParticipantID, after sequence: Int?, now: Int64) -> [String]? {
        guard let index = index(of: id), members[index].isPage else { return nil }
        let isThin = members[index].isThin
        members[index].outbox.isOpen = true
        doubtWish(index)
        if let sequence, let missed = members[index].outbox.replay(after: sequence, isThin: isThin) {
            images.reopen(id, hasImages: true)
            return missed
        }
        images.reopen(id, hasImages: false)
        return snapshot(index, now).map { members[index].outbox.number($0) }
    }

    mutating func close(_ id: ParticipantID) {
        guard let index = index(of: id) else { return }
        members[index].outbox.isOpen = false
        images.close(id)
        doubtWish(index)
    }

    private mutating func snapshot(_ index: Int, _ now: Int64) -> [ServerMessage] {
        let member = members[index]
        var names = [member.id] + member.slots.compactMap(\.participant) + speakers
        names += ([leading.chair, leading.floor, leading.stage] + leading.also).compactMap { $0 }
        var first = Set(names)
        for other in members where first.count < Pace.firstPart(member.isThin) { first.insert(other.id) }
        let backlog = members.lazy.map(\.id).filter { !first.contains($0) }
        let entries = members.filter { first.contains($0.id) }.map { $0.id == member.id ? $0.ownEntry : $0.entry }
        let message = composed(
            .snapshot(
                entries: entries, slots: member.slots, speakers: speakers, leading: leading, more: !backlog.isEmpty))
        var outbox = member.outbox
        outbox.forget()
        outbox.backlog = Array(backlog)
        outbox.isInSnapshot = !backlog.isEmpty
        outbox.backlogAt = now + cost(message, kbps: member.rosterKbps)
        outbox.told = versions
        outbox.slots = member.slots
        outbox.unscored = member.shown
        members[index].outbox = outbox
        return [message] + pages.map { composed(.page($0.key, number: $0.value)) }
    }

    /// µs for which a message fills its share of a line.
    private func cost(_ message: ServerMessage, kbps: Int) -> Int64 {
        Int64((message.tail.utf8.count + Pace.overhead) * 8_000 / max(kbps, 1))
    }

    // MARK: Who is there

    private mutating func roster(_ index: Int, _ now: Int64) -> [ServerMessage] {
        members[index].outbox.rosterAt = now
        guard let batch = batch(since: members[index].outbox.told.roster) else { return snapshot(index, now) }
        members[index].outbox.told.roster = rosterLog.version
        let waits = !members[index].outbox.backlog.isEmpty || members[index].outbox.isInSnapshot
        guard
            waits || batch.entries.count > Pace.part(members[index].isThin)
                || batch.entries.contains(members[index].id)
        else { return batch.messages }
        // Not in the words that all others hear: after what waits, spaced, or with oneself among them.
        let waiting = Set(members[index].outbox.backlog)
        members[index].outbox.backlog += batch.entries.filter { !waiting.contains($0) }
        return (batch.left.map { [$0] } ?? []) + (batch.track.map { [$0] } ?? [])
    }

    /// The next participants that a page is still to be told about.
    private mutating func nextPart(_ index: Int, _ now: Int64) -> [ServerMessage] {
        var messages: [ServerMessage] = []
        while members[index].outbox.isInSnapshot || !members[index].outbox.backlog.isEmpty,
            now >= members[index].outbox.backlogAt
        {
            let part = members[index].outbox.backlog.prefix(Pace.part(members[index].isThin))
            members[index].outbox.backlog.removeFirst(part.count)
            let message = entries(of: part, to: index)
            messages.append(message)
            if members[index].outbox.backlog.isEmpty { members[index].outbox.isInSnapshot = false }
            // What a tick came late for is made up, what was not needed before is not.
            let earliest = max(members[index].outbox.backlogAt, now - Pace.urgent)
            members[index].outbox.backlogAt = earliest + cost(message, kbps: members[index].rosterKbps)
        }
        return messages
    }

    /// `roster` with some participants; it says whether a snapshot is complete with them.
    private mutating func entries(of ids: some Sequence<ParticipantID>, to index: Int) -> ServerMessage {
        let own = members[index].id
        let texts = ids.compactMap { id in
            self.index(of: id).map { id == own ? members[$0].ownEntry : members[$0].entry }
        }
        let more = members[index].outbox.isInSnapshot && !members[index].outbox.backlog.isEmpty
        return composed(.roster(entries: texts, more: more))
    }

    /// What has changed in the roster since a version, in messages. nil when the log does not reach back so far.
    private mutating func batch(since cursor: Int) -> SharedMessages.Batch? {
        if shared.rosterVersion != rosterLog.version {
            shared.rosterVersion = rosterLog.version
            shared.batches = [:]
        }
        if let batch = shared.batches[cursor] { return batch }
        guard let changes = rosterLog.changes(since: cursor) else { return nil }
        var batch = SharedMessages.Batch()
        var gone: [ParticipantID] = []
        var tracks: [(ParticipantID, TrackRole)] = []
        for change in changes {
            switch change {
            case .participant(let id): if index(of: id) == nil { gone.append(id) } else { batch.entries.append(id) }
            case .track(let id, let role): if index(of: id) != nil { tracks.append((id, role)) }
            }
        }
        let named = Set(batch.entries)
        tracks.removeAll { named.contains($0.0) }
        if !gone.isEmpty { batch.left = composed(.left(gone)) }
        // One track is shorter as such; several are shorter as entries of one message.
        let single = tracks.count == 1 ? tracks.first : nil
        if single == nil {
            var seen = named
            for (id, _) in tracks where seen.insert(id).inserted { batch.entries.append(id) }
        }
        batch.messages = batch.left.map { [$0] } ?? []
        for start in stride(from: 0, to: batch.entries.count, by: Pace.part(false)) {
            let texts = batch.entries[start...].prefix(Pace.part(false)).compactMap { member($0)?.entry }
            batch.messages.append(composed(.roster(entries: texts, more: false)))
        }
        if let (id, role) = single, let isActive = member(id)?.tracks.contains(ActiveTracks(role)) {
            let message = composed(.track(id, role: role, isActive: isActive))
            batch.track = message
            batch.messages.append(message)
        }
        shared.batches[cursor] = batch
        return batch
    }

    // MARK: What plays, who leads, what is asked

    private mutating func urgent(_ index: Int, _ now: Int64) -> [ServerMessage] {
        let cursor = members[index].outbox.told.urgent
        members[index].outbox.urgentAt = now
        members[index].outbox.told.urgent = urgentLog.version
        members[index].outbox.news.subtract([.slots, .requests])
        var names: [ParticipantID?] = []
        var messages: [ServerMessage] = []
        for change in urgentLog.changes(since: cursor) ?? [.chair, .floor, .stage] {
            switch change {
            case .chair: messages.append(composed(.chair(leading.chair)))
            case .floor: messages.append(composed(.floor(leading.floor)))
            case .stage: messages.append(composed(.stage(leading)))
            case .page(let id):
                if id != members[index].id, let number = pages[id] {
                    messages.append(composed(.page(id, number: number)))
                }
            }
            names += [leading.chair, leading.floor, leading.stage] + leading.also
        }
        let told = members[index].outbox.slots
        let changed = members[index].slots.enumerated().filter { $0 >= told.count || told[$0] != $1 }.map(\.element)
        if !changed.isEmpty {
            messages.append(composed(.slots(changed)))
            names += changed.map(\.participant)
            members[index].outbox.slots = members[index].slots
        }
        return introduce(names.compactMap { $0 }, to: index) + messages + requests(index)
    }

    /// Who is named before it was its turn to be told about is told about first.
    private mutating func introduce(_ names: [ParticipantID], to index: Int) -> [ServerMessage] {
        let outbox = members[index].outbox
        let waiting = Set(outbox.backlog)
        var unknown: Set<ParticipantID> = []
        for id in names where id != members[index].id {
            guard let other = self.index(of: id) else { continue }
            if waiting.contains(id) || !members[other].isConnected
                || rosterLog.hasChanged(.participant(id), since: outbox.told.roster)
            {
                unknown.insert(id)
            }
        }
        guard !unknown.isEmpty else { return [] }
        // In a snapshot one stays back, so that its last part is still to come.
        members[index].outbox.backlog.removeAll { unknown.contains($0) }
        let texts = unknown.sorted { $0.rawValue < $1.rawValue }.compactMap { member($0)?.entry }
        return [composed(.roster(entries: texts, more: members[index].outbox.isInSnapshot))]
    }

    private mutating func requests(_ index: Int) -> [ServerMessage] {
        let member = members[index]
        var messages: [ServerMessage] = []
        for role in TrackRole.allCases {
            if let wanted = member.layers[role], wanted != member.outbox.layers[role] {
                messages.append(composed(.layers(role, wanted: wanted)))
            }
        }
        if member.voiceKbps != member.outbox.voiceKbps { messages.append(composed(.voice(kbps: member.voiceKbps))) }
        if member.stillSeconds != member.outbox.stillSeconds {
            messages.append(composed(.stills(seconds: member.stillSeconds)))
        }
        if member.imageSizes != member.outbox.imageSizes {
            messages.append(composed(.images(sizes: member.imageSizes)))
        }
        members[index].outbox.layers = member.layers
        members[index].outbox.voiceKbps = member.voiceKbps
        members[index].outbox.stillSeconds = member.stillSeconds
        members[index].outbox.imageSizes = member.imageSizes
        return messages
    }

    private mutating func currentSpeakers(_ index: Int, _ now: Int64) -> ServerMessage {
        members[index].outbox.told.speakers = speakersVersion
        members[index].outbox.speakersAt = now
        if shared.speakersVersion == speakersVersion, let message = shared.speakers { return message }
        let message = composed(.speakers(speakers))
        shared.speakersVersion = speakersVersion
        shared.speakers = message
        return message
    }

    // MARK: Lines

    private mutating func scores(_ index: Int, _ now: Int64) -> [ServerMessage] {
        let shown = members[index].shown
        var ids = members[index].outbox.unscored
        if let changes = scoreLog.changes(since: members[index].outbox.told.scores) {
            ids.formUnion(changes.lazy.filter { shown.contains($0) })
        } else {
            ids = shown
        }
        members[index].outbox.told.scores = scoreLog.version
        members[index].outbox.scoresAt = now
        members[index].outbox.unscored = []
        let sites = ids.sorted { $0.rawValue < $1.rawValue }.compactMap { id in
            member(id).flatMap { $0.score < 0 ? nil : (id: id, score: $0.score) }
        }
        return sites.isEmpty ? [] : [composed(.quality(sites))]
    }

    private mutating func line(_ index: Int, _ now: Int64) -> [ServerMessage] {
        let member = members[index]
        members[index].outbox.news.subtract([.line, .level])
        members[index].outbox.lineAt = now
        guard member.report != nil || member.quality != nil else { return [] }
        return [composed(.line(member.report, quality: member.quality, score: member.score))]
    }
}

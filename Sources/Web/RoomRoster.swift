import Briefing
import Relay

/// Who is in one room, who leads it, and what every page has been told of it: relay events and pages' messages in,
/// messages and images out. Pure: time (µs, on any clock that does not go back) is an argument.
///
/// Nothing is sent when something happens. What all members are told is noted in logs, each thing once, and each member
/// knows how far it has read (``Outbox``); ``flush(now:isReady:)`` tells those whose time has come what is new.
struct RoomRoster: Sendable {
    /// What all are told as their lines allow.
    enum Change: Hashable, Sendable {
        case participant(ParticipantID)
        case track(ParticipantID, TrackRole)
    }

    /// What all are told at once.
    enum Urgent: Hashable, Sendable {
        case chair, floor, stage
        case page(ParticipantID)
    }

    /// Why something was not done, in words for the page.
    struct Refused: Error, Equatable {
        var reason: String
    }

    /// In the order of coming.
    var members: [RoomMember] = []
    private var indices: [ParticipantID: Int] = [:]
    private(set) var speakers: [ParticipantID] = []
    private(set) var leading = Leading()
    /// Whether a meeting's own conduct says who leads.
    private(set) var isConducted = false
    /// The page that each presenter has turned to.
    private(set) var pages: [ParticipantID: UInt32] = [:]

    private(set) var rosterLog = ChangeLog<Change>()
    private(set) var urgentLog = ChangeLog<Urgent>()
    private(set) var scoreLog = ChangeLog<ParticipantID>()
    private(set) var speakersVersion = 0

    var images = RoomImages()
    /// Whether who wants which images may have changed.
    var areWishesStale = false
    var wishesAt = Int64.min / 2
    /// Whether somebody may still have to be told something: false only when a flush would do nothing.
    var hasWork = false
    var shared = SharedMessages()

    /// A film alone is nobody.
    var isEmpty: Bool { members.allSatisfy(\.isFilm) }

    func index(of id: ParticipantID) -> Int? { indices[id] }

    func member(_ id: ParticipantID) -> RoomMember? { indices[id].map { members[$0] } }

    // MARK: Coming and going

    /// The others hear of a newcomer once its media has come through.
    mutating func join(_ member: RoomMember) {
        guard indices[member.id] == nil else { return }
        indices[member.id] = members.count
        members.append(member)
        if member.mayChair { takeChair(member) }
    }

    mutating func rename(_ id: ParticipantID, name: String, site: String) {
        guard let index = indices[id] else { return }
        members[index].name = name
        members[index].site = site
        note(.participant(id))
    }

    private mutating func leave(_ id: ParticipantID) {
        guard let index = indices.removeValue(forKey: id) else { return }
        let gone = members.remove(at: index)
        for (index, member) in members.enumerated().dropFirst(index) { indices[member.id] = index }
        if speakers.contains(id) { speak(speakers.filter { $0 != id }) }
        pages[id] = nil
        images.forget(id)
        doubtWishes(showing: gone.tracks.contains(.screen) ? nil : id)
        pass(from: gone)
        note(.participant(id))
    }

    // MARK: What the relay says

    /// Events of participants that are unknown here are ignored.
    mutating func take(_ event: RelayEvent) {
        hasWork = true
        if case .speakers(_, let ids) = event { return speak(ids.filter { indices[$0] != nil }) }
        guard let id = event.subject, let index = indices[id] else { return }
        switch event {
        case .connected:
            members[index].isConnected = true
            note(.participant(id))
        case .left: leave(id)
        case .publication(_, _, let role, let isActive): publish(index, role, isActive)
        case .slots(_, _, let assignments):
            members[index].slots = assignments
            members[index].outbox.news.insert(.slots)
            doubtWish(index)
        case .quality(_, _, let quality):
            let score = Self.score(quality)
            members[index].quality = quality
            members[index].outbox.news.insert(.line)
            if score != members[index].score { scoreLog.note(id) }
            members[index].score = score
        case .line(_, _, let report): takeLine(index, report)
        case .layers(_, _, let role, let wanted):
            members[index].layers[role] = wanted
            members[index].outbox.news.insert(.requests)
        case .voiceRate(_, _, let kbps):
            members[index].voiceKbps = kbps
            members[index].outbox.news.insert(.requests)
        case .speakers: break
        }
    }

    private mutating func publish(_ index: Int, _ role: TrackRole, _ isActive: Bool) {
        let id = members[index].id
        let before = members[index].tracks
        if isActive {
            members[index].tracks.insert(ActiveTracks(role))
        } else {
            members[index].tracks.remove(ActiveTracks(role))
            if role == .camera { images.forgetStill(of: id) }
            if role == .screen {
                images.forgetPages(of: id)
                pages[id] = nil
            }
        }
        guard members[index].tracks != before else { return }
        if role.isVideo { doubtWishes(showing: role == .screen ? nil : id) }
        // Whoever is away is not known yet: its entry will say what is on.
        if members[index].isConnected { note(.track(id, role)) }
    }

    private mutating func takeLine(_ index: Int, _ report: LineReport) {
        let before = (isThin: members[index].isThin, level: members[index].report?.level)
        members[index].report = report
        members[index].outbox.news.insert(.line)
        if report.level != before.level { members[index].outbox.news.insert(.level) }
        if members[index].isThin != before.isThin { doubtWish(index) }
        images.setRate(members[index].imageKbps, isThin: members[index].isThin, of: members[index].id)
    }

    private mutating func speak(_ ids: [ParticipantID]) {
        guard ids != speakers else { return }
        speakers = ids
        speakersVersion += 1
        hasWork = true
    }

    /// 4 is a line on which nobody notices anything; each step down is one that people do notice.
    static func score(_ quality: Quality) -> Int {
        let loss = max(quality.uplinkLoss, quality.downlinkLoss)
        let trip = quality.roundTripMilliseconds ?? 0
        if loss >= 0.20 || trip >= 1500 { return 0 }
        if loss >= 0.10 || trip >= 800 { return 1 }
        if loss >= 0.05 || trip >= 400 { return 2 }
        if loss >= 0.02 || trip >= 200 { return 3 }
        return 4
    }

    // MARK: What a page says

    mutating func show(_ view: [ViewRequest], to id: ParticipantID) {
        guard let index = indices[id] else { return }
        members[index].show(view)
        doubtWish(index)
    }

    mutating func receive(_ reception: Reception, by id: ParticipantID) {
        guard let index = indices[id] else { return }
        members[index].reception = reception
        images.setRate(members[index].imageKbps, isThin: members[index].isThin, of: id)
        doubtWish(index)
    }

    /// The presenter has turned a page: everybody is told by the next flush.
    mutating func turnPage(_ number: UInt32, by id: ParticipantID) throws(Refused) {
        guard let index = indices[id], members[index].tracks.contains(.screen) else {
            throw Refused(reason: "only who shows a screen turns pages")
        }
        pages[id] = number
        images.setPage(number, of: id)
        note(.page(id))
    }

    // MARK: Who leads

    mutating func giveFloor(to holder: ParticipantID?, by id: ParticipantID) throws(Refused) {
        try checkLead(by: id, over: holder)
        lead(\.floor, holder, .floor)
    }

    mutating func setStage(_ participant: ParticipantID?, by id: ParticipantID) throws(Refused) {
        try checkLead(by: id, over: participant)
        lead(\.stage, participant, .stage)
        // Of two screens the one on the stage is followed.
        doubtWishes()
    }

    private func checkLead(by id: ParticipantID, over other: ParticipantID?) throws(Refused) {
        guard !isConducted else { throw Refused(reason: "the briefing's console decides this") }
        guard member(id)?.mayChair == true else { throw Refused(reason: "only the chair may do this") }
        if let other, indices[other] == nil { throw Refused(reason: "this participant is not in the room") }
    }

    private mutating func lead(
        _ office: WritableKeyPath<Leading, ParticipantID?> & Sendable, _ id: ParticipantID?, _ change: Urgent
    ) {
        guard leading[keyPath: office] != id else { return }
        leading[keyPath: office] = id
        note(change)
    }

    /// Of several who may, the first is the chair. A chair that comes back, by its name or because the page of the
    /// former one is gone, need not wait until the relay has missed that one.
    private mutating func takeChair(_ member: RoomMember) {
        guard !isConducted else { return }
        if let chair = leading.chair.flatMap({ self.member($0) }) {
            guard isSame(chair, member) || !chair.outbox.isOpen else { return }
        }
        lead(\.chair, member.id, .chair)
    }

    /// What somebody held who is gone goes to the same site come back, which joins anew after a broken line.
    private mutating func pass(from gone: RoomMember) {
        if isConducted {
            leading.also.removeAll { $0 == gone.id }
            for office in [\Leading.chair, \.floor, \.stage] where leading[keyPath: office] == gone.id {
                let heir = members.last { $0.actor?.seat == gone.actor?.seat && gone.actor != nil }
                leading[keyPath: office] = heir?.id
                note(office == \.chair ? .chair : office == \.floor ? .floor : .stage)
            }
            return
        }
        let successor = members.last { isSame($0, gone) }
        if leading.chair == gone.id {
            let heir = successor?.mayChair == true ? successor : members.first { $0.mayChair }
            lead(\.chair, heir?.id, .chair)
        }
        if leading.floor == gone.id { lead(\.floor, successor?.id, .floor) }
        if leading.stage == gone.id { lead(\.stage, successor?.id, .stage) }
    }

    /// What a meeting's conduct says of who leads, in terms of who is in its room.
    mutating func follow(_ conduct: Conduct) {
        isConducted = true
        lead(\.chair, conduct.chair.flatMap(participant), .chair)
        let holders = conduct.floor.map { $0.state == .holds ? $0.seats : [] } ?? []
        lead(\.floor, holders.lazy.compactMap(participant).first, .floor)
        let shown = conduct.stage.compactMap(participant)
        let before = leading
        leading.stage = shown.first
        leading.also = Array(shown.dropFirst())
        leading.layout = conduct.layout.rawValue
        guard leading != before else { return }
        note(.stage)
        doubtWishes()
    }

    /// Whoever of a seat came first and still is there.
    private func participant(_ seat: Seat) -> ParticipantID? {
        members.first { $0.actor?.seat == seat }?.id ?? members.first { $0.actor?.seats.contains(seat) == true }?.id
    }

    private func isSame(_ one: RoomMember, _ other: RoomMember) -> Bool {
        !one.name.isEmpty && one.name == other.name && one.site == other.site
    }

    // MARK: Logs

    /// Somebody is to be told of to all others.
    mutating func noteComing(_ id: ParticipantID) { note(.participant(id)) }

    private mutating func note(_ change: Change) {
        rosterLog.note(change)
        hasWork = true
    }

    private mutating func note(_ change: Urgent) {
        urgentLog.note(change)
        hasWork = true
    }
}

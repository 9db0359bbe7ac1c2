import Briefing
import Foundation
import Logging
import NIOCore
import Scheduler

/// Ties the pages of conducted meetings to their state: acts in, what has changed out, and who is there.
actor ConductHub {
    /// One page's socket.
    private struct Page {
        let occurrence: OccurrenceID
        let actor: Actor
        /// The page among those of its seat: whose acts are numbered together.
        let sender: String
        let isEnglish: Bool
        let outlet: SocketOutlet
        /// How far it has been told.
        var cursor = 0
        var own = ""
        var isConsole = false
        var leads = false
        var acts = TokenBucket(burst: 60, perSecond: 20)
        var inks = TokenBucket(burst: 40, perSecond: 25)
        var ink = InkBoard.Reader()
    }

    private struct Presence {
        var sockets = 0
        var media = 0
        var isDevice = false
    }

    /// Application codes (RFC 6455 §7.4.2).
    enum Close {
        static let refused: UInt16 = 4401
        static let noMeeting: UInt16 = 4404
    }

    /// What changes within this time is told together.
    private static let gathering: Duration = .milliseconds(50)
    /// Every so many looks at the clock each page hears that its line still stands.
    private static let beat = 50
    /// How often it is looked whether something is due.
    private static let tick: Duration = .milliseconds(200)

    private let scheduler: SchedulerService
    private let logger: Logger
    private var pages: [Int: Page] = [:]
    private var pagesOf: [OccurrenceID: Set<Int>] = [:]
    private var nextPage = 1
    private var feeds: [OccurrenceID: ConductFeed] = [:]
    private var presences: [OccurrenceID: [Seat: Presence]] = [:]
    private var restless: [OccurrenceID: Set<Seat>] = [:]
    /// When the roll changes by itself, Unix ms.
    private var drops: [OccurrenceID: Int64] = [:]
    private var dirty: Set<OccurrenceID> = []
    private var boards: [OccurrenceID: InkBoard] = [:]
    private var looks = 0
    private let bell: AsyncStream<Void>
    private let ringer: AsyncStream<Void>.Continuation
    /// Told of a meeting's state, for its room.
    private var lead: (@Sendable (OccurrenceID, String, Conduct) async -> Void)?

    init(scheduler: SchedulerService, logger: Logger) {
        self.scheduler = scheduler
        self.logger = logger
        (bell, ringer) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Follows what is acted until the task is cancelled.
    /// - Parameter lead: told of each change, for the room of the meeting.
    func run(lead: @escaping @Sendable (OccurrenceID, String, Conduct) async -> Void) async {
        self.lead = lead
        scheduler.onConduct { id in Task { await self.change(id) } }
        do {
            try await scheduler.resumeConducts()
        } catch {
            logger.error("meetings could not be taken up again", metadata: ["error": "\(error)"])
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in self.bell {
                    try? await Task.sleep(for: Self.gathering)
                    await self.flush()
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: Self.tick)
                    await self.lookAtTheClock()
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    private func change(_ id: OccurrenceID) {
        dirty.insert(id)
        ringer.yield()
    }

    private func lookAtTheClock() async {
        let now = now
        looks += 1
        if looks % Self.beat == 0 {
            for page in pages.values where page.outlet.isReady {
                page.outlet.send(["{\"type\":\"conduct\",\"now\":\(now),\"set\":{}}"])
            }
        }
        for (id, due) in drops where due <= now {
            drops[id] = nil
            change(id)
        }
        for id in scheduler.conductsDue() {
            do {
                try await scheduler.happen([.time], in: id)
            } catch {
                logger.error("a deadline was not kept", metadata: ["occurrence": "\(id)", "error": "\(error)"])
            }
        }
    }

    // MARK: Pages

    /// Opens a page's socket. Returns its number, or the code with which it is closed.
    func open(
        room: String, token: JoinToken, session: String, isEnglish: Bool, outlet: SocketOutlet
    ) async -> Result<Int, SocketRefusal> {
        do {
            guard let id = try await scheduler.conductedMeeting(room: room) else {
                return .failure(SocketRefusal(code: Close.noMeeting))
            }
            guard let claimed = token.actor(name: { _ in "" }),
                let actor = try await scheduler.arrive(claimed.seat, claimed, in: id)
            else { return .failure(SocketRefusal(code: Close.noMeeting)) }
            let number = nextPage
            nextPage += 1
            pages[number] = Page(
                occurrence: id, actor: actor, sender: "\(actor.seat)/\(session)", isEnglish: isEnglish, outlet: outlet)
            pagesOf[id, default: []].insert(number)
            count(actor, in: id) { $0.sockets += 1 }
            change(id)
            return .success(number)
        } catch {
            logger.error("a meeting could not be opened", metadata: ["room": "\(room)", "error": "\(error)"])
            return .failure(SocketRefusal(code: RoomHub.goingAway))
        }
    }

    func close(_ number: Int) {
        guard let page = pages.removeValue(forKey: number) else { return }
        pagesOf[page.occurrence]?.remove(number)
        if pagesOf[page.occurrence]?.isEmpty == true {
            pagesOf[page.occurrence] = nil
            feeds[page.occurrence] = nil
            boards[page.occurrence] = nil
        }
        count(page.actor, in: page.occurrence) { $0.sockets -= 1 }
        ringer.yield()
    }

    func stop() {
        ringer.finish()
        for page in pages.values { page.outlet.close(RoomHub.goingAway) }
        pages = [:]
    }

    /// A message of a page. Returns what to answer.
    func receive(_ data: Data, from number: Int) async -> String? {
        guard var page = pages[number] else { return nil }
        struct Head: Decodable {
            var type: String
            var n: Int?
            var thin: Bool?
        }
        let decoder = JSONDecoder()
        guard let head = try? decoder.decode(Head.self, from: data) else { return nil }
        switch head.type {
        case "ink": draw(data, from: number)
        case "pace": pages[number]?.ink.isThin = head.thin ?? false
        case "papers": await renewPapers(for: number)
        default: break
        }
        guard head.type == "act", let n = head.n, n > 0 else { return nil }
        let isInTime = page.acts.take(now: Double(now) / 1000)
        pages[number] = page
        var refusal: ConductRefusal?
        if !isInTime {
            refusal = ConductRefusal(
                "too-fast", "Quá nhiều lệnh một lúc. Hãy chờ vài giây.", "Too many acts at once. Wait a few seconds.")
        } else if let form = try? decoder.decode(ActForm.self, from: data), form.happening == nil {
            do {
                refusal = try await scheduler.act(
                    form, in: page.occurrence, by: page.actor, sender: ActSender(key: page.sender, number: n))
            } catch {
                logger.error("an act failed", metadata: ["act": "\(form.do)", "error": "\(error)"])
                refusal = ConductRefusal(
                    "failed", "Máy chủ chưa ghi được lệnh này. Hãy thử lại.",
                    "The server could not keep this. Try again.")
            }
        } else {
            refusal = SchedulerService.unknownAct
        }
        guard let refusal else { return "{\"type\":\"acted\",\"n\":\(n)}" }
        let message = page.isEnglish ? refusal.sentence.english : refusal.sentence.vietnamese
        return "{\"type\":\"refused\",\"n\":\(n),\"code\":\"\(refusal.code)\",\"message\":\(quoted(message))}"
    }

    // MARK: Drawing

    /// Some of a stroke, from whoever presents: it goes to all, and is kept nowhere.
    private func draw(_ data: Data, from number: Int) {
        guard let page = pages[number], pages[number]?.inks.take(now: Double(now) / 1000) == true,
            let form = try? JSONDecoder().decode(InkBoard.Form.self, from: data), form.isValid,
            let conduct = scheduler.knownConduct(of: page.occurrence)?.conduct, conduct.mayPresent(page.actor),
            let shown = conduct.presentation, shown.paper == form.paper, shown.page == form.page
        else { return }
        boards[page.occurrence, default: InkBoard()].take(form, of: number, now: Double(now) / 1000)
        ringer.yield()
    }

    private func tellInk(_ id: OccurrenceID, _ board: InkBoard) {
        let seconds = Double(now) / 1000
        var made: [String: String] = [:]
        var isBehind = false
        for number in pagesOf[id] ?? [] {
            guard let page = pages[number] else { continue }
            guard page.outlet.isReady else {
                isBehind = true
                continue
            }
            var reader = page.ink
            let news = board.news(for: &reader, number, now: seconds, made: &made)
            pages[number]?.ink = reader
            page.outlet.send(news.texts)
            isBehind = isBehind || news.isBehind
        }
        boards[id]?.forget(now: seconds)
        if boards[id]?.isEmpty == true { boards[id] = nil }
        if isBehind { ringer.yield() }
    }

    /// A page looks at the list of papers: what has come since, or has got pages, is to be in it.
    private func renewPapers(for number: Int) async {
        guard let page = pages[number], pages[number]?.acts.take(now: Double(now) / 1000) == true else { return }
        do {
            try await scheduler.prepareConduct(page.occurrence)
        } catch {
            logger.error("papers were not looked up", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Who is there

    /// Somebody's media has come into a meeting's call, or has gone from it.
    func media(_ actor: Actor, in id: OccurrenceID, isThere: Bool) {
        count(actor, in: id) { $0.media += isThere ? 1 : -1 }
        ringer.yield()
    }

    /// Somebody's call stands: their keys are agreed, whatever they have asked for before.
    func connected(_ actor: Actor, in id: OccurrenceID) async {
        do {
            try await scheduler.noteConnected(actor, in: id)
        } catch {
            logger.error("a coming was not noted", metadata: ["occurrence": "\(id)", "error": "\(error)"])
        }
    }

    private func count(_ actor: Actor, in id: OccurrenceID, _ body: (inout Presence) -> Void) {
        for seat in actor.seats {
            body(&presences[id, default: [:]][seat, default: Presence()])
            presences[id]?[seat]?.isDevice = actor.isDevice
            restless[id, default: []].insert(seat)
        }
    }

    private func settlePresence() async {
        let settled = restless
        restless = [:]
        for (id, seats) in settled {
            let happenings = seats.sorted().map { seat in
                let presence = presences[id]?[seat] ?? Presence()
                if presence.sockets <= 0 && presence.media <= 0 { presences[id]?[seat] = nil }
                return ConductAct.presence(
                    seat, isConnected: presence.sockets > 0, hasMedia: presence.media > 0, isDevice: presence.isDevice)
            }
            do {
                try await scheduler.happen(happenings, in: id)
            } catch {
                logger.error("presence was not kept", metadata: ["occurrence": "\(id)", "error": "\(error)"])
            }
        }
    }

    // MARK: Telling

    private func flush() async {
        for (id, board) in boards { tellInk(id, board) }
        await settlePresence()
        let changed = dirty
        dirty = []
        for id in changed {
            guard let known = scheduler.knownConduct(of: id) else { continue }
            tell(id, known.conduct)
            await lead?(id, known.room, known.conduct)
        }
    }

    private func tell(_ id: OccurrenceID, _ conduct: Conduct) {
        guard let numbers = pagesOf[id] else { return }
        let now = now
        var feed = feeds[id] ?? ConductFeed()
        feed.update(
            ConductEntries(conduct, of: id, now: now, skippingLines: feed.lines).entries, lines: conduct.chat.count)
        drops[id] = conduct.nextDrop(after: now)
        var isBehind = false
        for number in numbers {
            guard let page = pages[number] else { continue }
            guard page.outlet.isReady else {
                isBehind = true
                continue
            }
            if let text = message(to: page, number, conduct, &feed, now: now) { page.outlet.send([text]) }
        }
        feeds[id] = feed
        // A page whose line does not keep up is told later what is then true.
        if isBehind { change(id) }
    }

    private func message(
        to page: Page, _ number: Int, _ conduct: Conduct, _ feed: inout ConductFeed, now: Int64
    ) -> String? {
        let sight = ConductFeed.Sight(of: page.actor, in: conduct)
        let isReset = page.cursor == 0 || sight.isConsole != page.isConsole || sight.leads != page.leads
        var news = feed.news(since: isReset ? 0 : page.cursor, sight)
        let own = conduct.ownEntry(
            of: page.actor, now: now, unit: scheduler.unitName(of: page.actor.seat, in: conduct))
        if own != page.own || isReset { news.set.append("\"you\":\(own)") }
        pages[number]?.cursor = feed.version
        pages[number]?.own = own
        pages[number]?.isConsole = sight.isConsole
        pages[number]?.leads = sight.leads
        guard isReset || !news.set.isEmpty || !news.gone.isEmpty else { return nil }
        var head = "{\"type\":\"conduct\",\"now\":\(now)"
        if isReset {
            let acted = scheduler.lastAct(of: page.sender, in: page.occurrence)
            let role = conduct.role(of: page.actor)
            head +=
                ",\"reset\":true,\"you\":{\"seat\":\"\(page.actor.seat)\",\"role\":\"\(role.rawValue)\",\"acted\":\(acted)}"
        }
        head += ",\"set\":{\(news.set.joined(separator: ","))}"
        if !news.gone.isEmpty { head += ",\"gone\":[\(news.gone.joined(separator: ","))]" }
        return head + "}"
    }
}

struct SocketRefusal: Error {
    var code: UInt16
}

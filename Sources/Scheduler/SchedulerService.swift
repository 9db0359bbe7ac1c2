import Briefing
import Foundation
import ICalendar
import Identity
import Logging
import Mail
import ObjectStore
import Store
import Synchronization

/// Of the directory; Foundation has a `Unit` of measures.
public typealias Unit = Briefing.Unit

/// Every act of a person goes through here: who may (Briefing's `Rights`), what the rules say, one transaction with its
/// line in the chain of acts and its letters. What comes in and goes out are the values of the JSON API.
public final class SchedulerService: Sendable {
    public struct Settings: Sendable {
        /// `https://giaoban.tinh.gov.vn`, without a slash: what links in letters begin with.
        public var baseURL: String
        public var papers: PaperFolders
        /// 32 bytes: signs links in letters.
        public var secret: [UInt8]
        public var templates: LetterTemplates
        /// Signs join tokens: the room, who comes (nil: somebody without a seat), Unix seconds of the end.
        public var joinToken: @Sendable (_ room: String, _ actor: Actor?, _ expires: Int) -> String
        /// The accounts that the sign-in page names; only for a demonstration.
        public var demoAccounts: [DemoAccount]
        /// What signatures are taken and judged by.
        public var signing: SigningDesk
        /// Where recordings go when they are done; nil: they stay on this machine.
        public var objectStore: ObjectStore?

        public init(
            baseURL: String, papers: PaperFolders, secret: [UInt8], templates: LetterTemplates,
            joinToken: @escaping @Sendable (String, Actor?, Int) -> String, demoAccounts: [DemoAccount] = [],
            signing: SigningDesk = SigningDesk(), objectStore: ObjectStore? = nil
        ) {
            self.baseURL = baseURL
            self.papers = papers
            self.secret = secret
            self.templates = templates
            self.joinToken = joinToken
            self.demoAccounts = demoAccounts
            self.signing = signing
            self.objectStore = objectStore
        }
    }

    public let settings: Settings
    public let store: Store
    let logger: Logger
    let passwords = PasswordWorker()
    let uploadTurns = UploadTurns()
    /// What waits for the disk, or reads much of it.
    let diskWork = BlockingWork(label: "disk", lanes: 4, room: 1000)
    /// What waits for the object store: one that is away keeps nobody from the disk.
    let storeWork = BlockingWork(label: "store", lanes: 8, room: 200)
    /// Tells waiting pages and devices that they ring.
    public let alertBoard: AlertBoard
    /// Turns of line tests, and who is in which room.
    public let readiness = ReadinessDesk()
    /// Unix seconds.
    let now: @Sendable () -> Int
    /// Unix milliseconds: what happens in a meeting.
    let clock: @Sendable () -> Int64
    let conducts = Mutex(ConductTable())
    /// What of the papers can be played in calls.
    public let films: FilmShelf
    private let known: Mutex<Known>
    /// Told whenever letters have been queued.
    let lettersQueued: Mutex<(@Sendable () -> Void)?> = Mutex(nil)

    /// Told whenever something about what is kept of recordings has been decided.
    let keepingWanted: Mutex<(@Sendable () -> Void)?> = Mutex(nil)

    /// How far the chain of acts has been found whole since the start.
    let verifiedActs = Mutex(VerifiedActs())

    private struct Known {
        var directory: Directory
        var office: OfficeSettings
        var calendar: WorkingCalendar
        var throttle = SignInThrottle()
    }

    public init(
        settings: Settings, store: Store, logger: Logger,
        now: @escaping @Sendable () -> Int = { Int(Date().timeIntervalSince1970) },
        clock: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) }
    ) throws {
        self.settings = settings
        self.store = store
        self.logger = logger
        self.now = now
        self.clock = clock
        alertBoard = AlertBoard(started: now())
        films = FilmShelf(settings.papers, logger: logger)
        known = Mutex(
            try store.readNow {
                Known(directory: try Directory($0), office: try OfficeSettings($0), calendar: try workingCalendar($0))
            })
        readiness.onPresence { [weak self] room in self?.sitesThere(in: room) }
    }

    /// The units and sites as they are; kept in memory, since nearly every request asks.
    public var directory: Directory { known.withLock { $0.directory } }
    public var office: OfficeSettings { known.withLock { $0.office } }
    public var calendar: WorkingCalendar { known.withLock { $0.calendar } }

    func withThrottle<Result>(_ body: (inout SignInThrottle) -> Result) -> Result {
        known.withLock { body(&$0.throttle) }
    }

    /// Reads again what is kept in memory, after a change of it.
    func directoryChanged() async throws {
        let fresh = try await store.read {
            Fresh(directory: try Directory($0), office: try OfficeSettings($0), calendar: try workingCalendar($0))
        }
        known.withLock {
            $0.directory = fresh.directory
            $0.office = fresh.office
            $0.calendar = fresh.calendar
        }
    }

    private struct Fresh: Sendable {
        var directory: Directory
        var office: OfficeSettings
        var calendar: WorkingCalendar
    }

    public func onLettersQueued(_ told: @escaping @Sendable () -> Void) {
        lettersQueued.withLock { $0 = told }
    }

    func tellLetters(_ count: Int) {
        if count > 0 { lettersQueued.withLock { $0 }?() }
    }

    var today: LocalDate { ProvinceClock.local(unix: now()).date }

    func caller(_ person: Person) -> Caller {
        Caller(
            person: person,
            rights: Rights(
                person: person.id, home: person.unit, grants: person.grants, tree: directory.tree))
    }
}

/// Whoever acts.
public struct Caller: Sendable {
    public var person: Person
    public var rights: Rights

    var name: String { "person \(person.id)" }
}

/// Units and sites, as read at one time.
public struct Directory: Sendable {
    public let tree: UnitTree
    public let sites: [SiteID: Site]
    public let sitesOfUnit: [UnitID: [SiteID]]
    public let lines: [SiteID: SiteLine]

    init(_ reading: Reading) throws {
        tree = UnitTree(try reading.units())
        let list = try reading.sites()
        sites = Dictionary(list.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        sitesOfUnit = Dictionary(grouping: list, by: \.unit).mapValues { $0.map(\.id) }
        lines = sites.mapValues(\.line)
    }

    /// What people call a site: its unit's name, and its own where the unit has several.
    public func siteName(_ id: SiteID) -> String {
        guard let site = sites[id] else { return "" }
        let unit = tree.name(site.unit)
        guard (sitesOfUnit[site.unit]?.count ?? 0) > 1, site.name != unit else { return unit }
        return "\(unit) – \(site.name)"
    }

    func unit(of site: SiteID) -> UnitID? { sites[site]?.unit }
}

func workingCalendar(_ reading: Reading) throws -> WorkingCalendar {
    var overrides: [LocalDate: DayOverride] = [:]
    for line in try reading.dayOverrides() {
        switch line.kind {
        case "holiday": overrides[line.day] = .holiday(line.name)
        case "day-in-lieu": overrides[line.day] = .dayInLieu(line.name)
        case "working": overrides[line.day] = .working(line.name)
        default: continue
        }
    }
    return WorkingCalendar(overrides: overrides)
}

import Briefing
import Scheduler

/// What the pages of one meeting are told: values under keys, each with the version at which it last changed. Pure.
///
/// A page says how far it has been told; what has changed since is the same text for all that may see the same.
struct ConductFeed: Sendable {
    private struct Kept: Sendable {
        var version: Int
        var json: String
        var audience: ConductEntry.Audience
    }

    /// What may be seen.
    struct Sight {
        var isConsole: Bool
        var leads = false
        /// Whether a line of the chat that is not for everybody may be read.
        var mayRead: (Int) -> Bool
    }

    private(set) var version = 0
    private var kept: [String: Kept] = [:]
    private var gone: [String: Int] = [:]
    /// Lines of chat that are in.
    private(set) var lines = 0
    private var shared: [String: (set: [String], gone: [String])] = [:]

    /// Takes in the state as it is.
    /// - Parameter lines: how many lines of chat there are by now; those from before are not in `entries` again.
    mutating func update(_ entries: [ConductEntry], lines: Int) {
        let next = version + 1
        var hasChanged = false
        var seen: Set<String> = []
        for entry in entries {
            seen.insert(entry.key)
            if let old = kept[entry.key], old.json == entry.json, old.audience == entry.audience { continue }
            kept[entry.key] = Kept(version: next, json: entry.json, audience: entry.audience)
            gone[entry.key] = nil
            hasChanged = true
        }
        for key in kept.keys where !seen.contains(key) && !key.hasPrefix("chat/") {
            kept[key] = nil
            gone[key] = next
            hasChanged = true
        }
        self.lines = lines
        guard hasChanged else { return }
        version = next
        shared = [:]
    }

    /// What is new since a version, as members of JSON objects: `"key":value`, and `"key"` of what is gone.
    mutating func news(since cursor: Int, _ sight: Sight) -> (set: [String], gone: [String]) {
        guard cursor < version else { return ([], []) }
        var news = common(since: cursor, sight)
        for (key, entry) in kept where entry.version > cursor {
            guard case .line(let line) = entry.audience, sight.mayRead(line) else { continue }
            news.set.append("\"\(key)\":\(entry.json)")
        }
        return news
    }

    private mutating func common(since cursor: Int, _ sight: Sight) -> (set: [String], gone: [String]) {
        let name = "\(cursor) \(sight.isConsole) \(sight.leads)"
        if let made = shared[name] { return made }
        var set: [String] = []
        for (key, entry) in kept where entry.version > cursor {
            switch entry.audience {
            case .all: break
            case .console where sight.isConsole: break
            case .leaders where sight.leads: break
            default: continue
            }
            set.append("\"\(key)\":\(entry.json)")
        }
        let gone = cursor == 0 ? [] : gone.filter { $0.value > cursor }.map { "\"\($0.key)\"" }
        shared[name] = (set, gone)
        return (set, gone)
    }
}

extension ConductFeed.Sight {
    /// What somebody may see of a meeting.
    init(of actor: Actor, in conduct: Conduct) {
        let lines = conduct.chat
        self.init(isConsole: conduct.leadsOrHelps(actor), leads: conduct.leads(actor)) { line in
            lines.indices.contains(line - 1) && conduct.mayRead(lines[line - 1], actor)
        }
    }
}

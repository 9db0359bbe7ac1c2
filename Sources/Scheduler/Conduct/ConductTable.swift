import Briefing
import Foundation
import Store

/// The meetings that are being conducted, as they are after the last transaction.
struct ConductTable: Sendable {
    struct Entry: Sendable {
        var conduct: Conduct
        /// The position of the next line of the journal.
        var position: Int
        /// The number of the last act of each page.
        var acted: [String: Int]
        var room: String
        /// Counts changes: what pages have been told is older or not.
        var version = 0
    }

    var entries: [OccurrenceID: Entry] = [:]
    var rooms: [String: OccurrenceID] = [:]
    /// Told of each change.
    var watchers: [@Sendable (OccurrenceID) -> Void] = []
    /// Refusals that went into the chain of acts lately, by sender: nobody fills it.
    var refusals: [String: (minute: Int64, count: Int)] = [:]
}

extension ConductTable.Entry {
    /// Reads a journal again.
    /// - Returns: nil where there is none, or its first line is no plan.
    init?(lines: [ConductLine], tallies: [Int: [Int: Int]], room: String) {
        let decoder = JSONDecoder()
        guard let first = lines.first, let form = try? decoder.decode(ActForm.self, from: Data(first.act.utf8)),
            let plan = form.plan
        else { return nil }
        var counted: [Int: [Int]] = [:]
        for (vote, choices) in tallies { counted[vote] = (0..<8).map { choices[$0] ?? 0 } }
        conduct = Conduct(plan: plan, tallies: counted)
        position = (lines.last?.position ?? 0) + 1
        acted = [:]
        self.room = room
        for line in lines.dropFirst() {
            guard let form = try? decoder.decode(ActForm.self, from: Data(line.act.utf8)) else { continue }
            if let happening = form.happening {
                conduct.happen(happening, at: line.at)
            } else if let actor = line.actor.flatMap({ try? decoder.decode(Actor.self, from: Data($0.utf8)) }),
                let act = try? form.act()
            {
                try? conduct.take(act, by: actor, at: line.at)
            }
            if !line.sender.isEmpty { acted[line.sender] = line.number }
        }
    }
}

import Foundation

/// What an access line does to what goes over it, as media/lines.csv has it.
struct LineProfile {
    var name: String
    /// kbit/s.
    var down: Double
    var up: Double
    /// ms.
    var rtt: Double
    var jitter: Double
    /// %, and how many packets in a row a loss takes on average: 1 loses each by itself.
    var loss: Double
    var burst = 1.0
    /// ms of the line's rate that its queue holds.
    var queue: Double

    /// The profiles of media/lines.csv, in its order.
    static func all() throws -> [LineProfile] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("media/lines.csv"), encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).dropFirst().compactMap { row in
            let cells = row.split(separator: ",", omittingEmptySubsequences: false)
            let numbers = cells.dropFirst(2).compactMap { Double($0) }
            guard cells.count == 8, numbers.count == 6 else { return nil }
            return LineProfile(
                name: String(cells[0]), down: numbers[0], up: numbers[1], rtt: numbers[2], jitter: numbers[3],
                loss: numbers[4], queue: numbers[5])
        }
    }

    /// Some line of the storm: from a hill's mobile network to an office's, with any queue.
    static func random(using random: inout Seeded) -> LineProfile {
        let down = 64 * exp2(random.unit() * 7.3)
        return LineProfile(
            name: "random", down: down.rounded(), up: max(64, (down * random.number(0.15...1)).rounded()),
            rtt: random.number(2...180).rounded(), jitter: random.number(0...60).rounded(),
            loss: random.chance(0.5) ? 0 : (random.unit() * random.unit() * 50).rounded() / 10,
            burst: random.chance(0.7) ? 1 : random.number(2...6).rounded(),
            queue: random.chance(0.8) ? random.number(50...400).rounded() : random.number(400...1500).rounded())
    }

    var text: String {
        "down \(Int(down)) up \(Int(up)) rtt \(Int(rtt)) jitter \(Int(jitter)) loss \(loss) burst \(Int(burst)) queue \(Int(queue))"
    }
}

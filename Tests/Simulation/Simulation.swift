import Foundation

/// The real relay with simulated sites behind simulated lines, in virtual time, from a seed.
@main
enum Simulation {
    static let usage = """
        Simulation profiles [--seconds 60] [--only LINE] [--seed 1] [--known]
                                     The must-show room, a viewer behind each line of media/lines.csv.
        Simulation seeds 200 [--from 1] [--allow 0]
                                     A minute of 24 sites under a storm from each seed; fails with what was not kept.
        Simulation seed N [--verbose] One of them.
        Simulation province [--hours 8] [--sites 264] [--seed 1]
                                     A briefing over a province's lines. Prints a digest of all that was sent.
        Simulation everyone          264 sites speak at once; then one after silence.
        Simulation step [--seed 1] [--verbose]
                                     2 Mbit/s, 500 kbit/s, 2 Mbit/s, with a shallow queue and a deep one.
        Simulation voices [--seconds 60] [--only LINE] [--seeds 3]
                                     Three voices and no picture, over each line.
        Simulation neighbour         One of twelve moves to a bad line: nobody else notices.
        --known: the relay is told the line's rate when a site joins.
        """

    static func main() {
        do {
            exit(try run() ? 0 : 1)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }

    private static func run() throws -> Bool {
        let words = CommandLine.arguments
        let arguments = Arguments(words.dropFirst(2))
        switch words.count > 1 ? words[1] : "" {
        case "profiles": return try ProfilesScenario.run(arguments)
        case "seeds": return try StormScenario.run(arguments)
        case "seed": return try StormScenario.runOne(arguments)
        case "province": return try ProvinceScenario.run(arguments)
        case "everyone": return try EveryoneScenario.run(arguments)
        case "step": return try StepScenario.run(arguments)
        case "neighbour": return try NeighbourScenario.run(arguments)
        case "voices": return try VoicesScenario.run(arguments)
        case "--help", "-h", "help":
            say(usage)
            return true
        default:
            FileHandle.standardError.write(Data((usage + "\n").utf8))
            exit(2)
        }
    }
}

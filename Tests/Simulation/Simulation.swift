import Foundation

/// The real relay with simulated sites behind simulated lines, in virtual time, from a seed.
@main
enum Simulation {
    static let usage = """
        Simulation profiles [--seconds 60] [--only LINE] [--seed 1] [--known]
                                     The must-show room, a viewer behind each line of media/lines.csv.
        Simulation seeds 200 [--from 1]
                                     A minute of 24 sites under a storm from each seed; fails with what was not kept.
        Simulation seed N [--verbose] One of them.
        Simulation province [--hours 8] [--sites 264] [--seed 1]
                                     A briefing over a province's lines. Prints a digest of all that was sent.
        Simulation everyone          264 sites speak at once; then one after silence.
        Simulation step [--seed 1] [--verbose]
                                     2 Mbit/s, 500 kbit/s, 2 Mbit/s, with a shallow queue and a deep one.
        Simulation neighbour         One of twelve moves to a bad line: nobody else notices.
        --known: the relay is told the line's rate when a site joins.
        """

    static func main() throws {
        let words = CommandLine.arguments
        let arguments = Arguments(words.dropFirst(2))
        let isGood: Bool
        switch words.count > 1 ? words[1] : "" {
        case "profiles": isGood = try ProfilesScenario.run(arguments)
        case "seeds": isGood = try StormScenario.run(arguments)
        case "seed": isGood = try StormScenario.runOne(arguments)
        case "province": isGood = try ProvinceScenario.run(arguments)
        case "everyone": isGood = try EveryoneScenario.run(arguments)
        case "step": isGood = try StepScenario.run(arguments)
        case "neighbour": isGood = try NeighbourScenario.run(arguments)
        case "debug": try ProfilesScenario.debug(); isGood = true
        case "--help", "-h", "help":
            say(usage)
            isGood = true
        default:
            FileHandle.standardError.write(Data((usage + "\n").utf8))
            exit(2)
        }
        exit(isGood ? 0 : 1)
    }
}

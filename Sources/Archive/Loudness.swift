import Foundation

/// Keeps a sum of voices within what a film can hold: quiet ones are untouched, loud ones are bent, none is cut.
enum SoftLimiter {
    /// From here on samples are bent.
    static let knee: Float = 0.7

    static func limit(_ samples: inout [Float]) {
        for index in samples.indices where abs(samples[index]) > knee {
            let value = samples[index]
            let over = (abs(value) - knee) / (1 - knee)
            samples[index] = (knee + (1 - knee) * tanhf(over)) * (value < 0 ? -1 : 1)
        }
    }
}

/// Who speaks when, by how loud each is: one decision for each picture of the film, held over the pauses within a sentence.
struct SpeechDetector {
    /// The mean square from which it is speech: −45 dB of full scale.
    static let threshold: Float = 3.2e-5
    /// Pictures for which somebody still speaks: 0.6 s.
    static let hold = 15

    private var quiet = SpeechDetector.hold

    /// - Parameter energy: the sum of the squares of a picture's samples.
    mutating func speaks(energy: Float, samples: Int) -> Bool {
        quiet = energy / Float(max(1, samples)) >= Self.threshold ? 0 : min(quiet + 1, Self.hold)
        return quiet < Self.hold
    }
}

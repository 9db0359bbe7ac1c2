/// One voice's samples at 48 kHz on the film's clock.
///
/// Each piece is laid from where the one before it ended to where its own end belongs, so that a sender's clock is followed
/// without a gap or a click: by at most ``stretch``, which nobody hears. Only where a piece belongs elsewhere altogether
/// (``tolerance``) the line begins anew.
struct SampleLine {
    /// Samples by which a piece may begin beside where the one before ended: 20 ms.
    static let tolerance = 960.0
    /// The same in microseconds: so far before where it belongs a piece may be laid. Who takes the samples of a time has to have
    /// laid the pieces that belong so much behind it: what comes later is cut off.
    static let lead = Int64(tolerance) * 1_000_000 / 48_000
    /// The part by which a piece is made longer or shorter at most.
    static let stretch = 0.005
    /// Samples that wait at most: 10 s.
    private static let most = 480_000

    private var samples: [Float] = []
    /// The place in the film of the first of them.
    private var base: Int64 = 0
    private var end: Double?
    /// The last three samples of the piece before.
    private var history: (Float, Float, Float) = (0, 0, 0)

    /// Lays a piece.
    ///
    /// - Parameters:
    ///   - start: where it belongs: samples from the film's begin.
    ///   - stop: where its end belongs.
    mutating func append(_ piece: [Float], from start: Double, to stop: Double) {
        guard piece.count >= 3, start.isFinite, stop.isFinite else { return }
        if let end, abs(start - end) <= Self.tolerance {
        } else {
            end = start
            history = (0, 0, 0)
        }
        let length = Double(piece.count)
        let from = end ?? start
        let span = min(max(stop - from, length * (1 - Self.stretch)), length * (1 + Self.stretch))
        lay(piece, from: from, step: length / span, until: from + span)
        end = from + span
        history = (piece[piece.count - 3], piece[piece.count - 2], piece[piece.count - 1])
    }

    /// Interpolates with Catmull and Rom's cubic, two samples late so that no piece needs the one after it.
    private mutating func lay(_ piece: [Float], from start: Double, step: Double, until stop: Double) {
        let first = max(Int64(start.rounded(.up)), base)
        let beyond = Int64(stop.rounded(.up))
        guard first < beyond, beyond - base <= Int64(Self.most) else { return }
        let missing = Int(beyond - base) - samples.count
        if missing > 0 { samples.append(contentsOf: repeatElement(0, count: missing)) }
        let (h3, h2, h1) = history
        piece.withUnsafeBufferPointer { piece in
            func sample(_ index: Int) -> Float {
                switch index {
                case ..<(-2): h3
                case -2: h2
                case -1: h1
                default: index < piece.count ? piece[index] : 0
                }
            }
            var source = (Double(first) - start) * step
            for place in first..<beyond {
                let index = Int(source)
                let part = Float(source - Double(index))
                let (a, b, c, d) = (sample(index - 3), sample(index - 2), sample(index - 1), sample(index))
                let value =
                    b + 0.5 * part
                    * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a)))
                samples[Int(place - base)] = value
                source += step
            }
        }
    }

    /// Adds what belongs between `position` and `position + sum.count` to `sum`; what is before it is forgotten.
    ///
    /// - Returns: the energy that was added: the sum of the squares.
    mutating func take(from position: Int64, into sum: inout [Float]) -> Float {
        let skip = position - base
        if skip > 0 {
            samples.removeFirst(min(samples.count, Int(clamping: skip)))
            base = position
        }
        guard skip >= 0, !samples.isEmpty else { return 0 }
        let count = min(samples.count, sum.count)
        var energy: Float = 0
        for index in 0..<count {
            let value = samples[index]
            sum[index] += value
            energy += value * value
        }
        samples.removeFirst(count)
        base += Int64(count)
        return energy
    }
}

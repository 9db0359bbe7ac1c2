import Relay

/// Everything that is random in a simulation comes from its seed.
struct Seeded: RandomNumberGenerator {
    private var generator: SplitMix64

    /// - Parameter stream: tells apart generators of one seed.
    init(_ seed: UInt64, stream: UInt64 = 0) {
        generator = SplitMix64(
            state: seed &* 0xD134_2543_DE82_EF95 &+ stream &* 0x9E37_79B9_7F4A_7C15 &+ 0x2545_F491_4F6C_DD1D)
        _ = next()
    }

    @inline(__always)
    mutating func next() -> UInt64 { generator.next() }

    /// 0 ..< 1.
    @inline(__always)
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    @inline(__always)
    mutating func number(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }

    /// µs.
    @inline(__always)
    mutating func time(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound &+ Int64(unit() * Double(range.upperBound &- range.lowerBound &+ 1))
    }

    @inline(__always)
    mutating func index(below count: Int) -> Int { Int(unit() * Double(count)) }

    @inline(__always)
    mutating func chance(_ share: Double) -> Bool { unit() < share }
}

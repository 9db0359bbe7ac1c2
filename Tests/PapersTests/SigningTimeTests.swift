import TestSupport
import Testing

@testable import Papers

struct SigningTimeTests {
    @Test(
        arguments: [
            (1_795_393_800, 25_200, "2026-11-23T07:30:00+07:00"), (0, 0, "1970-01-01T00:00:00+00:00"),
            (951_782_400, 25_200, "2000-02-29T07:00:00+07:00"), (1_735_664_399, 25_200, "2024-12-31T23:59:59+07:00"),
            (1_735_664_400, 25_200, "2025-01-01T00:00:00+07:00"), (951_782_400, -12_600, "2000-02-28T20:30:00-03:30"),
        ] as [(Int64, Int64, String)])
    func `a time is told by ISO 8601 with its zone`(seconds: Int64, offset: Int64, text: String) {
        #expect(SigningTime(seconds: seconds, offset: offset).iso8601 == text)
    }

    @Test func `a PDF date is read as it was written`() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let time = SigningTime(
                seconds: .random(in: 100_000...253_000_000_000, using: &generator),
                offset: .random(in: -720...840, using: &generator) * 60)
            #expect(SigningTime(pdf: time.pdf) == time)
        }
    }

    @Test(arguments: ["", "D:", "D:20261340", "20x6", "D:20261123073000+9", "D:99999", "D:2026112307300000000000"])
    func `what is no date is none, or ends where it is one`(text: String) {
        let time = SigningTime(pdf: text)
        #expect(time == nil || (time.map { $0.seconds > 0 } ?? false))
    }
}

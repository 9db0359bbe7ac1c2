import CAV
import Glibc
import Testing

@testable import Archive

struct PassageTests {
    private let minute: Int64 = 60_000_000

    @Test func `a passage begins and ends where pictures do`() throws {
        let passage = try Passage(from: 7.29, to: 21.39, length: minute, form: .full, beyond: 0)
        #expect(passage.pictures == 182..<535)
        #expect(passage.samples == 349_440..<1_027_200)
        #expect((passage.start, passage.end) == (7_280_000, 21_400_000))
    }

    @Test func `without seconds it is the whole film`() throws {
        let passage = try Passage(from: nil, to: nil, length: minute, form: .full, beyond: 0)
        #expect(passage.pictures == 0..<1_500)
        let sound = try Passage(from: nil, to: nil, length: minute, form: nil, beyond: 0)
        #expect(sound.pictures.isEmpty && sound.samples == 0..<2_880_000)
    }

    @Test func `an end a little behind the film's is the film's`() throws {
        let passage = try Passage(from: 50, to: 60.9, length: minute, form: .full, beyond: 1_000_000)
        #expect(passage.pictures == 1_250..<1_500)
    }

    @Test(
        arguments: [
            (5, 5), (6, 5), (-1, 5), (60, 61), (55, 62), (0, .nan), (.nan, 5), (0, .infinity), (-.infinity, 1),
            (1, 1.001),
        ] as [(Double, Double)])
    func `what is no part of the film is refused`(from: Double, to: Double) {
        #expect(throws: ArchiveError.self) {
            try Passage(from: from, to: to, length: minute, form: .full, beyond: 500_000)
        }
    }

    @Test func `chapters of a passage begin where it does`() {
        let chapters = [
            Chapter(start: 0, end: 10_000, kind: .begin, title: "a"),
            Chapter(start: 10_000, end: 20_000, kind: .item, title: "b"),
            Chapter(start: 20_000, end: 30_000, kind: .item, title: "c"),
        ]
        let within = Chapters.within(5_000..<20_000, of: chapters)
        #expect(within.map(\.title) == ["a", "b"])
        #expect(within.map(\.start) == [0, 5_000])
        #expect(within.map(\.end) == [5_000, 15_000])
    }

    @Test(arguments: [16, 126, 235] as [UInt8]) func `a mark is seen on every ground, and hides none`(ground: UInt8)
        throws
    {
        let canvas = try Canvas()
        let picture = canvas.picture
        let stride = Int(picture.frame.pointee.linesize.0)
        let luma = try #require(picture.frame.pointee.data.0)
        memset(luma, Int32(ground), stride * Layout.height)
        try Watermark("Nguyễn Thị Hoa · Sở Y tế", width: Layout.width, height: Layout.height).lay(on: picture)
        var (changed, most) = (0, 0)
        for row in 0..<Layout.height {
            for column in 0..<Layout.width {
                let difference = abs(Int(luma[row * stride + column]) - Int(ground))
                if difference > 20 { changed += 1 }
                most = max(most, difference)
            }
        }
        #expect(changed > Layout.width * Layout.height / 100 && changed < Layout.width * Layout.height / 5)
        #expect(most > 20 && most < 100)
    }
}

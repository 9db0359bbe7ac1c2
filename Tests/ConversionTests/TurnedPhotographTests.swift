import TestSupport
import Testing

@testable import Conversion

struct TurnedPhotographTests {
    /// A JPEG file without pixels: what a camera says of itself, and the frame.
    private func photograph(_ orientation: UInt8, isLittle: Bool = false, components: UInt8 = 3) -> [UInt8] {
        let tiff: [UInt8] =
            isLittle
            ? [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
            : [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
        let exif = Array("Exif\0\0".utf8) + tiff
        return [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif
            + [0xFF, 0xFF, 0xC0, 0, 11, 8, 0, 30, 0, 40, components, 1, 0x11, 0, 0xFF, 0xDA, 0, 2]
    }

    @Test(arguments: [true, false]) func `what a camera says of itself is read in both orders of bytes`(isLittle: Bool)
    {
        let found = TurnedPhotograph(photograph(6, isLittle: isLittle))
        #expect(found?.orientation == 6 && found?.width == 40 && found?.height == 30 && found?.components == 3)
        #expect(found?.size.width == 750 && found?.size.height == 1000)
    }

    @Test func `an upright photograph, and one of other colours, is left to be drawn as it is`() {
        #expect(TurnedPhotograph(photograph(1)) == nil)
        #expect(TurnedPhotograph(photograph(9)) == nil)
        #expect(TurnedPhotograph(photograph(6, components: 4)) == nil)
        #expect(TurnedPhotograph([0xFF, 0xD8, 0xFF, 0xDA, 0, 2]) == nil)
        #expect(TurnedPhotograph(Array("%PDF-1.7".utf8)) == nil)
    }

    @Test func `no file that is cut or changed traps`() {
        let whole = photograph(8)
        for end in whole.indices { _ = TurnedPhotograph(Array(whole[..<end])) }
        for place in whole.indices {
            for value in [0, 1, 0x7F, 0xFF] as [UInt8] {
                var changed = whole
                changed[place] = value
                _ = TurnedPhotograph(changed)
            }
        }
    }
}

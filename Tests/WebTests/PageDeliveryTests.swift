import Testing

@testable import Web

@Suite struct PageDeliveryTests {
    @Test(
        arguments: [
            (nil, .whole), ("bytes=0-", .part(0..<10)), ("bytes=4-", .part(4..<10)), ("bytes=4-6", .part(4..<7)),
            ("bytes=4-400", .part(4..<10)), ("bytes=-3", .part(7..<10)), ("bytes=-30", .part(0..<10)),
            ("bytes=9-", .part(9..<10)),
            ("bytes=10-", .none), ("bytes=-0", .none), ("bytes=6-4", .whole), ("bytes=1-2,4-5", .whole),
            ("bytes=a-", .whole),
            ("bytes=-", .whole), ("bytes=99999999999999999999-", .whole),
            ("bytes=0-99999999999999999999", .part(0..<10)),
            ("lines=1-", .whole), ("bytes=+1-", .whole),
        ] as [(String?, PageDelivery.Part)])
    func `One range of bytes is understood as RFC 9110 says`(range: String?, part: PageDelivery.Part) {
        #expect(PageDelivery.part(of: 10, range) == part)
    }

    @Test func `Of an empty page there is no part`() {
        #expect(PageDelivery.part(of: 0, "bytes=0-") == .none)
        #expect(PageDelivery.part(of: 0, "bytes=-1") == .none)
    }
}

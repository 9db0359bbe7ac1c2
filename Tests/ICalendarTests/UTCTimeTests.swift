import ICalendar
import Testing

@Suite struct UTCTimeTests {
    @Test func `A time in UTC is read with its seconds, whichever year it is of`() {
        #expect(UTCTime.unix("20261123T003001Z") == 1_795_393_801)
        #expect(UTCTime.unix("19691231T235959Z") == -1)
        #expect(UTCTime.unix("99991231T000000Z") == 253_402_214_400)
    }

    @Test(arguments: ["", "Z", "20261123", "20261123Z", "20261123T003000", "2026-11-23T00:30:00Z", "20261323T003000Z"])
    func `What is no time in UTC is refused`(text: String) {
        #expect(UTCTime.unix(text) == nil)
    }
}

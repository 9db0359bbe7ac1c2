enum LetterReader {
    static func read(_ bytes: [UInt8], handle: String) -> ReceivedLetter {
        ReceivedLetter(
            handle: handle, from: "", fromName: "", to: [], subject: "", messageID: "", references: [],
            isAutomatic: false, calendars: [], text: "", bounce: nil)
    }
}

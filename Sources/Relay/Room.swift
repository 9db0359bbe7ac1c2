/// A call: who is in it, what they publish, and who speaks.
struct Room: ~Copyable {
    let name: String
    var participants: [Int] = []
    /// In the order in which they were published.
    var publications: [Int] = []
    var speakers = SpeakerSelection()
    /// Who was last reported to speak.
    var reportedSpeakers: [Int] = []
    /// Slots must be filled anew.
    var needsAssignment = false
}

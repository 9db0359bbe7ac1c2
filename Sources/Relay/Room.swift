/// A call: who is in it, what they publish, and who speaks.
struct Room: ~Copyable {
    let name: String
    /// Tells this room from others of its name before and after it.
    let generation: UInt32
    var participants: [Int] = []
    /// In the order in which they were published.
    var publications: [Int] = []
    /// Who leads the briefing and who has been given the floor.
    var chair: ParticipantID?
    var floor: ParticipantID?
    var speakers = SpeakerSelection()
    /// Who was last reported to speak.
    var reportedSpeakers: [Int] = []
    /// Other relays that hold part of this room: those that our publications go to, and those that know of us.
    var links: UInt64 = 0
    var greeted: UInt64 = 0
    /// By peer: the generation of its part of the room.
    var generations: [Int: UInt32] = [:]
    /// Slots must be filled anew: of voices, of pictures.
    var needsVoices = false
    var needsPictures = false
}

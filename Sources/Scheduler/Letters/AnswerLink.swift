import Briefing
import Identity

/// What the link in an invitation opens: the right to answer for one invitee, to a series or one meeting, without
/// signing in. Signed, so that nothing is kept for it.
struct AnswerLink: Hashable {
    var series: SeriesID
    /// Nil for the whole series.
    var occurrence: OccurrenceID?
    var invitee: Invitee

    private static let purpose = "answer"

    func text(secret: [UInt8]) -> String {
        let who =
            switch invitee {
            case .site(let id): "s\(id)"
            case .person(let id): "p\(id)"
            }
        let text = "\(series) \(occurrence.map(\.description) ?? "-") \(who)"
        return SignedText.seal(text, purpose: Self.purpose, secret: secret)
    }

    init(series: SeriesID, occurrence: OccurrenceID?, invitee: Invitee) {
        self.series = series
        self.occurrence = occurrence
        self.invitee = invitee
    }

    init?(_ text: String, secret: [UInt8]) {
        guard let opened = SignedText.open(text, purpose: Self.purpose, secret: secret) else { return nil }
        let parts = opened.split(separator: " ")
        guard parts.count == 3, let series = Int64(parts[0]), let who = Int64(parts[2].dropFirst()) else { return nil }
        self.series = SeriesID(series)
        if parts[1] == "-" {
            occurrence = nil
        } else {
            guard let id = Int64(parts[1]) else { return nil }
            occurrence = OccurrenceID(id)
        }
        switch parts[2].first {
        case "s": invitee = .site(SiteID(who))
        case "p": invitee = .person(PersonID(who))
        default: return nil
        }
    }
}

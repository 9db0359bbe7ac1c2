/// How pictures and pages share the film's picture. The raw value is the option's word.
public enum Layout: String, Sendable, CaseIterable {
    /// As the chair has set it for everybody: who speaks large, or all of the stage alike; a page is large whenever one is shown.
    case asLed = "as-led"
    /// The page or the shared screen large, beside it who speaks and the stage; without a page who speaks is large.
    case speakerPage = "speaker-page"
    /// All of the stage equally large.
    case grid
    /// Who speaks, alone.
    case speaker

    /// Something that has a place.
    enum Content: Hashable, Sendable {
        /// The page, or the shared screen where there is none.
        case page
        case camera(String)
    }

    /// A part of the picture, in pixels; all are even.
    struct Place: Hashable, Sendable {
        var content: Content
        var x: Int
        var y: Int
        var width: Int
        var height: Int
    }

    /// Pixels of the film.
    static let width = 1_280
    static let height = 720
    /// Pixels of the line at the bottom: the agenda item and the clock.
    static let barHeight = 36
    private static let room = height - barHeight
    /// The column beside the large picture has so many places of 16:9.
    private static let columnPlaces = 4
    private static let columnWidth = 304

    /// What it comes to at a moment.
    ///
    /// - Parameter led: as the chair has set it.
    func now(led: Layout?, hasPage: Bool) -> Layout {
        guard self == .asLed else { return self }
        return hasPage ? .speakerPage : led ?? .speakerPage
    }

    /// - Parameters:
    ///   - speaker: whose picture is the large one; one of the stage, or nil.
    ///   - stage: who is shown, in order, each once.
    func places(hasPage: Bool, speaker: String?, stage: [String]) -> [Place] {
        let ordered = speaker.map { [$0] + stage.filter { $0 != speaker } } ?? stage
        switch self {
        case .asLed, .speakerPage: return Self.large(hasPage: hasPage, ordered)
        // Everybody keeps their place, whoever speaks.
        case .grid: return Self.grid((hasPage ? [.page] : []) + stage.map { .camera($0) })
        case .speaker: return Self.large(hasPage: false, Array(ordered.prefix(1)))
        }
    }

    private static func large(hasPage: Bool, _ owners: [String]) -> [Place] {
        let contents = (hasPage ? [Content.page] : []) + owners.map { .camera($0) }
        guard let first = contents.first else { return [] }
        let rest = contents.dropFirst().prefix(columnPlaces)
        let main = rest.isEmpty ? width : width - columnWidth
        let height = room / columnPlaces & ~1
        return [Place(content: first, x: 0, y: 0, width: main, height: room)]
            + rest.enumerated().map { index, content in
                Place(content: content, x: main, y: index * height, width: columnWidth, height: height)
            }
    }

    private static func grid(_ contents: [Content]) -> [Place] {
        guard !contents.isEmpty else { return [] }
        var columns = 1
        while columns * columns < contents.count { columns += 1 }
        let rows = (contents.count + columns - 1) / columns
        let (tileWidth, tileHeight) = (width / columns & ~1, room / rows & ~1)
        return contents.enumerated().map { index, content in
            // A last row that is not full stands in the middle.
            let missing = index / columns == rows - 1 ? columns * rows - contents.count : 0
            return Place(
                content: content, x: index % columns * tileWidth + (missing * tileWidth / 2 & ~1),
                y: index / columns * tileHeight, width: tileWidth, height: tileHeight)
        }
    }
}

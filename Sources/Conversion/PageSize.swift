/// The three sizes in which every page is an image.
public enum PageSize: String, Sendable, CaseIterable {
    case s, m, l

    /// Pixels.
    public var width: Int {
        switch self {
        case .s: 640
        case .m: 1280
        case .l: 1920
        }
    }

    /// Bytes that an image may have: some more where a photograph cannot be made lighter.
    var bytes: Int {
        switch self {
        case .s: 30_000
        case .m: 80_000
        case .l: 200_000
        }
    }

    /// The name of a page's image in its folder.
    ///
    /// - Parameter page: from 1.
    public func file(_ page: Int) -> String { "\(page)-\(rawValue).webp" }
}

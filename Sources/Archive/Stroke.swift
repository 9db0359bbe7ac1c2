/// A stroke that somebody has drawn on a page.
struct Stroke: Hashable, Sendable {
    enum Tool: String, Sendable { case pen, highlight }

    var tool: Tool
    /// In the palette of the pages, 0…3.
    var colour: Int
    /// x, y, x, y … in ten-thousandths of the page's width and height, 0…``whole``.
    var points: [Int]

    static let whole = 10_000
    /// Strokes of a page at most, and numbers in the points of one.
    static let most = 200
    static let mostNumbers = 1_000

    /// - Parameter value: `{"tool":"pen","colour":0,"points":[x,y,…]}`, read from JSON.
    /// - Returns: nil where it is none.
    init?(_ value: Any) {
        guard let stroke = value as? [String: Any], let tool = (stroke["tool"] as? String).flatMap(Tool.init),
            let colour = stroke["colour"] as? Int, Self.pens.indices.contains(colour),
            let points = stroke["points"] as? [Int], points.count >= 2, points.count <= Self.mostNumbers,
            points.count.isMultiple(of: 2), points.allSatisfy((0...Self.whole).contains)
        else { return nil }
        (self.tool, self.colour, self.points) = (tool, colour, points)
    }

    /// What the pages of a call draw it with.
    var ink: Ink { tool == .pen ? Self.pens[colour] : Self.highlighters[colour] }

    private static let pens = [0xC8102E, 0x0B57C2, 0x0B7A3B, 0x1B2624].map { Ink(rgb: $0, width: 3, opacity: 1) }
    private static let highlighters = [0xFFD400, 0x7FDC6B, 0x6FD0FF, 0xFF9EC7].map {
        Ink(rgb: $0, width: 20, opacity: 0.55)
    }
}

/// A colour of the film (ITU-R BT.601, 16…235), and how it lies on a page.
struct Ink: Hashable, Sendable {
    var y: UInt8
    var u: UInt8
    var v: UInt8
    /// Pixels on a page that fills the film's height.
    var width: Double
    /// 0…1
    var opacity: Double

    init(rgb: Int, width: Double, opacity: Double) {
        let (red, green, blue) = (Double(rgb >> 16 & 255), Double(rgb >> 8 & 255), Double(rgb & 255))
        y = UInt8(clamping: Int(16 + (65.481 * red + 128.553 * green + 24.966 * blue) / 255))
        u = UInt8(clamping: Int(128 + (-37.797 * red - 74.203 * green + 112 * blue) / 255))
        v = UInt8(clamping: Int(128 + (112 * red - 93.786 * green - 18.214 * blue) / 255))
        (self.width, self.opacity) = (width, opacity)
    }
}

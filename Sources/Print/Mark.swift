/// One thing drawn at its place on a page; all lengths in points from the upper left corner.
enum Mark {
    /// Text in lines of `width`; of these only `lines`, the first of them at `y`, where given.
    case text(StyledText, TextStyle, x: Double, y: Double, width: Double, lines: Range<Int>? = nil)
    case rule(fromX: Double, fromY: Double, toX: Double, toY: Double, thickness: Double)
    /// `shade` from 0, black, to 1, white.
    case fill(x: Double, y: Double, width: Double, height: Double, shade: Double)
}

struct TextStyle {
    /// In points.
    var size: Double
    var bold = false
    var italic = false
    var alignment = TextAlignment.left
    /// The first line's indent in points.
    var indent = 0.0
    /// One line, cut where it is too long.
    var ellipsized = false
}

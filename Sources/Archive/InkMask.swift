import CPango

/// How much of each pixel of a page strokes cover.
enum InkMask {
    /// Strokes of one ink as a mask: 0 … 255, row by row; nil where memory ran out.
    ///
    /// - Parameters:
    ///   - width: pixels of the page, above 0.
    ///   - scale: what a stroke's width is multiplied with.
    static func draw(_ strokes: ArraySlice<Stroke>, width: Int, height: Int, scale: Double) -> [UInt8]? {
        guard let ink = strokes.first?.ink,
            let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, Int32(clamping: width), Int32(clamping: height))
        else { return nil }
        defer { cairo_surface_destroy(surface) }
        let cairo = cairo_create(surface)
        cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND)
        cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND)
        cairo_set_line_width(cairo, max(1, ink.width * scale))
        for stroke in strokes {
            for index in stride(from: 0, to: stroke.points.count - 1, by: 2) {
                let x = Double(stroke.points[index] * width) / Double(Stroke.whole)
                let y = Double(stroke.points[index + 1] * height) / Double(Stroke.whole)
                // A line without a length is a dot, by its round ends.
                if index == 0 { cairo_move_to(cairo, x, y) }
                cairo_line_to(cairo, x, y)
            }
            cairo_stroke(cairo)
        }
        cairo_destroy(cairo)
        return CoverMask.bytes(of: surface, width: width, height: height)
    }
}

import CAV
import CPango

/// A text laid over a whole picture, aslant and many times, so that no part of the picture goes without it: faint light
/// letters with a faint dark edge, to be read on white pages and on dark pictures alike.
final class Watermark {
    /// Of 256: how much of a letter is the letter.
    private static let strength = 84
    private static let edgeStrength = 60
    /// Luma of the letters and of their edges (ITU-R BT.601: 16 … 235).
    private static let letter = 235
    private static let edge = 16
    /// About 20° upwards.
    private static let slope = -0.35
    /// The height of the letters as a part of the picture's.
    private static let size = 0.038

    private let width: Int
    private let height: Int
    /// For each pixel the part of the picture that stays, of 256, and the luma that is added.
    private let kept: [UInt16]
    private let added: [UInt8]
    /// For each row where letters stand: from, and up to.
    private let spans: [Range<Int>]

    /// - Parameters:
    ///   - width: of the pictures, pixels.
    ///   - height: likewise.
    /// - Throws: `memory`.
    init(_ text: String, width: Int, height: Int) throws(ArchiveError) {
        self.width = width
        self.height = height
        let count = width * height
        guard let (letters, edges) = Self.masks(text, width: width, height: height) else { throw .memory }
        var kept = [UInt16](repeating: 256, count: count)
        var added = [UInt8](repeating: 0, count: count)
        for index in 0..<count where letters[index] != 0 || edges[index] != 0 {
            let letter = Self.strength * Int(letters[index]) / 255
            let edge = Self.edgeStrength * Int(edges[index]) / 255 * (256 - letter) / 256
            kept[index] = UInt16(256 - letter - edge)
            added[index] = UInt8(clamping: (letter * Self.letter + edge * Self.edge) / 256)
        }
        self.kept = kept
        self.added = added
        spans = (0..<height).map { row in
            let line = kept[row * width..<(row + 1) * width]
            guard let first = line.firstIndex(where: { $0 < 256 }), let last = line.lastIndex(where: { $0 < 256 })
            else { return 0..<0 }
            return first - row * width..<last + 1 - row * width
        }
    }

    /// Lays the text over a picture of the size that was said; on another it does nothing.
    func lay(on picture: Picture) {
        guard picture.width == width, picture.height == height, let luma = picture.frame.pointee.data.0 else { return }
        let stride = Int(picture.frame.pointee.linesize.0)
        kept.withUnsafeBufferPointer { kept in
            added.withUnsafeBufferPointer { added in
                for (row, span) in spans.enumerated() {
                    let line = luma + row * stride
                    for column in span {
                        let index = row * width + column
                        line[column] =
                            UInt8(truncatingIfNeeded: Int(line[column]) * Int(kept[index]) / 256)
                            &+ added[index]
                    }
                }
            }
        }
    }

    /// The letters and what is around them, 0 … 255 for each pixel.
    private static func masks(_ text: String, width: Int, height: Int) -> (letters: [UInt8], edges: [UInt8])? {
        guard let letters = mask(text, width, height, isEdge: false),
            let edges = mask(text, width, height, isEdge: true)
        else { return nil }
        return (letters, edges)
    }

    private static func mask(_ text: String, _ width: Int, _ height: Int, isEdge: Bool) -> [UInt8]? {
        guard
            let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, Int32(clamping: width), Int32(clamping: height)),
            cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, let cairo = cairo_create(surface)
        else { return nil }
        defer { cairo_surface_destroy(surface) }
        defer { cairo_destroy(cairo) }
        guard let layout = pango_cairo_create_layout(cairo) else { return nil }
        defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
        let letters = max(12, Double(height) * size)
        if let font = pango_font_description_from_string("Noto Sans Medium") {
            pango_font_description_set_absolute_size(font, letters * Double(PANGO_SCALE))
            pango_layout_set_font_description(layout, font)
            pango_font_description_free(font)
        }
        pango_layout_set_single_paragraph_mode(layout, 1)
        // Pango ends a text at its first NUL.
        pango_layout_set_text(layout, String(text.prefix(200).map { $0 == "\0" ? " " : $0 }), -1)
        var extents = PangoRectangle()
        pango_layout_get_pixel_extents(layout, nil, &extents)
        let step = (x: Double(max(1, extents.width)) + 3 * letters, y: 6 * letters)
        let reach = Double(width + height)
        cairo_translate(cairo, Double(width) / 2, Double(height) / 2)
        cairo_rotate(cairo, slope)
        cairo_set_line_width(cairo, max(1.5, letters / 9))
        cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND)
        var row = 0.0
        for y in stride(from: -reach / 2, to: reach / 2, by: step.y) {
            // Every other row begins half a text later.
            for x in stride(from: -reach / 2 - row * step.x / 2, to: reach / 2, by: step.x) {
                cairo_move_to(cairo, x, y)
                pango_cairo_layout_path(cairo, layout)
                if isEdge { cairo_stroke(cairo) } else { cairo_fill(cairo) }
            }
            row = 1 - row
        }
        return CoverMask.bytes(of: surface, width: width, height: height)
    }
}

import CPango

/// Text as a page of its own, as large as the text is: a PDF file without the time of its making, to be put into another.
struct DrawnText {
    /// Shares of one; `opacity` 1 lets nothing through.
    struct Colour {
        var red, green, blue, opacity: Double
    }

    /// Families in the order in which fontconfig looks for them: it takes the first that is there.
    var fonts: String
    /// Of the letters, in points.
    var points: Int32
    var colour: Colour
    /// In points: longer lines go on below. Nil for one line, as wide as it is.
    var width: Double?

    /// More does not fit where these texts go, in points.
    private static let limit = (width: 10_000.0, height: 800.0)

    /// - Returns: a PDF file of one page, and that page's size in whole points (its width is ``width`` where there is one).
    /// - Throws: `noFont`, also where there is more text than the page may have.
    func page(of lines: [String]) throws(SigningError) -> (pdf: [UInt8], size: (width: Double, height: Double)) {
        let sink = Sink()
        // Its size is set when the text's is known.
        let surface = cairo_pdf_surface_create_for_stream(
            Sink.write, Unmanaged.passUnretained(sink).toOpaque(), 100, 100)
        let context = cairo_create(surface)
        // Else cairo would put the machine's time into the file.
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "")
        let size = draw(lines, on: context, surface)
        let drawn = cairo_status(context)
        cairo_destroy(context)
        cairo_surface_finish(surface)
        let kept = cairo_surface_status(surface)
        cairo_surface_destroy(surface)
        guard let size, drawn == CAIRO_STATUS_SUCCESS, kept == CAIRO_STATUS_SUCCESS else { throw .noFont }
        return (sink.bytes, size)
    }

    private func draw(
        _ lines: [String], on context: OpaquePointer?, _ surface: OpaquePointer?
    ) -> (width: Double, height: Double)? {
        // A font map of its own: Pango's objects are not safe to share between threads.
        guard let fontMap = pango_cairo_font_map_new() else { return nil }
        defer { g_object_unref(fontMap) }
        var families: UnsafeMutablePointer<UnsafeMutablePointer<PangoFontFamily>?>?
        var count: Int32 = 0
        pango_font_map_list_families(fontMap, &families, &count)
        g_free(families)
        // Without a font Pango would end the process.
        guard count > 0, let pango = pango_font_map_create_context(fontMap) else { return nil }
        defer { g_object_unref(UnsafeMutableRawPointer(pango)) }
        pango_cairo_context_set_resolution(pango, 72)
        // A page has no pixels to which letters would have to keep.
        pango_context_set_round_glyph_positions(pango, 0)
        pango_context_set_language(pango, pango_language_from_string("vi"))
        guard let layout = pango_layout_new(pango) else { return nil }
        defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
        let font = pango_font_description_from_string(fonts)
        defer { pango_font_description_free(font) }
        pango_font_description_set_size(font, points * PANGO_SCALE)
        pango_layout_set_font_description(layout, font)
        if let width {
            pango_layout_set_width(layout, Int32(width) * PANGO_SCALE)
            pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        } else {
            pango_layout_set_single_paragraph_mode(layout, 1)
        }
        let utf8 = lines.map(plain).joined(separator: "\n").utf8.map { CChar(bitPattern: $0) }
        pango_layout_set_text(layout, utf8, Int32(clamping: utf8.count))
        var extents = PangoRectangle()
        pango_layout_get_extents(layout, nil, &extents)
        let shown = width ?? (Double(extents.x + extents.width) / Double(PANGO_SCALE)).rounded(.up)
        let height = (Double(extents.y + extents.height) / Double(PANGO_SCALE)).rounded(.up)
        guard shown > 0, height > 0, shown <= Self.limit.width, height <= Self.limit.height else { return nil }
        cairo_pdf_surface_set_size(surface, shown, height)
        cairo_set_source_rgba(context, colour.red, colour.green, colour.blue, colour.opacity)
        cairo_move_to(context, 0, 0)
        pango_cairo_show_layout(context, layout)
        cairo_show_page(context)
        return (shown, height)
    }

    /// Pango ends a text at a NUL and draws other control characters as boxes: they become spaces.
    private func plain(_ line: String) -> String {
        String(
            String.UnicodeScalarView(
                line.unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? " " : $0 }))
    }

    /// Where cairo writes; such a page is small.
    private final class Sink {
        private(set) var bytes: [UInt8] = []

        static let write: cairo_write_func_t = { closure, data, length in
            guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
            let sink = Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue()
            guard sink.bytes.count + Int(length) <= 4 << 20 else { return CAIRO_STATUS_WRITE_ERROR }
            sink.bytes += UnsafeBufferPointer(start: data, count: Int(length))
            return CAIRO_STATUS_SUCCESS
        }
    }
}

import CPango

/// The lines of a signature's appearance as a page of its own, as large as they are: upright black letters of 10 points in
/// Times New Roman, as Nghị định 30/2020/NĐ-CP wants them, or in a font of the same measures.
enum AppearanceDrawing {
    /// In points: 70 mm.
    static let width = 198.0

    /// A PDF file of one page, and that page's height in points.
    static func page(of lines: [String]) throws(SigningError) -> (pdf: [UInt8], height: Double) {
        let sink = Sink()
        let surface = cairo_pdf_surface_create_for_stream(
            Sink.write, Unmanaged.passUnretained(sink).toOpaque(), width, 800)
        let context = cairo_create(surface)
        // Else cairo would put the machine's time into the file.
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "")
        let height = draw(lines, on: context, surface)
        let drawn = cairo_status(context)
        cairo_destroy(context)
        cairo_surface_finish(surface)
        let kept = cairo_surface_status(surface)
        cairo_surface_destroy(surface)
        guard let height, drawn == CAIRO_STATUS_SUCCESS, kept == CAIRO_STATUS_SUCCESS else { throw .noFont }
        return (sink.bytes, height)
    }

    private static func draw(_ lines: [String], on context: OpaquePointer?, _ surface: OpaquePointer?) -> Double? {
        // A font map of its own: Pango's objects are not safe to share between threads.
        guard let fonts = pango_cairo_font_map_new() else { return nil }
        defer { g_object_unref(fonts) }
        var families: UnsafeMutablePointer<UnsafeMutablePointer<PangoFontFamily>?>?
        var count: Int32 = 0
        pango_font_map_list_families(fonts, &families, &count)
        g_free(families)
        // Without a font Pango would end the process.
        guard count > 0, let pango = pango_font_map_create_context(fonts) else { return nil }
        defer { g_object_unref(UnsafeMutableRawPointer(pango)) }
        pango_cairo_context_set_resolution(pango, 72)
        pango_context_set_round_glyph_positions(pango, 0)
        pango_context_set_language(pango, pango_language_from_string("vi"))
        guard let layout = pango_layout_new(pango) else { return nil }
        defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
        // fontconfig takes the first that is there; all have the Vietnamese letters.
        let font = pango_font_description_from_string("Times New Roman,Tinos,Noto Serif,DejaVu Serif,serif")
        defer { pango_font_description_free(font) }
        pango_font_description_set_size(font, 10 * PANGO_SCALE)
        pango_layout_set_font_description(layout, font)
        pango_layout_set_width(layout, Int32(width) * PANGO_SCALE)
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        let utf8 = lines.map(plain).joined(separator: "\n").utf8.map { CChar(bitPattern: $0) }
        pango_layout_set_text(layout, utf8, Int32(clamping: utf8.count))
        var extents = PangoRectangle()
        pango_layout_get_extents(layout, nil, &extents)
        let height = (Double(extents.y + extents.height) / Double(PANGO_SCALE)).rounded(.up)
        guard height > 0, height <= 800 else { return nil }
        cairo_pdf_surface_set_size(surface, width, height)
        cairo_set_source_rgb(context, 0, 0, 0)
        cairo_move_to(context, 0, 0)
        pango_cairo_show_layout(context, layout)
        cairo_show_page(context)
        return height
    }

    /// Pango ends a text at a NUL and draws other control characters as boxes: they become spaces.
    private static func plain(_ line: String) -> String {
        String(
            String.UnicodeScalarView(
                line.unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? " " : $0 }))
    }

    /// Where cairo writes; an appearance is small.
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

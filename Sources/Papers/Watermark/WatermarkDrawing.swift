import CPango

/// A line of text as a page of its own, as large as it is: 16 points, grey and mostly let through.
enum WatermarkDrawing {
    /// A PDF file of one page, and that page's size in points.
    static func page(of text: String) throws(SigningError) -> (pdf: [UInt8], size: (width: Double, height: Double)) {
        let sink = Sink()
        let surface = cairo_pdf_surface_create_for_stream(
            Sink.write, Unmanaged.passUnretained(sink).toOpaque(), 100, 100)
        let context = cairo_create(surface)
        // Else cairo would put the machine's time into the file.
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "")
        let size = draw(text, on: context, surface)
        let drawn = cairo_status(context)
        cairo_destroy(context)
        cairo_surface_finish(surface)
        let kept = cairo_surface_status(surface)
        cairo_surface_destroy(surface)
        guard let size, drawn == CAIRO_STATUS_SUCCESS, kept == CAIRO_STATUS_SUCCESS else { throw .noFont }
        return (sink.bytes, size)
    }

    private static func draw(
        _ text: String, on context: OpaquePointer?, _ surface: OpaquePointer?
    ) -> (width: Double, height: Double)? {
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
        pango_context_set_language(pango, pango_language_from_string("vi"))
        guard let layout = pango_layout_new(pango) else { return nil }
        defer { g_object_unref(UnsafeMutableRawPointer(layout)) }
        let font = pango_font_description_from_string("Noto Sans,DejaVu Sans,sans-serif")
        defer { pango_font_description_free(font) }
        pango_font_description_set_size(font, 16 * PANGO_SCALE)
        pango_layout_set_font_description(layout, font)
        pango_layout_set_single_paragraph_mode(layout, 1)
        // Pango ends a text at a NUL; names are not that long.
        let utf8 = text.prefix(200).utf8.filter { $0 >= 0x20 }.map { CChar(bitPattern: $0) }
        pango_layout_set_text(layout, utf8, Int32(clamping: utf8.count))
        var extents = PangoRectangle()
        pango_layout_get_extents(layout, nil, &extents)
        let width = (Double(extents.width) / Double(PANGO_SCALE)).rounded(.up)
        let height = (Double(extents.height) / Double(PANGO_SCALE)).rounded(.up)
        guard width > 0, height > 0, width < 10_000 else { return nil }
        cairo_pdf_surface_set_size(surface, width, height)
        cairo_set_source_rgba(context, 0.35, 0.35, 0.35, 0.22)
        cairo_move_to(context, 0, 0)
        pango_cairo_show_layout(context, layout)
        cairo_show_page(context)
        return (width, height)
    }

    /// Where cairo writes; a line is small.
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

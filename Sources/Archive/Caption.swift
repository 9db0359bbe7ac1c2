import CPango

/// A line of text as a mask: how much of each pixel is letter.
struct Caption {
    var width = 0
    var height = 0
    /// 0 … 255, row by row.
    var mask: [UInt8] = []
}

/// Sets lines of text.
final class CaptionSetter {
    private let fonts: UnsafeMutablePointer<PangoFontMap>
    private let context: OpaquePointer
    private let layout: OpaquePointer

    init() {
        fonts = pango_cairo_font_map_new()
        context = pango_font_map_create_context(fonts)
        pango_cairo_context_set_resolution(context, 72)
        pango_context_set_language(context, pango_language_from_string("vi"))
        layout = pango_layout_new(context)
        pango_layout_set_single_paragraph_mode(layout, 1)
        pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
    }

    deinit {
        g_object_unref(UnsafeMutableRawPointer(layout))
        g_object_unref(UnsafeMutableRawPointer(context))
        g_object_unref(fonts)
    }

    /// - Parameters:
    ///   - size: of the letters, pixels.
    ///   - width: pixels; what is longer ends with three dots.
    /// - Returns: an empty mask where no font is installed: a film without names is better than none.
    func set(_ text: String, size: Int, within width: Int) -> Caption {
        var families: UnsafeMutablePointer<UnsafeMutablePointer<PangoFontFamily>?>?
        var count: Int32 = 0
        pango_font_map_list_families(fonts, &families, &count)
        g_free(families)
        guard count > 0, !text.isEmpty, width > 8 else { return Caption() }
        let font = pango_font_description_from_string("Noto Sans")
        defer { pango_font_description_free(font) }
        pango_font_description_set_absolute_size(font, Double(size) * Double(PANGO_SCALE))
        pango_layout_set_font_description(layout, font)
        pango_layout_set_width(layout, Int32(clamping: width) * PANGO_SCALE)
        // Pango ends a text at its first NUL.
        pango_layout_set_text(layout, String(text.map { $0 == "\0" ? " " : $0 }), -1)
        var extents = PangoRectangle()
        pango_layout_get_pixel_extents(layout, nil, &extents)
        return draw(width: min(Int(extents.x + extents.width), width), height: Int(extents.height))
    }

    private func draw(width: Int, height: Int) -> Caption {
        guard width > 0, height > 0, height < 200,
            let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, Int32(clamping: width), Int32(clamping: height))
        else { return Caption() }
        defer { cairo_surface_destroy(surface) }
        let cairo = cairo_create(surface)
        pango_cairo_show_layout(cairo, layout)
        cairo_destroy(cairo)
        guard let mask = CoverMask.bytes(of: surface, width: width, height: height) else { return Caption() }
        return Caption(width: width, height: height, mask: mask)
    }
}

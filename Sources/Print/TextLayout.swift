import CPango

/// Pango's layout of one text at a time, with a font map of its own: nothing is shared between documents, so that any
/// thread may print (Pango's objects are not safe to share between threads).
final class TextLayout {
    private let fonts: UnsafeMutablePointer<PangoFontMap>
    private let context: OpaquePointer
    private let layout: OpaquePointer
    private let font: OpaquePointer

    /// - Returns: nil where no font is installed, without which Pango would end the process.
    init?(drawnBy cairo: OpaquePointer) {
        fonts = pango_cairo_font_map_new()
        var families: UnsafeMutablePointer<UnsafeMutablePointer<PangoFontFamily>?>?
        var count: Int32 = 0
        pango_font_map_list_families(fonts, &families, &count)
        g_free(families)
        guard count > 0 else {
            g_object_unref(fonts)
            return nil
        }
        context = pango_font_map_create_context(fonts)
        // A font's size in points is its size in the page's unit.
        pango_cairo_context_set_resolution(context, 72)
        // On paper letters stand where they belong; Pango would put each on a whole point, as on a screen.
        pango_context_set_round_glyph_positions(context, 0)
        pango_context_set_language(context, pango_language_from_string("vi"))
        pango_cairo_update_context(cairo, context)
        layout = pango_layout_new(context)
        font = pango_font_description_from_string(Self.family(in: context, of: fonts))
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    }

    /// Nghị định 30/2020/NĐ-CP wants Times New Roman; Tinos and Liberation Serif have its measures.
    private static let families = ["Times New Roman", "Tinos", "Liberation Serif", "Noto Serif", "DejaVu Serif"]

    /// The first that has all Vietnamese letters: Liberation Serif before its version 2 (Debian's fonts-liberation) has
    /// not, and words of letters from two fonts look broken.
    private static func family(in context: OpaquePointer, of fonts: UnsafeMutablePointer<PangoFontMap>) -> String {
        families.first { family in
            let description = pango_font_description_from_string(family)
            defer { pango_font_description_free(description) }
            guard let font = pango_font_map_load_font(fonts, context, description) else { return false }
            defer { g_object_unref(font) }
            // For a family that is not there, Pango loads whatever it likes.
            let loaded = pango_font_describe(font)
            defer { pango_font_description_free(loaded) }
            guard let name = pango_font_description_get_family(loaded), String(cString: name) == family else {
                return false
            }
            return vietnamese.allSatisfy { pango_font_has_char(font, $0) != 0 }
        } ?? "serif"
    }

    /// Letters beyond ASCII: of Latin-1, Latin Extended-A and -B, and all of U+1EA0 to U+1EF9.
    private static let vietnamese: [UInt32] =
        "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư".unicodeScalars.map(\.value) + Array(0x1EA0...0x1EF9)

    deinit {
        pango_font_description_free(font)
        g_object_unref(UnsafeMutableRawPointer(layout))
        g_object_unref(UnsafeMutableRawPointer(context))
        g_object_unref(fonts)
    }

    func set(_ text: StyledText, _ style: TextStyle, width: Double) {
        var utf8: [UInt8] = []
        let attributes = pango_attr_list_new()
        for run in text.runs {
            let start = UInt32(utf8.count)
            append(run.text, to: &utf8)
            let range = start..<UInt32(utf8.count)
            if run.bold { insert(pango_attr_weight_new(PANGO_WEIGHT_BOLD), range, into: attributes) }
            if run.italic { insert(pango_attr_style_new(PANGO_STYLE_ITALIC), range, into: attributes) }
        }
        pango_font_description_set_size(font, units(max(style.size, 1)))
        pango_font_description_set_weight(font, style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
        pango_font_description_set_style(font, style.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL)
        pango_layout_set_font_description(layout, font)
        pango_layout_set_width(layout, units(width))
        pango_layout_set_indent(layout, units(style.indent))
        pango_layout_set_justify(layout, style.alignment == .justified ? 1 : 0)
        pango_layout_set_alignment(layout, Self.alignment(style.alignment))
        pango_layout_set_ellipsize(layout, style.ellipsized ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE)
        pango_layout_set_single_paragraph_mode(layout, style.ellipsized ? 1 : 0)
        utf8.withUnsafeBytes { bytes in
            pango_layout_set_text(layout, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        pango_layout_set_attributes(layout, attributes)
        pango_attr_list_unref(attributes)
    }

    private static func alignment(_ alignment: TextAlignment) -> PangoAlignment {
        switch alignment {
        case .left, .justified: PANGO_ALIGN_LEFT
        case .centre: PANGO_ALIGN_CENTER
        case .right: PANGO_ALIGN_RIGHT
        }
    }

    /// Pango ends a text at its first NUL, and draws other control characters as boxes: they become spaces, but for the
    /// line feed. `\r\n` is one line feed.
    ///
    /// A word of more than 200 letters gets a place to break (U+200B): Pango needs minutes to wrap 64 KiB without one.
    private func append(_ text: String, to utf8: inout [UInt8]) {
        var wordLength = 0
        for character in text {
            wordLength = character.isWhitespace ? 0 : wordLength + 1
            if wordLength > 200 {
                utf8 += [0xE2, 0x80, 0x8B]
                wordLength = 1
            }
            for scalar in character.unicodeScalars {
                switch scalar.value {
                case 0x0D: break
                case 0x0A, 0x20...0x7E, 0xA0...:
                    utf8.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                default: utf8.append(0x20)
                }
            }
        }
    }

    private func insert(
        _ attribute: UnsafeMutablePointer<PangoAttribute>?, _ range: Range<UInt32>, into list: OpaquePointer?
    ) {
        guard let attribute else { return }
        attribute.pointee.start_index = range.lowerBound
        attribute.pointee.end_index = range.upperBound
        pango_attr_list_insert(list, attribute)
    }

    /// In points. A layout has a line at least, even without text.
    var lineHeights: [Double] {
        var heights: [Double] = []
        var top = 0.0
        forEachLine { _, _, extents in
            // From line to line, not each line's own height: so that the sum is what is drawn.
            let bottom = Double(extents.y + extents.height) / Double(PANGO_SCALE)
            heights.append(bottom - top)
            top = bottom
        }
        return heights
    }

    var inkWidth: Double {
        var extents = PangoRectangle()
        pango_layout_get_extents(layout, nil, &extents)
        return Double(extents.width) / Double(PANGO_SCALE)
    }

    /// Draws the lines so that the first of them begins at `y`.
    func show(_ lines: Range<Int>?, on cairo: OpaquePointer, x: Double, y: Double) {
        guard let lines else {
            cairo_move_to(cairo, x, y)
            pango_cairo_show_layout(cairo, layout)
            return
        }
        var index = 0
        var top: Int32?
        forEachLine { line, baseline, extents in
            defer { index += 1 }
            guard lines.contains(index) else { return }
            let start = top ?? extents.y
            top = start
            cairo_move_to(
                cairo, x + Double(extents.x) / Double(PANGO_SCALE),
                y + Double(baseline - start) / Double(PANGO_SCALE))
            pango_cairo_show_layout_line(cairo, line)
        }
    }

    private func forEachLine(_ body: (UnsafeMutablePointer<PangoLayoutLine>?, Int32, PangoRectangle) -> Void) {
        guard let iterator = pango_layout_get_iter(layout) else { return }
        defer { pango_layout_iter_free(iterator) }
        repeat {
            var extents = PangoRectangle()
            pango_layout_iter_get_line_extents(iterator, nil, &extents)
            body(pango_layout_iter_get_line_readonly(iterator), pango_layout_iter_get_baseline(iterator), extents)
        } while pango_layout_iter_next_line(iterator) != 0
    }

    /// Pango's units are 1/1024 point; sizes are held to a page's.
    private func units(_ points: Double) -> Int32 {
        guard points.isFinite else { return 0 }
        return Int32(min(max(points, -2_000), 2_000) * Double(PANGO_SCALE))
    }
}

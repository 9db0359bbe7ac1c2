import CPango

/// A PDF that is being drawn: owns cairo's surface and the one Pango layout in which all text is measured and drawn.
struct Canvas: ~Copyable {
    private let sink: ByteSink
    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let layout: TextLayout

    init(sheet: Sheet) throws(PrintError) {
        sink = ByteSink(limit: PDF.fileLimit)
        // The sink outlives the surface: `deinit` finishes the surface, and nothing is written after that.
        surface = cairo_pdf_surface_create_for_stream(
            ByteSink.write, Unmanaged.passUnretained(sink).toOpaque(), sheet.width, sheet.height)
        context = cairo_create(surface)
        guard let layout = TextLayout(drawnBy: context) else {
            cairo_destroy(context)
            cairo_surface_finish(surface)
            cairo_surface_destroy(surface)
            throw .noFont
        }
        self.layout = layout
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_finish(surface)
        cairo_surface_destroy(surface)
    }

    /// Heights in points of the lines into which text falls.
    func lines(of text: StyledText, _ style: TextStyle, width: Double) -> [Double] {
        layout.set(text, style, width: width)
        return layout.lineHeights
    }

    /// The width in points of the widest of its lines.
    func width(of text: StyledText, _ style: TextStyle, within width: Double) -> Double {
        layout.set(text, style, width: width)
        return layout.inkWidth
    }

    func draw(_ mark: Mark) {
        switch mark {
        case .text(let text, let style, let x, let y, let width, let lines):
            cairo_set_source_rgb(context, 0, 0, 0)
            layout.set(text, style, width: width)
            layout.show(lines, on: context, x: x, y: y)
        case .rule(let fromX, let fromY, let toX, let toY, let thickness):
            cairo_set_source_rgb(context, 0, 0, 0)
            cairo_set_line_width(context, thickness)
            cairo_set_line_cap(context, CAIRO_LINE_CAP_SQUARE)
            cairo_move_to(context, fromX, fromY)
            cairo_line_to(context, toX, toY)
            cairo_stroke(context)
        case .fill(let x, let y, let width, let height, let shade):
            cairo_set_source_rgb(context, shade, shade, shade)
            cairo_rectangle(context, x, y, width, height)
            cairo_fill(context)
        }
    }

    func describe(title: String, author: String, created: String?) {
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, author)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Giaoban")
        // cairo puts the machine's time where it is given none.
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, created ?? "")
    }

    func finishPage() { cairo_show_page(context) }

    /// The file. Nothing can be drawn afterwards.
    func finish() throws(PrintError) -> [UInt8] {
        let drawn = cairo_status(context)
        cairo_surface_finish(surface)
        guard !sink.isFull else { throw .tooMuchText }
        for status in [drawn, cairo_surface_status(surface)] where status != CAIRO_STATUS_SUCCESS {
            throw .drawing(String(cString: cairo_status_to_string(status)))
        }
        return sink.bytes
    }
}

/// Where cairo writes the file: memory, up to a limit.
private final class ByteSink {
    private(set) var bytes: [UInt8] = []
    private(set) var isFull = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    static let write: cairo_write_func_t = { closure, data, length in
        guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
        let sink = Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
        let chunk = UnsafeBufferPointer(start: data, count: Int(length))
        guard !sink.isFull, chunk.count <= sink.limit - sink.bytes.count else {
            sink.isFull = true
            return CAIRO_STATUS_WRITE_ERROR
        }
        sink.bytes += chunk
        return CAIRO_STATUS_SUCCESS
    }
}

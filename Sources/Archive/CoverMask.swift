import CPango

/// What was drawn on one of cairo's surfaces of 8-bit alpha, as a mask.
enum CoverMask {
    /// How much of each pixel is covered: 0 … 255, row by row; nil where the surface could not be made.
    ///
    /// - Parameters:
    ///   - surface: `CAIRO_FORMAT_A8`, of at least so many pixels; nobody draws on it any more.
    ///   - width: pixels, 0 or more.
    static func bytes(of surface: OpaquePointer, width: Int, height: Int) -> [UInt8]? {
        cairo_surface_flush(surface)
        guard let data = cairo_image_surface_get_data(surface) else { return nil }
        let stride = Int(cairo_image_surface_get_stride(surface))
        var mask: [UInt8] = []
        mask.reserveCapacity(width * height)
        for row in 0..<height { mask += UnsafeBufferPointer(start: data + row * stride, count: width) }
        return mask
    }
}

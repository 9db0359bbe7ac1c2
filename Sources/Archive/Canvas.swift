import CAV

/// The film's picture, YUV 4:2:0, on which others are laid. What nobody draws over stays, from one frame to the next.
final class Canvas {
    /// Luma of the background: a dark grey.
    private static let background: UInt8 = 32
    /// Pixels around a name.
    private static let margin = 6

    let picture: Picture
    private var scalers: [ScalerKey: OpaquePointer] = [:]

    private struct ScalerKey: Hashable {
        var width: Int32
        var height: Int32
        var format: Int32
        var outWidth: Int32
        var outHeight: Int32
    }

    init() throws(ArchiveError) {
        guard let picture = Picture() else { throw .memory }
        self.picture = picture
        picture.frame.pointee.width = Int32(Layout.width)
        picture.frame.pointee.height = Int32(Layout.height)
        picture.frame.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        guard av_frame_get_buffer(picture.frame, 0) == 0 else { throw .memory }
        fill(x: 0, y: 0, width: Layout.width, height: Layout.height)
    }

    deinit { for scaler in scalers.values { sws_freeContext(scaler) } }

    /// Makes sure that an encoder that still holds the last frame is not drawn upon.
    func begin() throws(ArchiveError) {
        guard av_frame_make_writable(picture.frame) == 0 else { throw .memory }
    }

    /// Background over a part, all of whose numbers are even.
    func fill(x: Int, y: Int, width: Int, height: Int) {
        plane(0) {
            rows(from: $0, stride: $1, x: x, y: y, height: height) {
                $0.update(repeating: Self.background, count: width)
            }
        }
        for chroma in 1...2 {
            plane(chroma) {
                rows(from: $0, stride: $1, x: x / 2, y: y / 2, height: height / 2) {
                    $0.update(repeating: 128, count: width / 2)
                }
            }
        }
    }

    /// Lays a picture into a place.
    func draw(_ source: Picture, in place: Layout.Place, isPage: Bool) {
        let part = Self.part(of: place, for: source)
        guard let scaler = scaler(for: source, width: part.width, height: part.height, isPage: isPage) else { return }
        _ = shim_av_scale(scaler, source.frame, picture.frame, Int32(part.x), Int32(part.y))
    }

    /// Lays strokes on a page that ``draw(_:in:isPage:)`` has laid into the place.
    func draw(_ strokes: [Stroke], on source: Picture, in place: Layout.Place) {
        let part = Self.part(of: place, for: source)
        let scale = Double(place.height) / Double(Layout.height)
        var rest = strokes[...]
        while let ink = rest.first?.ink {
            let same = rest.prefix { $0.ink == ink }
            rest = rest.dropFirst(same.count)
            guard let mask = InkMask.draw(same, width: part.width, height: part.height, scale: scale) else { continue }
            lay(ink, mask, on: part)
        }
    }

    private func lay(_ ink: Ink, _ mask: [UInt8], on part: Layout.Place) {
        func blend(_ value: UInt8, _ colour: UInt8, _ cover: Int) -> UInt8 {
            UInt8(clamping: Int(value) + Int(Double((Int(colour) - Int(value)) * cover) * ink.opacity / 255))
        }
        plane(0) { data, stride in
            for row in 0..<part.height {
                let line = data + (part.y + row) * stride + part.x
                for column in 0..<part.width {
                    let cover = Int(mask[row * part.width + column])
                    if cover > 0 { line[column] = blend(line[column], ink.y, cover) }
                }
            }
        }
        for chroma in 1...2 {
            let colour = chroma == 1 ? ink.u : ink.v
            plane(chroma) { data, stride in
                for row in 0..<part.height / 2 {
                    let line = data + (part.y / 2 + row) * stride + part.x / 2
                    for column in 0..<part.width / 2 {
                        let first = 2 * row * part.width + 2 * column
                        let second = first + part.width
                        let cover = Int(mask[first]) + Int(mask[first + 1]) + Int(mask[second]) + Int(mask[second + 1])
                        if cover > 0 { line[column] = blend(line[column], colour, cover / 4) }
                    }
                }
            }
        }
    }

    /// The part of a place that a picture takes: as large as it fits, in its own proportions, in the middle.
    private static func part(of place: Layout.Place, for source: Picture) -> Layout.Place {
        let scale = min(Double(place.width) / Double(source.width), Double(place.height) / Double(source.height))
        let width = max(2, min(place.width, Int((Double(source.width) * scale).rounded())) & ~1)
        let height = max(2, min(place.height, Int((Double(source.height) * scale).rounded())) & ~1)
        return Layout.Place(
            content: place.content, x: place.x + (place.width - width) / 2 & ~1,
            y: place.y + (place.height - height) / 2 & ~1, width: width, height: height)
    }

    private func scaler(for source: Picture, width: Int, height: Int, isPage: Bool) -> OpaquePointer? {
        let key = ScalerKey(
            width: source.frame.pointee.width, height: source.frame.pointee.height,
            format: source.frame.pointee.format, outWidth: Int32(width), outHeight: Int32(height))
        if let scaler = scalers[key] { return scaler }
        // Senders change their sizes now and then; what is not needed any more is made again if it is.
        if scalers.count >= 32 {
            for scaler in scalers.values { sws_freeContext(scaler) }
            scalers.removeAll()
        }
        let scaler = sws_getContext(
            key.width, key.height, AVPixelFormat(key.format), key.outWidth, key.outHeight, AV_PIX_FMT_YUV420P,
            isPage ? SWS_AREA : SWS_FAST_BILINEAR, nil, nil, nil)
        if let scaler { scalers[key] = scaler }
        return scaler
    }

    /// Lays text on a dark box whose left lower corner is at `x`, `bottom`.
    func draw(_ caption: Caption, x: Int, bottom: Int) {
        guard caption.width > 0 else { return }
        let width = (caption.width + 2 * Self.margin + 1) & ~1
        let height = (caption.height + 3) & ~1
        let top = (bottom - height) & ~1
        guard x >= 0, top >= 0, x + width <= Layout.width, bottom <= Layout.height else { return }
        plane(0) { data, stride in
            for row in 0..<height {
                let line = data + (top + row) * stride + x & ~1
                for column in 0..<width { line[column] = line[column] / 3 + 12 }
            }
            for row in 0..<caption.height {
                let line = data + (top + 1 + row) * stride + x & ~1 + Self.margin
                for column in 0..<caption.width {
                    let part = Int(caption.mask[row * caption.width + column])
                    line[column] = UInt8(clamping: Int(line[column]) + (235 - Int(line[column])) * part / 255)
                }
            }
        }
        for chroma in 1...2 {
            plane(chroma) { data, stride in
                for row in 0..<height / 2 {
                    let line = data + (top / 2 + row) * stride + x / 2
                    for column in 0..<width / 2 { line[column] = UInt8(clamping: 128 + (Int(line[column]) - 128) / 3) }
                }
            }
        }
    }

    private func plane(_ index: Int, _ body: (UnsafeMutablePointer<UInt8>, Int) -> Void) {
        let (data, stride) =
            switch index {
            case 0: (picture.frame.pointee.data.0, picture.frame.pointee.linesize.0)
            case 1: (picture.frame.pointee.data.1, picture.frame.pointee.linesize.1)
            default: (picture.frame.pointee.data.2, picture.frame.pointee.linesize.2)
            }
        if let data { body(data, Int(stride)) }
    }

    private func rows(
        from data: UnsafeMutablePointer<UInt8>, stride: Int, x: Int, y: Int, height: Int,
        _ body: (UnsafeMutablePointer<UInt8>) -> Void
    ) {
        for row in y..<y + height { body(data + row * stride + x) }
    }
}

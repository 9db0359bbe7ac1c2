import CAV

/// The film's picture as the low film has it: a quarter as large.
final class LowPicture {
    let picture: Picture
    private let scaler: OpaquePointer

    init() throws(ArchiveError) {
        let form = PictureForm.low
        guard let picture = Picture() else { throw .memory }
        picture.frame.pointee.width = Int32(clamping: form.width)
        picture.frame.pointee.height = Int32(clamping: form.height)
        picture.frame.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        guard av_frame_get_buffer(picture.frame, 0) == 0,
            // The mean of what becomes one pixel: letters stay letters.
            let scaler = sws_getContext(
                Int32(Layout.width), Int32(Layout.height), AV_PIX_FMT_YUV420P, Int32(clamping: form.width),
                Int32(clamping: form.height), AV_PIX_FMT_YUV420P, SWS_AREA, nil, nil, nil)
        else { throw .memory }
        self.picture = picture
        self.scaler = scaler
    }

    deinit { sws_freeContext(scaler) }

    /// - Parameter full: of the film's size.
    func take(_ full: Picture) throws(ArchiveError) {
        // An encoder may still hold the one before.
        guard av_frame_make_writable(picture.frame) == 0 else { throw .memory }
        _ = shim_av_scale(scaler, full.frame, picture.frame, 0, 0)
    }
}

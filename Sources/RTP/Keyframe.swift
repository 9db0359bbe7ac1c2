/// Whether a packet begins a picture that can be decoded without any before it.
///
/// - Parameter payload: the RTP payload without padding. Always false for audio.
public func isKeyframe(codec: Codec, payload: RawSpan) -> Bool {
    switch codec {
    case .opus, .red: false
    case .vp8: VP8Descriptor(parsing: payload)?.isKeyframe ?? false
    case .vp9: VP9Descriptor(parsing: payload)?.isKeyframe ?? false
    case .h264: H264Payload.isKeyframe(payload)
    case .av1: AV1Payload(parsing: payload)?.startsCodedVideoSequence ?? false
    }
}

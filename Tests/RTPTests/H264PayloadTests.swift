import Testing

@testable import RTP

@Suite struct H264PayloadTests {
    @Test func `the kinds of payload are told apart`() {
        #expect(H264Payload(bytes("41 9A")) == .single(type: 1))
        #expect(H264Payload(bytes("78 0001 67")) == .aggregate)
        #expect(H264Payload(bytes("7C 85 88")) == .fragment(type: 5, isStart: true, isEnd: false))
        #expect(H264Payload(bytes("7C 41")) == .fragment(type: 1, isStart: false, isEnd: true))
        #expect(H264Payload(bytes("7D")) == .other(type: 29))
        #expect(H264Payload(bytes("7C")) == nil)
        #expect(H264Payload(bytes("")) == nil)
    }

    @Test(arguments: [
        "67 42", "65 88", "7C 85 88", "78 0002 6742 0002 68CE", "78 0001 09 0002 6588", "7C 87 42",
    ])
    func `a parameter set or the first slice of an IDR picture begins a keyframe`(text: String) {
        #expect(isKeyframe(.h264, bytes(text)))
    }

    @Test(arguments: [
        // Inter slice, later slice, later fragment, unit that reaches past the aggregate, nothing.
        "41 9A", "65 48", "7C 05 88", "78 0002 6143 0009 6588", "78 0000 0001 67", "78", "65", "",
    ])
    func `anything else does not`(text: String) {
        #expect(!isKeyframe(.h264, bytes(text)))
    }

    @Test func `the units of an aggregate are walked`() {
        let payload = bytes("78 0002 6742 0001 68 0005 65")
        #expect(H264Payload.UnitIterator().all(in: payload) == [3..<5, 7..<8])
    }
}

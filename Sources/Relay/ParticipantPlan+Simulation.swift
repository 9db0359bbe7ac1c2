import ICE
import RTP

/// Plans without an offer, for simulations: nothing in them is random, so that a run can be repeated.
extension ParticipantPlan {
    /// What a simulated client numbers its codecs.
    package enum SimulatedType {
        package static let (opus, red): (UInt8, UInt8) = (111, 63)
        package static let (vp8, rtx): (UInt8, UInt8) = (96, 97)
    }

    /// A track that the client sends, with the SSRCs of its layers, lowest first (0: none).
    package struct SimulatedTrack {
        var role: TrackRole
        var ssrcs: [(media: UInt32, rtx: UInt32)]

        package init(role: TrackRole, ssrcs: [(media: UInt32, rtx: UInt32)]) {
            self.role = role
            self.ssrcs = ssrcs
        }
    }

    /// A slot of the client; its mid is the text of `mid`.
    package struct SimulatedSlot {
        var role: TrackRole
        var mid: Int
        var ssrc: UInt32
        var rtxSSRC: UInt32

        package init(role: TrackRole, mid: Int, ssrc: UInt32, rtxSSRC: UInt32) {
            self.role = role
            self.mid = mid
            self.ssrc = ssrc
            self.rtxSSRC = rtxSSRC
        }
    }

    /// The plan of a page whose offer and answer are not written.
    package init(
        simulated id: ParticipantID, room: String, local: ICECredentials, remote: ICECredentials,
        extensions: HeaderExtensionMap, tracks: [SimulatedTrack], slots: [SimulatedSlot], line: KnownLine
    ) {
        let rids = ["q", "h", "f"]
        self.init(
            id: id, room: room, displayName: "", site: "", mode: .page, localCredentials: local,
            remoteUfrag: remote.ufrag, remotePassword: remote.password, fingerprints: [], extensions: extensions,
            tracks: tracks.enumerated().map { position, track in
                Track(
                    mid: "track-\(position)", role: track.role, codecs: Self.codecs(track.role),
                    rids: track.ssrcs.count > 1 ? Array(rids.prefix(track.ssrcs.count)) : [], ssrcs: track.ssrcs)
            },
            slots: slots.map { slot in
                ReceivingSection(
                    mid: String(slot.mid), role: slot.role, ssrc: slot.ssrc, rtxSSRC: slot.rtxSSRC,
                    codecs: Self.codecs(slot.role), hasTransportSequence: true)
            }, line: line)
    }

    private static func codecs(_ role: TrackRole) -> [NegotiatedCodec] {
        if role.isVideo {
            return [
                NegotiatedCodec(
                    codec: .vp8, variant: 0, payloadType: SimulatedType.vp8, rtxPayloadType: SimulatedType.rtx,
                    hasNACK: true, hasPLI: true)
            ]
        }
        return [
            NegotiatedCodec(
                codec: .opus, variant: 0, payloadType: SimulatedType.opus, rtxPayloadType: nil, hasNACK: false,
                hasPLI: false),
            NegotiatedCodec(
                codec: .red, variant: 0, payloadType: SimulatedType.red, rtxPayloadType: nil, hasNACK: false,
                hasPLI: false),
        ]
    }
}

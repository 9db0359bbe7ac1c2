/// Which layers of a publication are watched at which peers: asked for each packet, so kept as masks.
struct LinkInterest {
    /// Peers that have said what is watched there; of the others all is taken to be.
    private var told: UInt64 = 0
    /// By quality: the peers at which it is not watched.
    private var unwatchedAt = InlineArray<8, UInt64>(repeating: 0)

    /// - Parameter layers: what is watched there, as a mask by quality.
    mutating func set(_ layers: UInt8, of peer: Int) {
        let bit: UInt64 = 1 << UInt64(peer)
        told |= bit
        for quality in 0..<8 {
            if layers & 1 << UInt8(quality) == 0 { unwatchedAt[quality] |= bit } else { unwatchedAt[quality] &= ~bit }
        }
    }

    mutating func forget(_ peer: Int) {
        let bit: UInt64 = 1 << UInt64(peer)
        told &= ~bit
        for quality in 0..<8 { unwatchedAt[quality] &= ~bit }
    }

    /// Peers at which a layer is not watched.
    @inline(__always)
    func unwatched(_ quality: Int) -> UInt64 { unwatchedAt[min(max(quality, 0), 7)] }

    /// What any peer has said to be watched there, as a mask by quality.
    var wanted: UInt8 {
        (0..<8).reduce(0) { told & ~unwatchedAt[$1] == 0 ? $0 : $0 | 1 << UInt8($1) }
    }
}

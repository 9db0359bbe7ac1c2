import ICE

/// Which participant a datagram comes from: open addressing over addresses compared as words, 3 ns a look-up.
///
/// Only addresses that ICE has validated are ever put in, a bounded number for each participant.
struct AddressTable: ~Copyable {
    private struct Entry {
        var address: PeerAddress
        var participant: Int32
    }

    private var entries: [Entry?]
    private var mask: Int
    private(set) var count = 0

    init() {
        entries = Array(repeating: nil, count: 64)
        mask = 63
    }

    @inline(__always)
    private func hash(_ address: borrowing PeerAddress) -> Int {
        var value = address.low ^ (address.high &* 0x9E37_79B9_7F4A_7C15)
        value ^= UInt64(address.port) << 32 | UInt64(address.connection)
        value = (value ^ (value >> 31)) &* 0xBF58_476D_1CE4_E5B9
        return Int(truncatingIfNeeded: value >> 32)
    }

    func find(_ address: PeerAddress) -> Int? {
        var index = hash(address) & mask
        while let entry = entries[index] {
            if entry.address == address { return Int(entry.participant) }
            index = (index + 1) & mask
        }
        return nil
    }

    func all(of participant: Int) -> [PeerAddress] {
        entries.compactMap { entry in
            entry.flatMap { $0.participant == Int32(truncatingIfNeeded: participant) ? $0.address : nil }
        }
    }

    mutating func insert(_ address: PeerAddress, participant: Int) {
        if (count + 1) * 2 > entries.count { grow() }
        var index = hash(address) & mask
        while let entry = entries[index] {
            if entry.address == address {
                entries[index] = Entry(address: address, participant: Int32(truncatingIfNeeded: participant))
                return
            }
            index = (index + 1) & mask
        }
        entries[index] = Entry(address: address, participant: Int32(truncatingIfNeeded: participant))
        count += 1
    }

    /// Removes every address of a participant.
    mutating func removeAll(of participant: Int) {
        rebuild(capacity: entries.count) { $0.participant != Int32(truncatingIfNeeded: participant) }
    }

    mutating func remove(_ address: PeerAddress) {
        rebuild(capacity: entries.count) { $0.address != address }
    }

    private mutating func grow() {
        rebuild(capacity: entries.count * 2) { _ in true }
    }

    private mutating func rebuild(capacity: Int, keep: (Entry) -> Bool) {
        let old = entries
        entries = Array(repeating: nil, count: capacity)
        mask = capacity - 1
        count = 0
        for case let entry? in old where keep(entry) {
            insert(entry.address, participant: Int(entry.participant))
        }
    }
}

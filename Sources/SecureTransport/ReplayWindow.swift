/// The last 128 packet indices that have been accepted (RFC 3711 §3.3.2).
struct ReplayWindow {
    private var highest: UInt64 = 0
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    private(set) var isEmpty = true

    var newest: UInt64 { highest }

    /// Whether an index was seen before, or is too old to tell.
    func isReplayed(_ index: UInt64) -> Bool {
        guard !isEmpty, index <= highest else { return false }
        let age = highest &- index
        if age >= 128 { return true }
        return age < 64 ? low >> age & 1 == 1 : high >> (age &- 64) & 1 == 1
    }

    /// Notes an index whose packet has been authenticated.
    mutating func accept(_ index: UInt64) {
        if isEmpty {
            isEmpty = false
            highest = index
            low = 1
            return
        }
        if index > highest {
            let shift = index &- highest
            highest = index
            if shift >= 128 {
                (low, high) = (1, 0)
            } else if shift >= 64 {
                high = shift == 64 ? low : low << (shift &- 64)
                low = 1
            } else {
                high = high << shift | low >> (64 &- shift)
                low = low << shift | 1
            }
            return
        }
        let age = highest &- index
        if age < 64 {
            low |= 1 << age
        } else if age < 128 {
            high |= 1 << (age &- 64)
        }
    }
}

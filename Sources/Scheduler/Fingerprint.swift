/// FNV-1a of 64 bits (Fowler, Noll, Vo): tells two states of a page apart. It keeps no secret and withstands no attack.
func fingerprint(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}

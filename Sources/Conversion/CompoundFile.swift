/// Files of Office 97 to 2003, and encrypted ones of later years: compound files ([MS-CFB]).
enum CompoundFile {
    static let signature: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]

    /// Whether it asks for a password, as far as that shows without unpacking it: a part that only encrypted files have
    /// ([MS-OFFCRYPTO] §2.3.4.4, [MS-PPT] §2.1.3), or a document's head that says so, where writers put it first
    /// ([MS-DOC] §2.5.2 fEncrypted, [MS-XLS] §2.4.117 FilePass).
    static func asksForPassword(_ file: [UInt8]) -> Bool {
        guard file.starts(with: signature) else { return false }
        for part in ["EncryptedPackage", "EncryptedSummary"] {
            // Names are UTF-16, little-endian.
            if file.contains(part.utf8.flatMap { [$0, 0] }) { return true }
        }
        guard file.count > 1024 else { return false }
        let head = file[512..<1024]
        if head.starts(with: [0xEC, 0xA5]) { return file[512 + 11] & 0x01 != 0 }
        guard head.starts(with: [0x09, 0x08]) else { return false }
        // A record's type, its length, its content ([MS-XLS] §2.1.4); FilePass is among the first.
        var place = 512
        for _ in 0..<8 where place + 4 <= 1020 {
            if file[place] == 0x2F, file[place + 1] == 0 { return true }
            place += 4 + Int(file[place + 2]) + Int(file[place + 3]) << 8
        }
        return false
    }
}

/// Where the pictures of a TIFF file are (TIFF 6.0 §2): scanners and fax machines put a page in each.
///
/// A file whose head names another place as that of its first picture is a file that begins with that picture: so programs
/// that read only the first one draw them all.
struct TIFFPictures: Equatable, Sendable {
    /// Each as the four bytes that stand in the head, in the file's own order.
    let places: [[UInt8]]

    /// - Returns: nil where it is no such file; at most `most` and one more pictures.
    init?(_ file: [UInt8], most: Int) {
        let isLittle = file.starts(with: [0x49, 0x49, 42, 0])
        guard isLittle || file.starts(with: [0x4D, 0x4D, 0, 42]), file.count >= 8 else { return nil }
        func number(_ place: Int, _ count: Int) -> Int? {
            guard place >= 0, place <= file.count - count else { return nil }
            return (0..<count).reduce(0) { $0 | Int(file[place + $1]) << (8 * (isLittle ? $1 : count - 1 - $1)) }
        }
        var places: [[UInt8]] = []
        var seen: Set<Int> = []
        var head = 4
        while let place = number(head, 4), place > 0, seen.insert(place).inserted, places.count <= most,
            let fields = number(place, 2), number(place + 2 + fields * 12, 4) != nil
        {
            places.append(Array(file[head..<(head + 4)]))
            head = place + 2 + fields * 12
        }
        guard !places.isEmpty else { return nil }
        self.places = places
    }

    /// As the shell's printf writes them.
    var octal: [String] {
        places.map { place in
            place.map { byte in
                let digits = String(byte, radix: 8)
                return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }.joined()
        }
    }
}

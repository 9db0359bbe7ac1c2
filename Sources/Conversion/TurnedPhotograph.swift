/// A photograph that its camera took while it was turned: the pixels lie as they came from the sensor, and a number says how
/// they are to be seen (EXIF 2.32 §4.6.4, tag 0x0112). The programs that draw pictures do not look at it.
struct TurnedPhotograph: Equatable, Sendable {
    /// 2 to 8. 1 is upright, and no such photograph.
    let orientation: Int
    /// Of the pixels as they are kept.
    let width: Int
    let height: Int
    /// 1 is grey, 3 is coloured.
    let components: Int

    /// - Returns: nil where a file is no JPEG file (ITU-T T.81 Annex B), lies upright already, or has other colours.
    init?(_ file: [UInt8]) {
        guard file.starts(with: [0xFF, 0xD8]) else { return nil }
        func number(_ place: Int) -> Int? {
            guard place >= 0, place <= file.count - 2 else { return nil }
            return Int(file[place]) << 8 | Int(file[place + 1])
        }
        var orientation: Int?
        var place = 2
        while let marker = number(place), marker >> 8 == 0xFF {
            // A segment may be preceded by fill bytes (§B.1.1.2).
            if marker == 0xFFFF {
                place += 1
                continue
            }
            guard let length = number(place + 2), length >= 2, place + 2 + length <= file.count else { return nil }
            let body = file[(place + 4)..<(place + 2 + length)]
            switch marker {
            case 0xFFE1 where orientation == nil: orientation = Self.orientation(Array(body))
            // A frame (§B.2.2); the numbers between are tables (DHT, JPG, DAC).
            case 0xFFC0...0xFFCF where ![0xFFC4, 0xFFC8, 0xFFCC].contains(marker):
                guard let orientation, (2...8).contains(orientation), let height = number(place + 5),
                    let width = number(place + 7), width > 0, height > 0, length >= 8
                else { return nil }
                components = Int(file[place + 9])
                guard components == 1 || components == 3 else { return nil }
                (self.orientation, self.width, self.height) = (orientation, width, height)
                return
            // Pixels begin.
            case 0xFFDA: return nil
            default: break
            }
            place += 2 + length
        }
        return nil
    }

    /// The number in an APP1 segment: a TIFF file of its own (EXIF 2.32 §4.5.2, TIFF 6.0 §2).
    private static func orientation(_ segment: [UInt8]) -> Int? {
        guard segment.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) else { return nil }
        let tiff = Array(segment.dropFirst(6))
        let isLittle = tiff.starts(with: [0x49, 0x49, 42, 0])
        guard isLittle || tiff.starts(with: [0x4D, 0x4D, 0, 42]) else { return nil }
        func number(_ place: Int, _ count: Int) -> Int? {
            guard place >= 0, place <= tiff.count - count else { return nil }
            return (0..<count).reduce(0) { $0 | Int(tiff[place + $1]) << (8 * (isLittle ? $1 : count - 1 - $1)) }
        }
        guard let table = number(4, 4), let fields = number(table, 2) else { return nil }
        for field in 0..<fields {
            let place = table + 2 + field * 12
            guard let tag = number(place, 2) else { return nil }
            if tag == 0x0112 { return number(place + 8, 2) }
        }
        return nil
    }

    /// As it is to be seen, in points: the longer side has 1,000.
    var size: (width: Double, height: Double) {
        let (across, down) = orientation >= 5 ? (height, width) : (width, height)
        let scale = 1000 / Double(max(across, down))
        return (Double(across) * scale, Double(down) * scale)
    }

    /// A PDF file of one page that shows the photograph upright. Its pixels are taken as they are compressed (ISO 32000-1
    /// §7.4.8), so that nothing of them is lost.
    func page(of file: [UInt8]) -> [UInt8] {
        let (width, height) = size
        // The unit square in which a picture is drawn (§8.9.5) is laid onto the page: turned, mirrored, or both.
        let matrix: [Double] =
            switch orientation {
            case 2: [-width, 0, 0, height, width, 0]
            case 3: [-width, 0, 0, -height, width, height]
            case 4: [width, 0, 0, -height, 0, height]
            case 5: [0, -height, -width, 0, width, height]
            case 6: [0, -height, width, 0, 0, height]
            case 7: [0, height, width, 0, 0, 0]
            case 8: [0, height, -width, 0, width, 0]
            default: [width, 0, 0, height, 0, 0]
            }
        let drawing = matrix.map(digits).joined(separator: " ") + " cm /P Do"
        let colours = components == 1 ? "DeviceGray" : "DeviceRGB"
        let parts: [(head: String, stream: [UInt8]?)] = [
            ("<</Type/Catalog/Pages 2 0 R>>", nil),
            ("<</Type/Pages/Count 1/Kids[3 0 R]>>", nil),
            (
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 \(digits(width)) \(digits(height))]/Contents 4 0 R/Resources<</XObject<</P 5 0 R>>>>>>",
                nil
            ),
            ("<</Length \(drawing.utf8.count)>>", Array(drawing.utf8)),
            (
                "<</Type/XObject/Subtype/Image/Width \(self.width)/Height \(self.height)/ColorSpace/\(colours)/BitsPerComponent 8/Filter/DCTDecode/Length \(file.count)>>",
                file
            ),
        ]
        var bytes = Array("%PDF-1.4\n".utf8)
        var places: [Int] = []
        for (index, part) in parts.enumerated() {
            places.append(bytes.count)
            bytes += Array("\(index + 1) 0 obj\n\(part.head)\n".utf8)
            if let stream = part.stream { bytes += Array("stream\n".utf8) + stream + Array("\nendstream\n".utf8) }
            bytes += Array("endobj\n".utf8)
        }
        let table = bytes.count
        let lines = places.map { place in
            let text = String(place)
            return String(repeating: "0", count: max(0, 10 - text.count)) + text + " 00000 n \n"
        }
        bytes += Array("xref\n0 6\n0000000000 65535 f \n\(lines.joined())".utf8)
        return bytes + Array("trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n\(table)\n%%EOF\n".utf8)
    }

    /// Sides have 1,000 points at most: hundredths without an exponent.
    private func digits(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let rest = abs(hundredths % 100)
        return "\(hundredths < 0 ? "-" : "")\(abs(hundredths / 100)).\(rest < 10 ? "0" : "")\(rest)"
    }
}

/// Values as they are written into a file (ISO 32000-1 §7.3). Equal values give equal bytes.
enum PDFWriting {
    static func write(_ value: PDFObject, into out: inout [UInt8]) {
        switch value {
        case .null: out += "null".utf8
        case .boolean(let value): out += (value ? "true" : "false").utf8
        case .integer(let value): out += String(value).utf8
        case .real(let text): out += text
        case .string(let bytes): out += hexadecimal(bytes)
        case .name(let name): write(name, into: &out)
        case .array(let values):
            out.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { out.append(UInt8(ascii: " ")) }
                write(value, into: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .dictionary(let dictionary): write(dictionary, into: &out)
        case .stream(let stream):
            var dictionary = stream.dictionary
            dictionary["Length"] = .integer(stream.data.count)
            write(dictionary, into: &out)
            out += "\nstream\n".utf8
            out += stream.data
            out += "\nendstream".utf8
        case .reference(let reference): out += "\(reference.number) \(reference.generation) R".utf8
        }
    }

    private static func write(_ dictionary: PDFDictionary, into out: inout [UInt8]) {
        out += "<<".utf8
        for (name, value) in dictionary.sorted(by: { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }) {
            write(name, into: &out)
            out.append(UInt8(ascii: " "))
            write(value, into: &out)
        }
        out += ">>".utf8
    }

    private static func write(_ name: PDFName, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "/"))
        for byte in name.bytes {
            if (0x21...0x7E).contains(byte), byte != UInt8(ascii: "#"), !PDFScanner.isDelimiter(byte) {
                out.append(byte)
            } else {
                out += [UInt8(ascii: "#"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    /// `<0AFF>`.
    static func hexadecimal(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var out: [UInt8] = [UInt8(ascii: "<")]
        out.reserveCapacity(bytes.count * 2 + 2)
        for byte in bytes {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        out.append(UInt8(ascii: ">"))
        return out
    }

    /// A text string (§7.9.2.2): UTF-16 with its mark.
    static func text(_ text: String) -> PDFObject {
        .string(
            [0xFE, 0xFF] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] })
    }

    /// What a text string says: UTF-16, UTF-8 (ISO 32000-2) or, near enough to PDFDocEncoding, Latin-1.
    static func text(of bytes: [UInt8]) -> String {
        if bytes.starts(with: [0xFE, 0xFF]) {
            let units = stride(from: 2, to: bytes.count - 1, by: 2).map {
                UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
            }
            return String(decoding: units, as: UTF16.self)
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: bytes.dropFirst(3), as: UTF8.self) }
        return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}

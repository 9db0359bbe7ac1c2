/// Reads values from bytes (ISO 32000-1 §7.2, §7.3). Every step is bounds-checked; what is not as it has to be is an
/// error with its place.
struct PDFScanner {
    let bytes: [UInt8]
    var position: Int

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    var damage: SigningError { .damaged(at: position) }

    func byte(_ ahead: Int = 0) -> UInt8? {
        let (place, overflow) = position.addingReportingOverflow(ahead)
        return !overflow && bytes.indices.contains(place) ? bytes[place] : nil
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        switch byte {
        case 0, 9, 10, 12, 13, 32: true
        default: false
        }
    }

    static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "/"), UInt8(ascii: "%"):
            true
        default: false
        }
    }

    /// Passes by white space and comments.
    mutating func skipSpace() {
        while let byte = byte() {
            if byte == UInt8(ascii: "%") {
                while let byte = self.byte(), byte != 10, byte != 13 { position += 1 }
            } else if Self.isSpace(byte) {
                position += 1
            } else {
                return
            }
        }
    }

    /// Passes by a word, where it is the next one and ends there.
    mutating func take(_ word: StaticString) -> Bool {
        skipSpace()
        let length = word.utf8CodeUnitCount
        guard position >= 0, length <= bytes.count - position else { return false }
        let fits = word.withUTF8Buffer { bytes[position..<position + length].elementsEqual($0) }
        if let next = byte(length), !Self.isSpace(next), !Self.isDelimiter(next) { return false }
        if fits { position += length }
        return fits
    }

    /// A whole number of at most 18 digits.
    mutating func takeInteger() -> Int? {
        skipSpace()
        let start = position
        var negative = false
        if byte() == UInt8(ascii: "-") || byte() == UInt8(ascii: "+") {
            negative = byte() == UInt8(ascii: "-")
            position += 1
        }
        var value = 0
        var digits = 0
        while let byte = byte(), (48...57).contains(byte), digits < 18 {
            value = value * 10 + Int(byte - 48)
            digits += 1
            position += 1
        }
        if digits > 0, byte().map({ Self.isSpace($0) || Self.isDelimiter($0) }) ?? true {
            return negative ? -value : value
        }
        position = start
        return nil
    }

    mutating func object(depth: Int = 0) throws(SigningError) -> PDFObject {
        guard depth < SigningLimits.depth else { throw damage }
        skipSpace()
        guard let first = byte() else { throw damage }
        switch first {
        case UInt8(ascii: "/"): return .name(try takeName())
        case UInt8(ascii: "("): return .string(try literalString())
        case UInt8(ascii: "["):
            position += 1
            var values: [PDFObject] = []
            while true {
                skipSpace()
                if byte() == UInt8(ascii: "]") { break }
                values.append(try object(depth: depth + 1))
            }
            position += 1
            return .array(values)
        case UInt8(ascii: "<"):
            if byte(1) == UInt8(ascii: "<") { return .dictionary(try dictionary(depth: depth)) }
            return .string(try hexadecimalString())
        default:
            if take("true") { return .boolean(true) }
            if take("false") { return .boolean(false) }
            if take("null") { return .null }
            return try numberOrReference()
        }
    }

    private mutating func dictionary(depth: Int) throws(SigningError) -> PDFDictionary {
        position += 2
        var entries: PDFDictionary = [:]
        while true {
            skipSpace()
            if byte() == UInt8(ascii: ">"), byte(1) == UInt8(ascii: ">") { break }
            let key = try takeName()
            let value = try object(depth: depth + 1)
            // One key with two values says one thing to one reader and something else to another.
            guard entries.updateValue(value, forKey: key) == nil else { throw damage }
        }
        position += 2
        return entries
    }

    private mutating func numberOrReference() throws(SigningError) -> PDFObject {
        if let value = takeInteger() {
            let after = position
            if value > 0, value <= PDFReference.highest, let generation = takeInteger(),
                (0...65_535).contains(generation),
                take("R")
            {
                return .reference(PDFReference(number: value, generation: generation))
            }
            position = after
            return .integer(value)
        }
        let start = position
        while let byte = byte(), !Self.isSpace(byte), !Self.isDelimiter(byte), position - start < 64 { position += 1 }
        let text = bytes[start..<position]
        let allowed = text.allSatisfy { (48...57).contains($0) || $0 == 43 || $0 == 45 || $0 == 46 }
        guard allowed, text.contains(where: { (48...57).contains($0) }) else {
            position = start
            throw damage
        }
        return .real(Array(text))
    }

    mutating func takeName() throws(SigningError) -> PDFName {
        guard byte() == UInt8(ascii: "/") else { throw damage }
        position += 1
        var name: [UInt8] = []
        while let byte = byte(), !Self.isSpace(byte), !Self.isDelimiter(byte) {
            if byte == UInt8(ascii: "#"), let high = self.byte(1).flatMap(Self.digit),
                let low = self.byte(2).flatMap(Self.digit)
            {
                name.append(high << 4 | low)
                position += 3
            } else {
                name.append(byte)
                position += 1
            }
        }
        return PDFName(name)
    }

    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    mutating func hexadecimalString() throws(SigningError) -> [UInt8] {
        guard byte() == UInt8(ascii: "<") else { throw damage }
        position += 1
        var digits: [UInt8] = []
        while let byte = byte(), byte != UInt8(ascii: ">") {
            if let digit = Self.digit(byte) {
                digits.append(digit)
            } else if !Self.isSpace(byte) {
                throw damage
            }
            position += 1
        }
        guard byte() != nil else { throw damage }
        position += 1
        if digits.count % 2 == 1 { digits.append(0) }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// §7.3.4.2.
    private mutating func literalString() throws(SigningError) -> [UInt8] {
        position += 1
        var text: [UInt8] = []
        var open = 1
        while let byte = byte() {
            position += 1
            switch byte {
            case UInt8(ascii: "("):
                open += 1
                text.append(byte)
            case UInt8(ascii: ")"):
                open -= 1
                if open == 0 { return text }
                text.append(byte)
            case UInt8(ascii: "\\"): escape(into: &text)
            case 13:
                // The end of a line is one line feed, however it is written.
                if self.byte() == 10 { position += 1 }
                text.append(10)
            default: text.append(byte)
            }
        }
        throw damage
    }

    private mutating func escape(into text: inout [UInt8]) {
        guard let byte = byte() else { return }
        position += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case 13: if self.byte() == 10 { position += 1 }
        case 10: break
        case 48...55:
            var value = Int(byte - 48)
            var count = 1
            while count < 3, let next = self.byte(), (48...55).contains(next) {
                value = value * 8 + Int(next - 48)
                count += 1
                position += 1
            }
            text.append(UInt8(truncatingIfNeeded: value))
        default: text.append(byte)
        }
    }
}

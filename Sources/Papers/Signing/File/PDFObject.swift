/// A value in a PDF file (ISO 32000-1 §7.3).
indirect enum PDFObject: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    /// As it was written, so that it is written again without a loss.
    case real([UInt8])
    case string([UInt8])
    case name(PDFName)
    case array([PDFObject])
    case dictionary(PDFDictionary)
    case stream(PDFStream)
    case reference(PDFReference)

    var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    var name: PDFName? { if case .name(let value) = self { value } else { nil } }
    var string: [UInt8]? { if case .string(let value) = self { value } else { nil } }
    var array: [PDFObject]? { if case .array(let value) = self { value } else { nil } }
    var reference: PDFReference? { if case .reference(let value) = self { value } else { nil } }
    var stream: PDFStream? { if case .stream(let value) = self { value } else { nil } }

    /// A dictionary, or that of a stream.
    var dictionary: PDFDictionary? {
        switch self {
        case .dictionary(let value): value
        case .stream(let value): value.dictionary
        default: nil
        }
    }

    /// A number; nil for others.
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let text): Double(String(decoding: text, as: UTF8.self))
        default: nil
        }
    }

    /// A number with two digits after the point.
    static func number(_ value: Double) -> PDFObject {
        let hundredths = Int((min(max(value, -1e9), 1e9) * 100).rounded())
        let rest = abs(hundredths % 100)
        let sign = hundredths < 0 ? "-" : ""
        let text = "\(sign)\(abs(hundredths / 100)).\(rest < 10 ? "0" : "")\(rest)"
        return .real(Array(text.utf8))
    }
}

/// A name (§7.3.5), without its solidus and its `#xx` undone.
struct PDFName: Hashable, Sendable, ExpressibleByStringLiteral {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }
    init(stringLiteral text: StaticString) { bytes = text.withUTF8Buffer { Array($0) } }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

typealias PDFDictionary = [PDFName: PDFObject]

/// A dictionary with bytes (§7.3.8), which stay packed as they are in the file.
struct PDFStream: Hashable, Sendable {
    var dictionary: PDFDictionary
    var data: ArraySlice<UInt8>
}

/// The name of an indirect object (§7.3.10).
struct PDFReference: Hashable, Sendable {
    var number: Int
    var generation: Int

    /// The highest number: ten digits would not be read by others.
    static let highest = 8_388_607
}

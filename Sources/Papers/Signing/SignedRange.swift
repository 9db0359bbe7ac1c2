/// What a signature covers (ISO 32000-1 §12.8.1, `ByteRange`): the file from its begin to some place, but for the
/// signature's own digits.
struct SignedRange: Hashable {
    /// The digits, with their brackets.
    var gap: Range<Int>
    /// Where what is covered ends.
    var end: Int
    /// Bytes of the file.
    private var count: Int

    var coversAll: Bool { end == count }

    /// - Returns: nil where it leaves out anything but one hexadecimal string. Else what stands in the hole could be
    ///   anything, unsigned.
    init?(_ value: PDFObject?, in bytes: [UInt8]) {
        guard let numbers = value?.array?.compactMap(\.integer), numbers.count == 4, numbers[0] == 0,
            numbers.allSatisfy({ (0...bytes.count).contains($0) }), numbers[1] < numbers[2],
            numbers[3] <= bytes.count - numbers[2]
        else { return nil }
        gap = numbers[1]..<numbers[2]
        end = numbers[2] + numbers[3]
        count = bytes.count
        var scanner = PDFScanner(bytes, at: gap.lowerBound)
        guard (try? scanner.hexadecimalString()) != nil, scanner.position == gap.upperBound else { return nil }
    }
}

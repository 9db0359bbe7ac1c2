import CZlib

/// Streams that are packed with DEFLATE (ISO 32000-1 §7.4.4), as cross-reference and object streams are.
enum PDFUnpacking {
    /// The plain bytes of a stream.
    ///
    /// - Parameter budget: bytes that may still be unpacked; what is unpacked is taken from it.
    static func bytes(of stream: PDFStream, budget: inout Int) throws(SigningError) -> [UInt8] {
        var filter = stream.dictionary["Filter"]
        var parameters = stream.dictionary["DecodeParms"]
        if case .array(let filters) = filter {
            guard filters.count <= 1 else { throw .unsupported("Filter") }
            filter = filters.first
            if case .array(let several) = parameters { parameters = several.first }
        }
        switch filter {
        case nil, .null: return Array(stream.data)
        case .name("FlateDecode"):
            let plain = try inflate(stream.data, budget: &budget)
            return try undo(parameters?.dictionary ?? [:], in: plain)
        case .name(let name): throw .unsupported(name.text)
        default: throw .unsupported("Filter")
        }
    }

    private static func inflate(_ data: ArraySlice<UInt8>, budget: inout Int) throws(SigningError) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit_(&stream, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .tooLarge
        }
        defer { inflateEnd(&stream) }
        var input = Array(data)
        var plain: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let whole = input.withUnsafeMutableBufferPointer { input in
            // zlib reads through these pointers only inside this closure, in which both buffers stay where they are.
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(clamping: input.count)
            return chunk.withUnsafeMutableBufferPointer { chunk in
                while true {
                    stream.next_out = chunk.baseAddress
                    stream.avail_out = UInt32(clamping: chunk.count)
                    let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                    let count = chunk.count - Int(stream.avail_out)
                    guard count <= budget else { return false }
                    budget -= count
                    plain.append(contentsOf: chunk.prefix(count))
                    if status == Z_STREAM_END { return true }
                    if status != Z_OK || (count == 0 && stream.avail_in == 0) { return false }
                }
            }
        }
        guard whole else { throw budget < chunk.count ? .tooLarge : .damaged(at: data.startIndex) }
        return plain
    }

    /// Undoes PNG's predictors (§7.4.4.4), which say each row by the one above it.
    private static func undo(_ parameters: PDFDictionary, in plain: [UInt8]) throws(SigningError) -> [UInt8] {
        let predictor = parameters["Predictor"]?.integer ?? 1
        if predictor == 1 { return plain }
        guard (10...15).contains(predictor), (parameters["Colors"]?.integer ?? 1) == 1,
            (parameters["BitsPerComponent"]?.integer ?? 8) == 8
        else { throw .unsupported("Predictor") }
        let columns = parameters["Columns"]?.integer ?? 1
        guard (1...4096).contains(columns) else { throw .unsupported("Columns") }
        var result: [UInt8] = []
        result.reserveCapacity(plain.count)
        var above = [UInt8](repeating: 0, count: columns)
        var start = 0
        while plain.count - start > columns {
            let kind = plain[start]
            var row = Array(plain[start + 1...start + columns])
            for index in 0..<columns {
                let left = index > 0 ? row[index - 1] : 0
                let up = above[index]
                let corner = index > 0 ? above[index - 1] : 0
                switch kind {
                case 0: break
                case 1: row[index] &+= left
                case 2: row[index] &+= up
                case 3: row[index] &+= UInt8((Int(left) + Int(up)) / 2)
                case 4: row[index] &+= paeth(Int(left), Int(up), Int(corner))
                default: throw .damaged(at: start)
                }
            }
            result += row
            above = row
            start += columns + 1
        }
        return result
    }

    /// PNG's (ISO/IEC 15948 §9.4).
    private static func paeth(_ left: Int, _ up: Int, _ corner: Int) -> UInt8 {
        let estimate = left + up - corner
        let (toLeft, toUp, toCorner) = (abs(estimate - left), abs(estimate - up), abs(estimate - corner))
        let nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
        return UInt8(truncatingIfNeeded: nearest)
    }
}

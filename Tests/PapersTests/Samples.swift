import CZlib

@testable import Papers

/// Small PDF files, written by hand.
enum Samples {
    /// One page of A4, with a cross-reference table.
    static func table(page: String = "", catalog: String = "", trailer: String = "") -> [UInt8] {
        var out = Array("%PDF-1.6\n%\u{e2}\u{e3}\n".utf8)
        let bodies = bodies(page: page, catalog: catalog)
        var offsets: [Int] = []
        for (index, body) in bodies.enumerated() {
            offsets.append(out.count)
            out += "\(index + 1) 0 obj\n\(body)\nendobj\n".utf8
        }
        let start = out.count
        out += "xref\n0 \(bodies.count + 1)\n0000000000 65535 f \n".utf8
        for offset in offsets { out += "\(padded(offset)) 00000 n \n".utf8 }
        out += "trailer\n<</Size \(bodies.count + 1)/Root 1 0 R\(trailer)>>\nstartxref\n\(start)\n%%EOF\n".utf8
        return out
    }

    /// The same with a cross-reference stream; catalog, tree of pages and page are in an object stream. Both are packed,
    /// the first with a predictor.
    static func streams() -> [UInt8] {
        var out = Array("%PDF-1.6\n".utf8)
        let bodies = bodies(page: "", catalog: "")
        let content = out.count
        out += "4 0 obj\n\(bodies[3])\nendobj\n".utf8
        var heads = ""
        var texts = ""
        for (index, body) in bodies.prefix(3).enumerated() {
            heads += "\(index + 1) \(texts.utf8.count) "
            texts += body + " "
        }
        let objects = packed(Array((heads + texts).utf8))
        let stream = out.count
        out +=
            "5 0 obj\n<</Type/ObjStm/N 3/First \(heads.utf8.count)/Filter/FlateDecode/Length \(objects.count)>>stream\n"
            .utf8
        out += objects + Array("\nendstream\nendobj\n".utf8)
        let start = out.count
        let rows: [[Int]] = [
            [0, 0, 0], [2, 5, 0], [2, 5, 1], [2, 5, 2], [1, content, 0], [1, stream, 0], [1, start, 0],
        ]
        var plain: [UInt8] = []
        var above: [UInt8] = [0, 0, 0, 0]
        for row in rows {
            let bytes = [UInt8(row[0]), UInt8(row[1] >> 8), UInt8(row[1] & 255), UInt8(row[2])]
            // PNG's "up": what is more than above.
            plain.append(2)
            for (byte, up) in zip(bytes, above) { plain.append(byte &- up) }
            above = bytes
        }
        let table = packed(plain)
        out +=
            "6 0 obj\n<</Type/XRef/Size 7/Root 1 0 R/W[1 2 1]/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>"
            .utf8
        out += "/Length \(table.count)>>stream\n".utf8
        out += table + Array("\nendstream\nendobj\nstartxref\n\(start)\n%%EOF\n".utf8)
        return out
    }

    /// As Word writes files: a table for old programs, in which what is in the object stream is free, and a stream for others.
    static func hybrid() -> [UInt8] {
        var out = streams()
        guard let references = try? PDFFile(out).references else { return [] }
        let (start, stream) = (references.start, references.entries)
        let table = out.count
        out += "xref\n0 7\n".utf8
        for number in 0..<7 {
            if case .offset(let offset, _) = stream[number] {
                out += "\(padded(offset)) 00000 n \n".utf8
            } else {
                out += "0000000000 65535 f \n".utf8
            }
        }
        out += "trailer\n<</Size 7/Root 1 0 R/XRefStm \(start)>>\nstartxref\n\(table)\n%%EOF\n".utf8
        return out
    }

    private static func bodies(page: String, catalog: String) -> [String] {
        let text = "BT /F1 12 Tf 72 720 Td (Giay moi hop) Tj ET"
        return [
            "<</Type/Catalog/Pages 2 0 R\(catalog)>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>",
            "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<>>\(page)>>",
            "<</Length \(text.utf8.count)>>\nstream\n\(text)\nendstream",
        ]
    }

    /// A file with an object put behind its end, whatever it was before.
    static func changed(_ file: [UInt8], object number: Int, to body: String) throws -> [UInt8] {
        let references = try PDFFile(file).references
        var out = file
        let offset = out.count
        out += "\(number) 0 obj\n\(body)\nendobj\n".utf8
        let start = out.count
        out += "xref\n\(number) 1\n\(padded(offset)) 00000 n \ntrailer\n".utf8
        var trailer = references.trailer
        trailer["Prev"] = .integer(references.start)
        PDFWriting.write(.dictionary(trailer), into: &out)
        out += "\nstartxref\n\(start)\n%%EOF\n".utf8
        return out
    }

    static func packed(_ plain: [UInt8]) -> [UInt8] {
        var length = compressBound(UInt(plain.count))
        var out = [UInt8](repeating: 0, count: Int(length))
        compress(&out, &length, plain, UInt(plain.count))
        return Array(out.prefix(Int(length)))
    }

    private static func padded(_ value: Int) -> String {
        String(repeating: "0", count: 10 - String(value).count) + String(value)
    }
}

import Foundation
import Glibc

/// Files of a conversion: small ones read back, kept ones brought to the disk.
enum PaperFiles {
    static func images(of number: Int, in folder: URL) -> [URL] {
        PageSize.allCases.map { folder.appendingPathComponent($0.file(number)) }
    }

    static func size(_ file: URL) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int) ?? 0
    }

    /// Lets it be read inside a sandbox.
    static func open(_ file: URL) throws(ConversionEnd) {
        guard chmod(file.path, 0o644) == 0 else { throw .failed(.server, detail: words) }
    }

    /// Brings files to the disk (fsync(2)).
    static func keep(_ files: [URL]) throws(ConversionEnd) {
        for file in files {
            guard size(file) > 0 else { throw .failed(.damaged, detail: "\(file.lastPathComponent) is empty") }
            let number = Glibc.open(file.path, O_RDONLY | O_CLOEXEC)
            guard number >= 0 else { throw .failed(.server, detail: words) }
            defer { close(number) }
            guard fchmod(number, 0o600) == 0, fsync(number) == 0 else { throw .failed(.server, detail: words) }
        }
    }

    /// - Parameter most: bytes that are read; what is beyond is left out.
    /// - Returns: in composed letters (Unicode NFC, UAX #15), without control characters but line feeds and tabs.
    static func text(_ file: URL, most: Int) -> String {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return "" }
        defer { try? handle.close() }
        let data = (try? handle.read(upToCount: most)) ?? Data()
        let text = String(decoding: data, as: UTF8.self).precomposedStringWithCanonicalMapping
        let shown = text.unicodeScalars.filter { $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control }
        return String(String.UnicodeScalarView(shown)).trimmingCharacters(in: .newlines)
    }

    /// Refuses what asks for a password, what is torn, and what would grow beyond all bounds when it is unpacked: before any
    /// program opens it.
    static func check(_ file: URL, ending: String) throws(ConversionEnd) {
        let bytes = try bytes(file)
        guard !bytes.isEmpty else { throw .failed(.empty, detail: "no bytes") }
        if CompoundFile.asksForPassword(bytes) { throw .failed(.password, detail: "encrypted compound file") }
        let isArchive = bytes.starts(with: [0x50, 0x4B])
        guard isArchive || zipped.contains(ending) && !bytes.starts(with: CompoundFile.signature) else { return }
        let bounds: ArchiveBounds
        do throws(ArchiveBounds.Fault) {
            bounds = try ArchiveBounds(bytes)
        } catch {
            switch error {
            case .damaged: throw .failed(.damaged, detail: "no directory of an archive")
            case .tooLarge: throw .failed(.tooLarge, detail: "the archive unpacks to too much")
            }
        }
        if bounds.asksForPassword { throw .failed(.password, detail: "encrypted parts") }
    }

    /// The pictures of a file: an empty text for its only one, or places as `pictureScript` takes them.
    static func pictures(_ file: URL) throws(ConversionEnd) -> [String] {
        guard let found = TIFFPictures(try bytes(file), most: PaperConversion.mostPages), found.places.count > 1 else {
            return [""]
        }
        return found.octal
    }

    /// Writes a page that shows a photograph upright.
    /// - Returns: whether there was anything to turn.
    static func turn(_ file: URL, _ page: URL) throws(ConversionEnd) -> Bool {
        let bytes = try bytes(file)
        guard let photograph = TurnedPhotograph(bytes) else { return false }
        do { try Data(photograph.page(of: bytes)).write(to: page) } catch { throw .failed(.server, detail: "\(error)") }
        try open(page)
        return true
    }

    private static let zipped: Set = [
        "docx", "dotx", "docm", "xlsx", "xlsm", "pptx", "ppsx", "pptm", "odt", "ods", "odp", "odg",
    ]

    private static func bytes(_ file: URL) throws(ConversionEnd) -> [UInt8] {
        do { return [UInt8](try Data(contentsOf: file)) } catch { throw .failed(.server, detail: "\(error)") }
    }

    /// - Parameter facts: what webpinfo(1) says.
    static func pictureSize(_ facts: URL) -> (width: Int, height: Int)? {
        var found: [String: Int] = [:]
        for line in text(facts, most: 1 << 16).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, ["Width:", "Height:"].contains(words[0]), found[String(words[0])] == nil else {
                continue
            }
            found[String(words[0])] = Int(words[1])
        }
        guard let width = found["Width:"], let height = found["Height:"], width > 0, height > 0 else { return nil }
        return (width, height)
    }

    private static var words: String { String(cString: strerror(errno)) }
}

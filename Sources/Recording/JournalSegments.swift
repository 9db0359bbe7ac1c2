import Foundation

/// The segments of a folder, in the order of what they say of themselves: a file's name is only a hint.
struct JournalSegments {
    private(set) var headers: [SegmentHeader] = []
    private(set) var files: [URL] = []
    /// Files that are no segments of this recording.
    private(set) var strangers: [URL] = []
    private let highestName: UInt32?

    static let ending = "giaoban-journal"

    static func name(_ number: UInt32) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits + "." + ending
    }

    init(in folder: URL) throws(JournalError) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        } catch {
            throw .system(errno, folder.path)
        }
        var found: [(header: SegmentHeader, file: URL)] = []
        var highest: UInt32?
        for name in names.sorted() where name.hasSuffix(Self.ending) {
            let file = folder.appendingPathComponent(name)
            if let number = UInt32(name.prefix { $0 != "." }) { highest = max(highest ?? 0, number) }
            let head = try JournalFile(reading: file.path).read(from: 0, count: SegmentHeader.bytes)
            if let header = SegmentHeader(head) {
                found.append((header, file))
            } else {
                strangers.append(file)
            }
        }
        highestName = highest
        found.sort { $0.header.number < $1.header.number }
        // Whose most segments are; a file of another recording was put here by mistake.
        var counts: [RecordingID: Int] = [:]
        for segment in found { counts[segment.header.recording, default: 0] += 1 }
        let own = counts.max { $0.value < $1.value }?.key
        var numbers: Set<UInt32> = []
        for segment in found {
            if segment.header.recording == own, numbers.insert(segment.header.number).inserted {
                headers.append(segment.header)
                files.append(segment.file)
            } else {
                strangers.append(segment.file)
            }
        }
    }

    /// The next segment's, above all that are there, readable or not.
    var nextNumber: UInt32 {
        let highest = max(headers.last?.number ?? 0, highestName ?? 0)
        return headers.isEmpty && highestName == nil ? 0 : highest &+ 1
    }
}

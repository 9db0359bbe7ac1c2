import Glibc

/// Which deliveries began and how they ended, on disk: an entry is there, whole, before the next thing happens. Only the
/// holder of the folder's lock has one.
struct OutcomeJournal: ~Copyable {
    private let folder: String
    private var file: Descriptor
    private var length: Int
    /// The last entry of each id that is not settled.
    private(set) var open: [String: JournalEntry]
    private var settledLines = 0

    /// Reads the folder's journal and writes it anew without what is settled. A line that a power cut tore is dropped.
    ///
    /// - Throws: The system's words.
    init(folder: String) throws(JournalError) {
        self.folder = folder
        var open: [String: JournalEntry] = [:]
        if let bytes = Self.contents(of: folder + "/outcomes") {
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                guard let entry = JSONLine.decode(JournalEntry.self, line) else { continue }
                Self.apply(entry, to: &open)
            }
        }
        self.open = open
        (file, length) = try Self.write(open, folder: folder)
    }

    /// Adds an entry. After a power cut an outcome must still be there, so it is flushed; a beginning that is lost does
    /// no harm, for the delivery is then simply made again.
    ///
    /// - Returns: Whether it is on disk; when not, the journal is as before.
    mutating func append(_ entry: JournalEntry) -> Bool {
        let line = JSONLine.encode(entry)
        guard !line.isEmpty, file.write(line) else {
            // What a full disk took of the line would run into the next one.
            _ = ftruncate(file.number, off_t(length))
            return false
        }
        length += line.count
        if entry.state != .begun, entry.state != .settled { _ = fdatasync(file.number) }
        Self.apply(entry, to: &open)
        return true
    }

    /// Forgets deliveries whose outcomes the server has stored.
    mutating func settle(_ ids: [String]) {
        for id in ids where open[id] != nil {
            if append(JournalEntry(id: id, attempt: 0, state: .settled)) { settledLines += 1 }
        }
        guard settledLines >= 1000, let (file, length) = try? Self.write(open, folder: folder) else { return }
        self.file = file
        self.length = length
        settledLines = 0
    }

    private static func apply(_ entry: JournalEntry, to open: inout [String: JournalEntry]) {
        open[entry.id] = entry.state == .settled ? nil : entry
    }

    /// Whole or not at all: written beside, flushed, then moved.
    private static func write(
        _ open: [String: JournalEntry], folder: String
    ) throws(JournalError) -> (Descriptor, Int) {
        let temporary = folder + "/outcomes.new"
        let number = Glibc.open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw JournalError(words: systemWords()) }
        let file = Descriptor(owning: number)
        var bytes: [UInt8] = []
        for entry in open.values.sorted(by: { $0.id < $1.id }) { bytes += JSONLine.encode(entry) }
        guard file.write(bytes), fsync(number) == 0, rename(temporary, folder + "/outcomes") == 0 else {
            throw JournalError(words: systemWords())
        }
        let directory = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory >= 0 {
            _ = fsync(directory)
            close(directory)
        }
        return (file, bytes.count)
    }

    private static func contents(of path: String) -> [UInt8]? {
        let number = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        let file = Descriptor(owning: number)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(file.number, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes.append(contentsOf: chunk[..<count])
            } else if count == 0 || errno != EINTR {
                return bytes
            }
        }
    }
}

/// The journal cannot be kept.
struct JournalError: Error {
    let words: String
}

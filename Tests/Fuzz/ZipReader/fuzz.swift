// sources: Sources/ZIP
// flags: -I scheduler/shims/CZlib -lz
// A ZIP container that somebody has sent: its directory is read, and what it holds is unpacked. What is read is written
// again as the same bytes, so that nothing is hidden between its files.

struct Bytes: ZIPSource {
    var all: [UInt8]
    var length: UInt64 { UInt64(all.count) }

    func bytes(at offset: UInt64, count: Int) -> [UInt8]? {
        guard offset <= length, count >= 0, UInt64(count) <= length - offset else { return nil }
        return Array(all[Int(offset)..<(Int(offset) + count)])
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    guard let reader = try? ZIPReader(Bytes(all: bytes), limit: 1000) else { return 0 }
    var again: [UInt8] = []
    for (index, entry) in reader.layout.entries.enumerated() {
        precondition(
            ZIPEntry.isName(entry.name) && !entry.name.hasPrefix("/")
                && !entry.name.split(separator: "/").contains(".."))
        again += reader.layout.headers[index]
        do {
            try reader.packed(index) { again += $0 }
        } catch {
            preconditionFailure("a file is not where the directory says")
        }
        var count = 0
        try? reader.content(index, limit: 1 << 16) { count += $0.count }
        precondition(count <= max(1 << 16, size))
    }
    precondition(again + reader.layout.directory == bytes)
    return 0
}

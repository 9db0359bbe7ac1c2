// sources: Sources/Conversion/ArchiveBounds.swift Sources/Conversion/CompoundFile.swift Sources/Conversion/TIFFPictures.swift Sources/Conversion/TurnedPhotograph.swift
// flags: -I scheduler/shims/CZlib -lz
// A file that somebody has uploaded, before any office program opens it: an archive, a compound file, a scanner's pages,
// a photograph.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    if let bounds = try? ArchiveBounds(bytes) {
        precondition(bounds.entries.reduce(0) { $0 + $1.bytes } <= ArchiveBounds.mostBytes)
        _ = bounds.asksForPassword
        for entry in bounds.entries.prefix(20) {
            let content = bounds.content(of: String(decoding: entry.name, as: UTF8.self), most: 1 << 16)
            precondition((content?.count ?? 0) <= 1 << 16)
        }
    }
    _ = CompoundFile.asksForPassword(bytes)
    if let pictures = TIFFPictures(bytes, most: 1000) {
        precondition(pictures.places.count <= 1001 && pictures.octal.allSatisfy { $0.utf8.count == 16 })
    }
    if let photograph = TurnedPhotograph(bytes) {
        let (width, height) = photograph.size
        precondition(width > 0 && height > 0 && max(width, height) <= 1000.5)
        precondition(photograph.page(of: bytes).count > bytes.count)
    }
    return 0
}

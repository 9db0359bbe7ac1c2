// sources: Sources/Papers/Content
// A file that somebody has sent: what it is. It is the same however it is read, and a name with the right ending is
// believed.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    var most = 0
    let file = FileContent(count: bytes.count) { offset, count in
        most = max(most, count)
        return Array(bytes[offset..<offset + count])
    }
    do {
        let kind = try FileKind(of: file)
        let named = try? FileKind(of: file, named: "a.\(kind.endings[0])")
        precondition(named?.endings.contains(kind.endings[0]) == true)
        precondition((try? FileKind(of: file, named: "a.exe")) == nil)
    } catch {
        precondition(!error.vietnamese.isEmpty && !error.english.isEmpty)
        precondition((try? FileKind(of: file, named: "a.pdf")) == nil)
    }
    precondition(most <= 4 << 20)
    return 0
}

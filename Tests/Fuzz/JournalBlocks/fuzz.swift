// sources: Sources/Recording/JournalBlock.swift Sources/Recording/BlockScan.swift Sources/Recording/JournalRecord.swift Sources/Recording/ByteReader.swift
// flags: -I scheduler/shims/CZlib -lz
// What stands on a disk after anything may have happened to it.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    _ = SegmentHeader(bytes)
    if let records = RecordCoding.read(bytes, since: 5) {
        // What can be read can be written, but for texts longer than a journal keeps.
        for record in records { _ = RecordCoding.write(record, since: 5, into: &out) }
        out.removeAll(keepingCapacity: true)
    }
    // Behind anything at all, the next whole block is found.
    var header = BlockHeader(segment: 1, number: 2, length: 3, time: 4, bodySum: Checksum.crc32([7, 8, 9][...]))
    header.time = UInt64(size)
    var scan = BlockScan(bytes + header.encoded + [7, 8, 9])
    var last: BlockHeader?
    while let block = scan.next() { last = block.header }
    precondition(last == header)
    return 0
}

nonisolated(unsafe) var out: [UInt8] = []

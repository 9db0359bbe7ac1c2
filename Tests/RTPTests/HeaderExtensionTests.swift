import Testing
import TestSupport

@testable import RTP

@Suite struct HeaderExtensionTests {
    /// The elements of a block of the given profile and body.
    private func elements(profile: String, _ body: String) throws -> [(id: UInt8, data: [UInt8])] {
        let content = bytes(body)
        let words = UInt8(content.count / 4)
        let packet = bytes("90 60 0001 00000000 00000001") + bytes(profile) + [0, words] + content + [1, 2, 3]
        return try elements(of: packet)
    }

    private func elements(of packet: [UInt8]) throws -> [(id: UInt8, data: [UInt8])] {
        let header = try RTPHeader(parsing: packet.span.bytes)
        return HeaderExtensionIterator(header: header).all(in: packet).map { ($0.id, Array(packet[$0.range])) }
    }

    @Test func `one-byte elements are walked, padding between them skipped`() throws {
        let found = try elements(profile: "BEDE", "10AA 0000 22BBCCDD E0 01 0000")
        #expect(found.map(\.id) == [1, 2, 14])
        #expect(found.map(\.data) == [[0xAA], [0xBB, 0xCC, 0xDD], [0x01]])
    }

    @Test func `identifier 15 ends a one-byte block`() throws {
        #expect(try elements(profile: "BEDE", "10AA F0BB 20CC 0000").map(\.id) == [1])
    }

    @Test func `two-byte elements may be empty and have high identifiers`() throws {
        let found = try elements(profile: "1005", "0100 FF02 AABB 00 0F01 CC 000000")
        #expect(found.map(\.id) == [1, 255, 15])
        #expect(found.map(\.data) == [[], [0xAA, 0xBB], [0xCC]])
    }

    @Test func `an element that reaches past its block ends the walk`() throws {
        #expect(try elements(profile: "BEDE", "10AA 23BB").map(\.id) == [1])
        #expect(try elements(profile: "1000", "01 01 AA 02").map(\.id) == [1])
        #expect(try elements(profile: "1000", "0102 AABB 0203 0000").map(\.id) == [1])
    }

    @Test func `a block of another profile has no elements`() throws {
        #expect(try elements(profile: "ABCD", "10AA 20BB").isEmpty)
        #expect(try elements(of: bytes("80 60 0001 00000000 00000001 10AA20BB")).isEmpty)
    }

    @Test func `the map translates both ways, and an identifier belongs to one kind`() {
        var map = HeaderExtensionMap()
        #expect(map[.mid] == 0 && map.kind(id: 0) == nil && map.kind(id: 255) == nil)
        map[.mid] = 4
        map[.audioLevel] = 200
        #expect(map.kind(id: 4) == .mid && map.kind(id: 200) == .audioLevel)
        map[.rid] = 4
        #expect(map[.mid] == 0 && map.kind(id: 4) == .rid)
        map[.rid] = 15
        #expect(map.kind(id: 4) == nil && map.kind(id: 15) == .rid)
        map[.rid] = 0
        #expect(map.kind(id: 15) == nil && map.kind(id: 0) == nil)
    }

    @Test func `every kind is found by its URI`() {
        for kind in HeaderExtensionKind.allCases { #expect(HeaderExtensionKind(uri: kind.uri) == kind) }
        #expect(HeaderExtensionKind(uri: "urn:unknown") == nil)
    }

    /// A packet whose extension block `write` fills.
    private func packet(
        capacity: Int = 100, allowsTwoByte: Bool = true, minimumLength: Int = 0,
        _ write: (inout HeaderExtensionWriter) -> Void
    ) -> [UInt8] {
        let block = [UInt8].written(capacity: capacity) { memory in
            var writer = HeaderExtensionWriter(memory, allowsTwoByte: allowsTwoByte)
            write(&writer)
            return writer.finish(minimumLength: minimumLength)
        }
        return bytes(block.isEmpty ? "80 60 0001 00000000 00000001" : "90 60 0001 00000000 00000001") + block
    }

    @Test func `written elements are padded to words in one-byte form`() {
        let packet = packet {
            $0.append(id: 3, byte: 0x7F)
            $0.append(id: 1, uint16: 0x0102)
            $0.append(id: 2, uint24: 0x0304_05)
        }
        #expect(Array(packet.dropFirst(12)) == bytes("BEDE 0003 30 7F 11 0102 22 030405 000000"))
    }

    @Test func `a long element turns the block into two-byte form`() throws {
        let long = [UInt8](1...40)
        let packet = packet { writer in
            expect(writer.append(id: 3, byte: 0x7F))
            expect(writer.append(id: 1, uint16: 0x0102))
            expect(long.withUnsafeBytes { writer.append(id: 12, copying: $0) })
            expect(writer.append(id: 4, byte: 9))
        }
        #expect(Array(packet[12..<14]) == [0x10, 0x00])
        let found = try elements(of: packet)
        #expect(found.map(\.id) == [3, 1, 12, 4])
        #expect(found.map(\.data) == [[0x7F], [1, 2], long, [9]])
    }

    @Test func `without two-byte form a long element or a high identifier is left out`() throws {
        let packet = packet(allowsTwoByte: false) { writer in
            expect(writer.append(id: 3, byte: 1))
            expect(![UInt8](repeating: 0, count: 17).withUnsafeBytes { writer.append(id: 4, copying: $0) })
            expect(writer.append(id: 15, byte: 1) == false)
            expect(!writer.append(id: 0, byte: 1))
        }
        #expect(Array(packet.dropFirst(12)) == bytes("BEDE 0001 30 01 0000"))
    }

    @Test func `a block without elements is not written`() {
        #expect(packet { _ in }.count == 12)
    }

    @Test func `a block is padded to the wanted length as far as there is room`() throws {
        let wide = packet(minimumLength: 22) { $0.append(id: 3, byte: 1) }
        #expect(wide.count == 12 + 24)
        #expect(try elements(of: wide).map(\.id) == [3])
        #expect(packet(capacity: 17, minimumLength: 1000) { $0.append(id: 3, byte: 1) }.count <= 12 + 17)
    }

    @Test func `a part of another packet is copied`() throws {
        let source = [UInt8](0..<30)
        let packet = packet { writer in
            expect(writer.append(id: 5, copying: 3..<6, of: source.span.bytes))
            expect(!writer.append(id: 6, copying: 28..<31, of: source.span.bytes))
        }
        #expect(try elements(of: packet).map(\.data) == [[3, 4, 5]])
    }

    @Test func `whatever fits is read back as it was written, and nothing is written past the memory`() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<3000 {
            let capacity = Int.random(in: 0...120, using: &generator)
            var memory = [UInt8](repeating: 0xEE, count: capacity + 8)
            var expected: [(UInt8, [UInt8])] = []
            let length = memory.withUnsafeMutableBytes { all in
                var writer = HeaderExtensionWriter(UnsafeMutableRawBufferPointer(rebasing: all[0..<capacity]))
                for _ in 0..<Int.random(in: 0...6, using: &generator) {
                    let id = UInt8.random(in: 0...18, using: &generator)
                    let size = Int.random(in: 0...(Bool.random(using: &generator) ? 5 : 40), using: &generator)
                    let data = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
                    if data.withUnsafeBytes({ writer.append(id: id, copying: $0) }) { expected.append((id, data)) }
                }
                return writer.finish(minimumLength: Int.random(in: 0...60, using: &generator))
            }
            #expect(length <= capacity && length % 4 == 0)
            #expect(memory[capacity...].allSatisfy { $0 == 0xEE })
            guard length > 0 else { continue }
            let found = try elements(of: bytes("90 60 0001 00000000 00000001") + memory.prefix(length))
            #expect(found.map(\.id) == expected.map(\.0))
            #expect(found.map(\.data) == expected.map(\.1))
        }
    }
}

import Relay
import Testing

@testable import Web

/// An image message as a page uploads it.
private func upload(
    _ kind: ImageHeader.Kind, size: UInt8 = 0, version: UInt32 = 1, count: Int = 1000, fill: UInt8 = 0
) -> [UInt8] {
    let image = [0xFF, 0xD8, 0xFF] + [UInt8](repeating: fill, count: count - 3)
    return ImageHeader(
        kind: kind, size: size, participant: ParticipantID(rawValue: 0), version: version, total: count, offset: 0
    ).message(image[...])
}

@Suite struct `An image message` {
    @Test func `reads as it was written`() throws {
        let header = ImageHeader(
            kind: .page, size: 2, participant: ParticipantID(rawValue: 0xFEDC_BA98_7654_3210), version: 0x8000_0001,
            total: 250_000, offset: 70_000)
        let message = header.message([1, 2, 3])
        #expect(message.count == 27)
        #expect(message.prefix(4) == [2, 2, 0, 0])
        #expect(message[4..<12].elementsEqual([0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10]))
        #expect(ImageHeader(parsing: message) == header)
    }

    @Test func `is taken when all is right, and refused otherwise`() throws {
        var store = ImageStore()
        let owner = RoomModel.id(1)
        #expect(try store.put(upload(.still), from: owner, now: 0).bytes.count == 1000)
        let webp = Array("RIFF".utf8) + [8, 0, 0, 0] + Array("WEBPVP8 ".utf8)
        let good = ImageHeader(
            kind: .page, size: 1, participant: ParticipantID(rawValue: 0), version: 1, total: webp.count, offset: 0)
        _ = try store.put(good.message(webp[...]), from: owner, now: 0)
        var wrong: [[UInt8]] = [
            [], [1], Array(upload(.still).prefix(23)), Array(upload(.still).prefix(24)),
            Array(upload(.still).dropLast()),
            upload(.still, size: 1), upload(.still, count: 6001), upload(.page, count: 4001),
            upload(.page, size: 1, count: 40_001), upload(.page, size: 2, count: 250_001), upload(.page, size: 3),
        ]
        for (position, value): (Int, UInt8) in [(0, 3), (0, 0), (2, 1), (3, 1), (11, 1), (23, 1), (24, 0), (16, 255)] {
            var message = upload(.still)
            message[position] = value
            wrong.append(message)
        }
        for (index, message) in wrong.enumerated() {
            #expect(throws: RoomRoster.Refused.self, "\(index)") {
                try store.put(message, from: owner, now: Int64(index) * 10_000_000)
            }
        }
    }

    @Test func `of random bytes harms nobody`() {
        var random = Xorshift(seed: 3)
        var store = ImageStore()
        for round in 0..<20_000 {
            var bytes = upload(.page, count: 40)
            for _ in 0..<random.next(below: 8) {
                bytes[random.next(below: 28)] = UInt8(truncatingIfNeeded: random.next())
            }
            bytes.removeLast(random.next(below: 40))
            _ = ImageHeader(parsing: bytes)
            _ = try? store.put(bytes, from: RoomModel.id(random.next(below: 9)), now: Int64(round) * 1_000_000)
        }
        #expect(store.bytes <= ImageStore.limit)
    }

    @Test func `is one of so many a second, and all of them have so many bytes`() throws {
        var store = ImageStore()
        var taken = 0
        for _ in 0..<100 where (try? store.put(upload(.still), from: RoomModel.id(1), now: 0)) != nil { taken += 1 }
        #expect(taken == 12)
        _ = try store.put(upload(.still), from: RoomModel.id(1), now: 1_000_000)
        for owner in 2..<200 {
            _ = try? store.put(upload(.page, size: 2, count: 250_000), from: RoomModel.id(owner), now: 0)
        }
        #expect(store.bytes <= ImageStore.limit)
        for owner in 1..<200 { store.forget(RoomModel.id(owner)) }
        #expect(store.bytes == 0)
    }
}

@Suite struct `Images on their way` {
    /// A room with a presenter (1), a camera (2) and a viewer (9) on some line.
    private func room(_ reception: Reception = .full, down: Int? = nil, spare: Int? = nil) throws -> RoomModel {
        var room = RoomModel()
        room.join(1)
        room.join(2, reception: .audio)
        room.join(9, down: down, reception: reception)
        room.roster.take(.publication(room: "r", owner: RoomModel.id(1), role: .screen, isActive: true))
        room.roster.take(.publication(room: "r", owner: RoomModel.id(2), role: .camera, isActive: true))
        room.roster.show(
            [
                ViewRequest(participant: RoomModel.id(1), role: .screen, height: 700),
                ViewRequest(participant: RoomModel.id(2), role: .camera, height: 90),
            ], to: RoomModel.id(9))
        if let spare {
            var report = LineReport()
            report.estimateKbps = down
            report.spareKbps = spare
            room.roster.take(.line(room: "r", viewer: RoomModel.id(9), report: report))
        }
        room.pass(2)
        return room
    }

    /// Lets sockets take each piece at once, for so many seconds: what viewer 9 is sent.
    private func deliver(_ room: inout RoomModel, seconds: Double) -> [(at: Int64, header: ImageHeader, count: Int)] {
        var sent: [(at: Int64, header: ImageHeader, count: Int)] = []
        let end = room.now + Int64(seconds * 1e6)
        while room.now < end {
            room.pass(0.05)
            var next = room.roster.images.pieces(now: room.now).first { $0.to == RoomModel.id(9) }?.bytes
            while let piece = next {
                if let header = ImageHeader(parsing: piece) { sent.append((room.now, header, piece.count)) }
                next = room.roster.images.written(RoomModel.id(9), now: room.now)
            }
        }
        return sent
    }

    @Test func `are asked for by who gets no video, in sizes and at times for its line`() throws {
        var thin = try room(down: 64)
        #expect(thin.news(of: 1, "images").last?["sizes"] as? [Int] == [0, 1])
        #expect(thin.news(of: 2, "stills").last?["seconds"] as? Int == 10)
        thin.roster.receive(.audio, by: RoomModel.id(9))
        thin.pass(1)
        #expect(thin.news(of: 1, "images").last?["sizes"] as? [Int] == [])
        #expect(thin.news(of: 2, "stills").last?["seconds"] as? Int == 0)
        thin.roster.receive(.saver, by: RoomModel.id(9))
        thin.pass(2)
        #expect(thin.news(of: 2, "stills").last?["seconds"] as? Int == 15)

        var thick = try room()
        #expect(thick.news(of: 1, "images").last?["sizes"] as? [Int] == [0, 1, 2])
        #expect(thick.news(of: 2, "stills").last?["seconds"] as? Int == 4)
        func play(_ picture: PictureState) {
            thick.roster.take(
                .slots(
                    room: "r", viewer: RoomModel.id(9),
                    assignments: [
                        SlotAssignment(mid: "4", participant: RoomModel.id(2), role: .camera, picture: picture)
                    ]))
            thick.pass(2)
        }
        play(.slow)
        #expect(thick.news(of: 2, "stills").last?["seconds"] as? Int == 0)
        play(.held)
        #expect(thick.news(of: 2, "stills").last?["seconds"] as? Int == 4)
    }

    @Test func `are those of what is shown, and are gone with it`() throws {
        var room = try room()
        #expect(throws: RoomRoster.Refused.self) {
            try room.roster.upload(upload(.still), from: RoomModel.id(1), now: room.now)
        }
        #expect(throws: RoomRoster.Refused.self) {
            try room.roster.upload(upload(.page), from: RoomModel.id(2), now: room.now)
        }
        try room.roster.upload(upload(.still), from: RoomModel.id(2), now: room.now)
        #expect(room.roster.images.store.bytes == 1000)
        room.roster.take(.publication(room: "r", owner: RoomModel.id(2), role: .camera, isActive: false))
        #expect(room.roster.images.store.bytes == 0)
    }

    @Test func `keep to the pace of the line, in small pieces, a page before a still`() throws {
        var room = try room(down: 64, spare: 16)
        _ = deliver(&room, seconds: 2)
        try room.roster.upload(upload(.still, count: 6000), from: RoomModel.id(2), now: room.now)
        let still = deliver(&room, seconds: 2)
        #expect(still.allSatisfy { $0.header.kind == .still && $0.count <= 500 })
        try room.roster.upload(upload(.page, version: 7, count: 4000), from: RoomModel.id(1), now: room.now)
        try room.roster.upload(upload(.page, size: 1, version: 7, count: 9000), from: RoomModel.id(1), now: room.now)
        let start = room.now
        let all = deliver(&room, seconds: 30)
        let kinds = all.map { $0.header.kind == .page ? "page\($0.header.size)" : "still" }
        #expect(kinds.first == "page0")
        #expect(kinds.firstIndex(of: "page1") ?? 0 > kinds.lastIndex(of: "page0") ?? 0)
        #expect(kinds.firstIndex(of: "still") ?? 0 > kinds.lastIndex(of: "page1") ?? 0)
        #expect(all.last { $0.header.kind == .still }?.header.offset ?? 0 > 5400, "the still began again and is whole")
        // 12 kbit/s, headers included; at no time more than a piece ahead.
        for (count, piece) in all.enumerated() {
            let bits = all[0..<count].reduce(0) { $0 + ($1.count + 80) * 8 }
            #expect(Double(bits) <= Double(piece.at - start) * 12e3 / 1e6 + 580 * 8)
        }
        let pages = all.filter { $0.header.kind == .page && $0.header.size == 0 }
        print("page of 4,000 bytes at 16 kbit/s spare: \((pages.last.map { $0.at - start } ?? 0) / 1000) ms")
    }

    @Test func `of a newer page end those of an older one`() throws {
        var room = try room(down: 64, spare: 40)
        _ = deliver(&room, seconds: 2)
        try room.roster.upload(upload(.page, size: 1, version: 1, count: 40_000), from: RoomModel.id(1), now: room.now)
        #expect(!deliver(&room, seconds: 2).isEmpty)
        try room.roster.turnPage(2, by: RoomModel.id(1))
        #expect(deliver(&room, seconds: 1).isEmpty)
        try room.roster.upload(upload(.page, version: 2, count: 4000), from: RoomModel.id(1), now: room.now)
        let sent = deliver(&room, seconds: 5)
        #expect(sent.allSatisfy { $0.header.version == 2 })
        #expect(sent.last?.header.offset ?? 0 > 3400)
        let hasMore = room.roster.images.hasWork
        #expect(!hasMore)
    }

    @Test func `wait for the socket, and begin again on the next`() throws {
        var room = try room()
        try room.roster.upload(upload(.page, version: 1, count: 4000), from: RoomModel.id(1), now: room.now)
        room.pass(0.1)
        #expect(room.roster.images.pieces(now: room.now).count == 1)
        room.pass(5)
        #expect(room.roster.images.pieces(now: room.now).isEmpty)
        room.roster.close(RoomModel.id(9))
        _ = room.roster.open(RoomModel.id(9), after: nil, now: room.now)
        room.pass(2)
        let sent = deliver(&room, seconds: 1)
        #expect(sent.map(\.header.offset).min() == 0)
        #expect(sent.map { $0.count - ImageHeader.length }.reduce(0, +) == 4000)
    }

    @Test func `go round among many cameras`() throws {
        var room = RoomModel()
        for number in 1...8 {
            room.join(number)
            room.roster.take(.publication(room: "r", owner: RoomModel.id(number), role: .camera, isActive: true))
        }
        room.join(9, down: 512)
        room.roster.show(
            (1...8).map { ViewRequest(participant: RoomModel.id($0), role: .camera, height: 90) }, to: RoomModel.id(9))
        var report = LineReport()
        report.estimateKbps = 512
        report.spareKbps = 100
        room.roster.take(.line(room: "r", viewer: RoomModel.id(9), report: report))
        room.pass(2)
        var whole: [ParticipantID: Int] = [:]
        for _ in 0..<15 {
            for number in 1...8 {
                try room.roster.upload(upload(.still, count: 6000), from: RoomModel.id(number), now: room.now)
            }
            for piece in deliver(&room, seconds: 4) where piece.header.offset + piece.count - 24 == 6000 {
                whole[piece.header.participant, default: 0] += 1
            }
        }
        // 60 s at 75 kbit/s are 87 stills of 6,000 bytes.
        #expect(whole.values.reduce(0, +) > 80)
        #expect(whole.count == 8)
        #expect((whole.values.max() ?? 0) - (whole.values.min() ?? 0) <= 1)
    }
}

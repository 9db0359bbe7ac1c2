import Testing

@testable import ICE

func hex(_ text: String) -> [UInt8] {
    text.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
}

private let password = HMACSHA1(key: Array("VOkJxbRl1RmTxUk/WvJxBt".utf8))

@Suite struct `RFC 5769's test vectors` {
    private let request = hex(
        """
        00 01 00 58 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae 80 22 00 10 53 54 55 4e 20 74 65 73 74 20 63 6c
        69 65 6e 74 00 24 00 04 6e 00 01 ff 80 29 00 08 93 2f f9 b1 51 26 3b 36 00 06 00 09 65 76 74 6a 3a 68 36 76
        59 20 20 20 00 08 00 14 9a ea a7 0c bf d8 cb 56 78 1e f2 b5 b2 d3 f2 49 c1 b5 71 a2 80 28 00 04 e5 7a 3b cf
        """)

    @Test func `2.1: a request is read, and its integrity and fingerprint are right`() throws {
        let message = try STUNMessage(parsing: request.span.bytes)
        #expect(message.messageClass == .request)
        #expect(message.method == STUNMessage.binding)
        #expect(message.priority == 0x6E00_01FF)
        #expect(message.controlled == 0x932F_F9B1_5126_3B36)
        #expect(request[message.username].elementsEqual("evtj:h6vY".utf8))
        let isRight = message.hasIntegrity(password, in: request.span.bytes)
        #expect(isRight)
        let range = stunUsername(in: request.span.bytes) ?? 0..<0
        #expect(request[range].elementsEqual("evtj".utf8))
    }

    @Test(
        arguments: [
            """
            01 01 00 3c 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae 80 22 00 0b 74 65 73 74 20 76 65 63 74 6f 72 20
            00 20 00 08 00 01 a1 47 e1 12 a6 43 00 08 00 14 2b 91 f5 99 fd 9e 90 c3 8c 74 89 f9 2a f9 ba 53 f0 6b e7 d7
            80 28 00 04 c0 7d 4c 96
            """,
            """
            01 01 00 48 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae 80 22 00 0b 74 65 73 74 20 76 65 63 74 6f 72 20
            00 20 00 14 00 02 a1 47 01 13 a9 fa a5 d3 f1 79 bc 25 f4 b5 be d2 b9 d9 00 08 00 14 a3 82 95 4e 4b e6 7b f1
            17 84 c9 7c 82 92 c2 75 bf e3 ed 41 80 28 00 04 c8 fb 0b 4c
            """,
        ])
    func `2.2 and 2.3: responses are read, and their integrity and fingerprint are right`(_ text: String) throws {
        let response = hex(text)
        let message = try STUNMessage(parsing: response.span.bytes)
        #expect(message.messageClass == .success)
        let isRight = message.hasIntegrity(password, in: response.span.bytes)
        #expect(isRight)
    }

    @Test func `2.2 and 2.3: the mapped addresses are written as the RFC writes them`() throws {
        let four = PeerAddress.ipv4(0xC000_0201, port: 32853)
        let six = PeerAddress(high: 0x2001_0DB8_1234_5678, low: 0x0011_2233_4455_6677, port: 32853)
        for (address, expected) in [
            (four, "00 20 00 08 00 01 a1 47 e1 12 a6 43"),
            (six, "00 20 00 14 00 02 a1 47 01 13 a9 fa a5 d3 f1 79 bc 25 f4 b5 be d2 b9 d9"),
        ] {
            var memory = [UInt8](repeating: 0, count: 100)
            let transaction = Array(request[8..<20])
            let length = memory.withUnsafeMutableBytes { memory in
                var writer = STUNWriter(memory, messageClass: .success, transaction: transaction.span.bytes)
                writer.mappedAddress(address)
                return writer.length
            }
            #expect(Array(memory[20..<length]) == hex(expected))
        }
    }

    @Test func `a flipped bit anywhere is noticed`() throws {
        for position in request.indices {
            var damaged = request
            damaged[position] ^= 1
            let message = try? STUNMessage(parsing: damaged.span.bytes)
            let isRight = message?.hasIntegrity(password, in: damaged.span.bytes) ?? false
            // Beyond the code itself only the fingerprint watches.
            #expect(!isRight || position >= request.count - 8, "byte \(position)")
        }
    }
}

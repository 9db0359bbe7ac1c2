import Foundation
import Logging
import NIOCore
import NIOWebSocket

/// The WebSocket over which one page follows and acts in a meeting: `/api/rooms/{room}/conduct?token=…`.
///
/// It is apart from the call's own, since somebody may be in a meeting before, beside and without its media: in front of
/// a locked door, at a second screen, with a line that has just lost its call.
struct ConductSocket: Sendable {
    let hub: ConductHub
    let gate: Gate

    /// What the path of a socket says.
    struct Address: Equatable {
        var room: String
        var token: String
        /// The page among those of its seat, as it names itself.
        var session: String
        var isEnglish: Bool

        init?(_ uri: String) {
            guard let fields = RoomAddress(uri, "conduct") else { return nil }
            room = fields.room
            token = String(fields["token"] ?? "").removingPercentEncoding ?? ""
            session = String((fields["session"] ?? "").prefix(32))
            isEnglish = fields["lang"] == "en"
        }
    }

    static func isSocket(_ uri: String) -> Bool { Address(uri) != nil }

    /// Bytes of an act: the longest is a secretary's note.
    private static let textLimit = 64 << 10

    func serve(_ channel: SocketChannel, path: String, logger: Logger) async {
        do {
            try await channel.executeThenClose { inbound, _ in
                guard let address = Address(path) else { return }
                let outlet = SocketOutlet(channel.channel)
                guard let token = try? gate.check(room: address.room, rights: .view, token: address.token) else {
                    return try await outlet.writeClose(ConductHub.Close.refused)
                }
                let opened = await hub.open(
                    room: address.room, token: token, session: address.session, isEnglish: address.isEnglish,
                    outlet: outlet)
                let number: Int
                switch opened {
                case .success(let opened): number = opened
                case .failure(let refusal): return try await outlet.writeClose(refusal.code)
                }
                try? await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await outlet.write {} }
                    group.addTask { try await read(inbound, number, outlet) }
                    try await group.next()
                    outlet.finish()
                    try await group.next()
                }
                await hub.close(number)
            }
        } catch {
            logger.debug("conduct socket ended", metadata: ["reason": "\(error)"])
        }
    }

    private func read(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>, _ number: Int, _ outlet: SocketOutlet
    ) async throws {
        for try await frame in inbound {
            switch frame.opcode {
            case .text:
                let data = frame.unmaskedData
                guard data.readableBytes <= Self.textLimit else { continue }
                if let answer = await hub.receive(Data(data.readableBytesView), from: number) { outlet.send([answer]) }
            case .ping: outlet.pong(frame.unmaskedData)
            case .connectionClose:
                outlet.close(1000)
                return
            default: break
            }
        }
    }
}

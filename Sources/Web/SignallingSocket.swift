import Foundation
import Logging
import NIOCore
import NIOWebSocket
import Relay
import ServiceLifecycle

/// One page's WebSocket: checks who it is, then carries messages both ways until either side goes.
struct SignallingSocket: Sendable {
    let hub: RoomHub

    /// What the path of a socket says.
    struct Address: Equatable {
        var room: String
        var participant: ParticipantID
        var token: String
        var after: Int?

        /// `/api/rooms/{room}/socket?participant=…&token=…&after=…`; nil for any other path.
        init?(_ uri: String) {
            guard let fields = RoomAddress(uri, "socket") else { return nil }
            room = fields.room
            participant = fields["participant"].flatMap { ParticipantID($0) } ?? ParticipantID(rawValue: 0)
            token = String(fields["token"] ?? "")
            after = fields["after"].flatMap { Int($0) }
        }
    }

    static func isSocket(_ uri: String) -> Bool { Address(uri) != nil }

    /// Application codes (RFC 6455 §7.4.2): the participant is not there (any more), so the page has to join anew.
    private static let unknownParticipant: UInt16 = 4404
    /// Bytes of a text of a page: a view of 300 pictures has a third of it.
    private static let textLimit = 64 << 10

    func serve(_ channel: SocketChannel, path: String, logger: Logger) async {
        do {
            try await channel.executeThenClose { inbound, _ in
                guard let address = Address(path) else { return }
                let outlet = SocketOutlet(channel.channel)
                let isKnown = await hub.isAuthorised(
                    address.participant, room: address.room, token: address.token)
                let number =
                    isKnown
                    ? await hub.open(
                        address.participant, room: address.room, after: address.after, outlet: outlet) : nil
                guard let number else {
                    try await outlet.writeClose(await hub.isStopping ? RoomHub.goingAway : Self.unknownParticipant)
                    return
                }
                // A failed write or read ends the socket as a close does: the page comes back by itself.
                try? await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await outlet.write {
                            await hub.written(address.participant, number: number, room: address.room)
                        }
                    }
                    group.addTask { try await read(inbound, address: address, outlet: outlet) }
                    // Whichever side ends first ends the socket; what is queued, a close frame above all, still goes.
                    try await group.next()
                    outlet.finish()
                    try await group.next()
                }
                await hub.closed(address.participant, number: number, room: address.room)
            }
        } catch {
            logger.debug("socket ended", metadata: ["reason": "\(error)"])
        }
    }

    private func read(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>, address: Address, outlet: SocketOutlet
    ) async throws {
        for try await frame in inbound {
            switch frame.opcode {
            case .text:
                if let answer = await take(frame.unmaskedData, from: address) { outlet.answer(answer) }
            case .binary:
                let image = Array(frame.unmaskedData.readableBytesView)
                let answer = await hub.receive(image: image, from: address.participant, room: address.room)
                if let answer { outlet.answer(answer) }
            case .ping: outlet.pong(frame.unmaskedData)
            case .connectionClose:
                outlet.close(1000)
                return
            default: break
            }
        }
    }

    private func take(_ text: ByteBuffer, from address: Address) async -> ServerMessage? {
        guard text.readableBytes <= Self.textLimit else { return .error("a message has at most 65536 bytes") }
        do {
            let message = try ClientMessage(parsing: Data(text.readableBytesView))
            return await hub.receive(message, from: address.participant, room: address.room)
        } catch {
            return .error(error.reason)
        }
    }
}

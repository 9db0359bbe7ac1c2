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
            let parts = uri.split(separator: "?", maxSplits: 1)
            let path = parts.first?.split(separator: "/", omittingEmptySubsequences: false) ?? []
            guard path.count == 5, path[0].isEmpty, path[1] == "api", path[2] == "rooms", isRoomName(path[3]),
                path[4] == "socket"
            else { return nil }
            var fields: [Substring: Substring] = [:]
            for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
                let halves = pair.split(separator: "=", maxSplits: 1)
                if halves.count == 2 { fields[halves[0]] = halves[1] }
            }
            room = String(path[3])
            participant = fields["participant"].flatMap { ParticipantID($0) } ?? ParticipantID(rawValue: 0)
            token = String(fields["token"] ?? "")
            after = fields["after"].flatMap { Int($0) }
        }
    }

    static func isSocket(_ uri: String) -> Bool { Address(uri) != nil }

    /// Application codes (RFC 6455 §7.4.2): the participant is not there (any more), so the page has to join anew.
    private static let unknownParticipant: UInt16 = 4404
    /// How long a page may take to answer a close frame. It counts from when the close is asked for: a peer whose line
    /// is dead does not even take the frame.
    private static let closingTime: TimeAmount = .milliseconds(500)

    func serve(_ channel: SocketChannel, path: String, logger: Logger) async {
        do {
            try await channel.executeThenClose { inbound, outbound in
                guard let address = Address(path) else { return }
                let (stream, sink) = AsyncStream.makeStream(of: Outgoing.self, bufferingPolicy: .bufferingNewest(4096))
                let isKnown = await hub.isAuthorised(
                    address.participant, room: address.room, token: address.token)
                let close: @Sendable (UInt16) -> Void = { code in
                    sink.yield(.close(code))
                    channel.channel.eventLoop.scheduleTask(in: Self.closingTime) {
                        channel.channel.close(promise: nil)
                    }
                }
                let number =
                    isKnown
                    ? await hub.open(
                        address.participant, room: address.room, after: address.after,
                        send: { sink.yield(.text($0)) }, close: close) : nil
                guard let number else {
                    let code = await hub.isStopping ? RoomHub.goingAway : Self.unknownParticipant
                    try await outbound.write(Self.closeFrame(code, channel.channel.allocator))
                    return
                }
                // A failed write or read ends the socket as a close does: the page comes back by itself.
                try? await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await Self.write(stream, to: outbound, channel.channel.allocator) }
                    group.addTask { try await read(inbound, address: address, sink: sink, close: close) }
                    // Whichever side ends first ends the socket; what is queued, a close frame above all, still goes.
                    try await group.next()
                    sink.finish()
                    try await group.next()
                }
                await hub.closed(address.participant, number: number)
            }
        } catch {
            logger.debug("socket ended", metadata: ["reason": "\(error)"])
        }
    }

    private enum Outgoing: Sendable {
        case text(String)
        case pong(ByteBuffer)
        case close(UInt16)
    }

    private static func write(
        _ stream: AsyncStream<Outgoing>, to outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>,
        _ allocator: ByteBufferAllocator
    ) async throws {
        for await item in stream {
            switch item {
            case .text(let text):
                try await outbound.write(
                    WebSocketFrame(fin: true, opcode: .text, data: allocator.buffer(string: text)))
            case .pong(let data): try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: data))
            case .close(let code):
                try await outbound.write(closeFrame(code, allocator))
                return
            }
        }
    }

    private func read(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>, address: Address,
        sink: AsyncStream<Outgoing>.Continuation, close: @Sendable (UInt16) -> Void
    ) async throws {
        for try await frame in inbound {
            switch frame.opcode {
            case .text, .binary:
                do {
                    let message = try ClientMessage(parsing: Data(frame.unmaskedData.readableBytesView))
                    if let answer = await hub.receive(message, from: address.participant, room: address.room) {
                        sink.yield(.text(answer))
                    }
                } catch {
                    var message = ServerMessage("error")
                    message.message = error.reason
                    sink.yield(.text(message.json()))
                }
            case .ping: sink.yield(.pong(frame.unmaskedData))
            case .connectionClose:
                close(1000)
                return
            default: break
            }
        }
    }

    private static func closeFrame(_ code: UInt16, _ allocator: ByteBufferAllocator) -> WebSocketFrame {
        var data = allocator.buffer(capacity: 2)
        data.write(webSocketErrorCode: WebSocketErrorCode(codeNumber: Int(code)))
        return WebSocketFrame(fin: true, opcode: .connectionClose, data: data)
    }
}

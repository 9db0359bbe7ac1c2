import NIOCore
import NIOWebSocket
import Synchronization

/// The sending side of one page's socket: takes what is to be said without waiting, and writes it as the line takes it.
final class SocketOutlet: Sendable {
    private enum Item: Sendable {
        /// Together: they go in as few packets as they fit.
        case texts([String])
        case piece([UInt8])
        case pong(ByteBuffer)
        case close(UInt16)
    }

    /// Messages and answers that may wait in here; beyond, the page is told nothing until its line has taken some.
    private static let readyLimit = (bytes: 16 << 10, items: 16)
    /// Answers beyond these are dropped: a page that asks so much and takes so little gets none.
    private static let answerLimit = 64
    /// How long a page may take to answer a close frame. It counts from when the close is asked for: a peer whose line
    /// is dead does not even take the frame.
    private static let closingTime: TimeAmount = .milliseconds(500)

    private let channel: any Channel
    private let items: AsyncStream<Item>
    private let sink: AsyncStream<Item>.Continuation
    private let waiting = Mutex((bytes: 0, items: 0))

    init(_ channel: any Channel) {
        self.channel = channel
        (items, sink) = AsyncStream.makeStream(of: Item.self)
    }

    /// Whether the line keeps up.
    var isReady: Bool {
        waiting.withLock { $0.bytes <= Self.readyLimit.bytes && $0.items <= Self.readyLimit.items }
    }

    func send(_ texts: [String]) {
        if !texts.isEmpty { put(.texts(texts), bytes: Self.bytes(texts)) }
    }

    func send(piece: [UInt8]) { put(.piece(piece), bytes: piece.count) }

    func answer(_ message: ServerMessage) {
        if hasRoomForAnswer { send([message.unnumbered]) }
    }

    func pong(_ data: ByteBuffer) {
        if hasRoomForAnswer { put(.pong(data), bytes: data.readableBytes) }
    }

    /// With a WebSocket close code (RFC 6455 §7.4), behind what waits.
    func close(_ code: UInt16) {
        put(.close(code), bytes: 2)
        channel.eventLoop.scheduleTask(in: Self.closingTime) { [channel] in channel.close(promise: nil) }
    }

    /// Nothing more will come: what waits is still written.
    func finish() { sink.finish() }

    private var hasRoomForAnswer: Bool { waiting.withLock { $0.items < Self.answerLimit } }

    private func put(_ item: Item, bytes: Int) {
        waiting.withLock { $0 = ($0.bytes + bytes, $0.items + 1) }
        sink.yield(item)
    }

    private static func bytes(_ texts: [String]) -> Int { texts.reduce(0) { $0 + $1.utf8.count } }

    /// Writes until a close frame, the end, or a broken line. Each item waits until the kernel has taken the one before.
    /// - Parameter written: called when a piece of an image has been taken.
    func write(written: @Sendable () async -> Void) async throws {
        for await item in items {
            var bytes = 0
            switch item {
            case .texts(let texts):
                bytes = Self.bytes(texts)
                for text in texts.dropLast() {
                    channel.write(frame(.text, channel.allocator.buffer(string: text)), promise: nil)
                }
                if let last = texts.last {
                    try await channel.writeAndFlush(frame(.text, channel.allocator.buffer(string: last))).get()
                }
            case .piece(let piece):
                bytes = piece.count
                try await channel.writeAndFlush(frame(.binary, channel.allocator.buffer(bytes: piece))).get()
            case .pong(let data):
                bytes = data.readableBytes
                try await channel.writeAndFlush(frame(.pong, data)).get()
            case .close(let code):
                try await writeClose(code)
                return
            }
            waiting.withLock { $0 = ($0.bytes - bytes, $0.items - 1) }
            if case .piece = item { await written() }
        }
    }

    /// Writes a close frame at once.
    func writeClose(_ code: UInt16) async throws {
        var data = channel.allocator.buffer(capacity: 2)
        data.write(webSocketErrorCode: WebSocketErrorCode(codeNumber: Int(code)))
        try await channel.writeAndFlush(frame(.connectionClose, data)).get()
    }

    private func frame(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, data: data)
    }
}

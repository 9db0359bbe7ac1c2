import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

typealias SocketChannel = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>
typealias HTTPChannel = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

/// A connection that speaks HTTP, and WebSocket once a request asks for it on a path that has sockets: both on one
/// port, with or without TLS in front.
struct UpgradableChannel: HTTPChannelHandler {
    /// What a connection turned out to be.
    enum Negotiated: Sendable {
        case http(HTTPChannel)
        case socket(SocketChannel, path: String)
    }

    struct Value: ServerChildChannelValue {
        let negotiation: EventLoopFuture<Negotiated>
        let channel: any Channel
    }

    /// Longest message of a client, bytes, which is a large image: a larger one closes with 1009 (RFC 6455 §7.4.1).
    static let messageLimit = ImageHeader.messageLimit
    /// Bytes that the kernel holds of a socket beyond those under way. What it has taken nobody can overtake: a page turn
    /// would wait behind it.
    private static let unsentLimit = 8 << 10
    #if os(Linux)
        /// tcp(7): TCP_NOTSENT_LOWAT, which Swift's Glibc module does not have.
        private static let unsentOption = NIOBSDSocket.Option(rawValue: 25)
        /// tcp(7): a peer behind a cut line is gone after 8 s of silence (TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT; s), or
        /// when what was sent is not acknowledged for 8 s (TCP_USER_TIMEOUT, ms), which may begin just before: 16 s at
        /// most. A roll would else call it present for a quarter of an hour. Pages open their sockets again.
        private static let livenessOptions: [(NIOBSDSocket.Option, SocketOptionValue)] = [
            (.init(rawValue: 4), 4), (.init(rawValue: 5), 2), (.init(rawValue: 6), 2), (.init(rawValue: 18), 8_000),
        ]
    #endif
    /// A connection that has asked for nothing, or asks for nothing more, is closed.
    static let idleTimeout: Duration = .seconds(60)

    let responder: Responder
    /// Whether a path has a socket behind it.
    let hasSocket: @Sendable (String) -> Bool
    let serveSocket: @Sendable (SocketChannel, String, Logger) async -> Void

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let upgrader = NIOTypedWebSocketServerUpgrader<Negotiated>(
                maxFrameSize: Self.messageLimit,
                shouldUpgrade: { channel, head in
                    channel.eventLoop.makeSucceededFuture(hasSocket(head.uri) ? [:] : nil)
                },
                upgradePipelineHandler: { channel, head in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOWebSocketFrameAggregator(
                                minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 64,
                                maxAccumulatedFrameSize: Self.messageLimit))
                        // A peer that ends its side of a socket is gone. Over TLS, its end would else be taken for one
                        // that may still answer our close.
                        try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
                        try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
                        #if os(Linux)
                            try channel.syncOptions?.setOption(.tcpOption(Self.unsentOption), value: Self.unsentLimit)
                            try channel.syncOptions?.setOption(.socketOption(.so_keepalive), value: 1)
                            for (option, value) in Self.livenessOptions {
                                try channel.syncOptions?.setOption(.tcpOption(option), value: value)
                            }
                        #endif
                        return .socket(try SocketChannel(wrappingChannelSynchronously: channel), path: head.uri)
                    }
                })
            let plain: @Sendable (any Channel) -> EventLoopFuture<Negotiated> = { channel in
                channel.eventLoop.makeCompletedFuture {
                    // A page has to come over 64 kbit/s: what is text goes as gzip.
                    try channel.pipeline.syncOperations.addHandler(
                        HTTPResponseCompressor { head, isTaken in
                            isPacked(&head, isTaken: isTaken) ? .compressIfPossible : .doNotCompress
                        })
                    try channel.pipeline.syncOperations.addHandler(UnaskedAnswerFilter())
                    // A join's offer of 36 kB comes as 4. What it may grow to is bounded like any body.
                    try channel.pipeline.syncOperations.addHandler(
                        NIOHTTPRequestDecompressor(limit: .size(CallRoutes.bodyLimit)))
                    try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
                    try channel.pipeline.syncOperations.addHandler(
                        HTTPConnectionStateHandler(idleTimeout: Self.idleTimeout, logger: logger))
                    return .http(
                        try HTTPChannel(
                            wrappingChannelSynchronously: channel,
                            configuration: .init(isOutboundHalfClosureEnabled: true)))
                }
            }
            // A peer that never asks anything would never be timed out: the state handler comes with the first request.
            let silence = channel.eventLoop.scheduleTask(in: .seconds(30)) { channel.close(promise: nil) }
            let upgrade = NIOTypedHTTPServerUpgradeConfiguration(
                upgraders: [upgrader], notUpgradingCompletionHandler: plain)
            var configuration = NIOUpgradableHTTPServerPipelineConfiguration(upgradeConfiguration: upgrade)
            configuration.enableErrorHandling = false
            configuration.enableResponseHeaderValidation = false
            // A request that wants an upgrade which nobody offers gets an ordinary answer.
            let negotiation = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
                configuration: configuration)
            let before = try channel.pipeline.syncOperations.handler(
                type: NIOTypedHTTPServerUpgradeHandler<Negotiated>.self)
            try channel.pipeline.syncOperations.addHandler(
                StrayUpgradeFilter(hasSocket: hasSocket), position: .before(before))
            negotiation.whenComplete { _ in silence.cancel() }
            return Value(negotiation: negotiation, channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        // A cancelled connection closes, whatever it is waiting for: a negotiation hears of no cancellation, and over
        // TLS the input cannot be closed alone, as Hummingbird does with plain HTTP.
        await withTaskCancellationHandler {
            do {
                switch try await value.negotiation.get() {
                case .http(let channel): await handleHTTP(asyncChannel: channel, logger: logger)
                case .socket(let channel, let path): await serveSocket(channel, path, logger)
                }
            } catch {
                // The peer went away, or spoke no HTTP, before it had said what it wants.
                value.channel.close(promise: nil)
            }
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}

/// Whether an answer's body is worth compressing; then its headers say that it depends on what the client takes.
///
/// - Parameter isTaken: whether the client takes anything compressed.
private func isPacked(_ head: inout HTTPResponseHead, isTaken: Bool) -> Bool {
    let type = head.headers.first(name: "content-type") ?? ""
    // PDF files, office files and ZIP containers are packed already.
    let isText =
        ["text/", "application/json", "application/javascript", "application/manifest", "application/xml", "image/svg"]
        .contains { type.hasPrefix($0) } || type.hasSuffix("+json") || type.hasSuffix("+xml")
    if isText { head.headers.add(name: "vary", value: "accept-encoding") }
    // A range is one of the bytes that are sent (RFC 9110 §14.4): packed ones would be others.
    guard isText, head.status != .partialContent else { return false }
    // Of a head that is flushed before the body's first piece the compressor leaves the length as it was before packing:
    // the client would wait for bytes that never come. Of a whole answer it sets the right one.
    if isTaken { head.headers.remove(name: "content-length") }
    return true
}

/// Takes the Upgrade header from requests that no upgrader will take: the upgrade handler leaves such a request
/// without any answer.
private final class StrayUpgradeFilter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let hasSocket: @Sendable (String) -> Bool

    init(hasSocket: @escaping @Sendable (String) -> Bool) { self.hasSocket = hasSocket }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else {
            context.fireChannelRead(data)
            return
        }
        let isSocket =
            head.headers["upgrade"].contains { $0.lowercased() == "websocket" } && head.method == .GET
            && hasSocket(head.uri)
        if !isSocket { head.headers.remove(name: "upgrade") }
        context.fireChannelRead(wrapInboundOut(.head(head)))
        // What follows an upgrade is no HTTP.
        if isSocket { context.pipeline.syncOperations.removeHandler(context: context, promise: nil) }
    }
}

/// Ends a connection instead of answering what was no request.
///
/// Where bytes after a request are no HTTP, a 400 is written to which no request belongs. The compressor above takes the
/// codings that each request accepts from a queue, without looking whether there is one: from anybody's junk it would
/// end the process.
private final class UnaskedAnswerFilter: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Requests that have had no answer yet.
    private var asked = 0
    private var isOver = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { asked += 1 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head = unwrapOutboundIn(data) {
            if asked > 0 {
                asked -= 1
            } else {
                isOver = true
                context.close(promise: nil)
            }
        }
        guard !isOver else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        context.write(data, promise: promise)
    }
}

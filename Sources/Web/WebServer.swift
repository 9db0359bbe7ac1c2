import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Identity
import Logging
import NIOSSL
import Recording
import RelayRuntime
import Scheduler
import ServiceLifecycle

/// The web side of a server: pages, API and signalling on one TLS port, and on a plain one for a reverse proxy.
public struct WebServer: Service {
    public struct Settings: Sendable {
        public var listenHost: String
        public var listenPort: Int
        /// A plain listener, off when nil.
        public var plainHost: String?
        public var plainPort: Int
        public var certificatePEM: String
        public var privateKeyPEM: String
        public var tokenSecret: [UInt8]
        public var openRooms: Bool
        /// The folder of the call's page.
        public var assets: URL
        /// The folder of the scheduler's pages.
        public var pages: URL
        /// The API's description, OpenAPI 3.1.
        public var openAPI: URL
        /// An identity provider, where the office has one.
        public var provider: OIDCProvider?
        /// The mail relay as it may be shown.
        public var relay: String?
        /// With which recordings are encrypted at rest; nil: they are not.
        public var recordingKey: JournalKey?

        public init(
            listenHost: String, listenPort: Int, plainHost: String?, plainPort: Int, certificatePEM: String,
            privateKeyPEM: String, tokenSecret: [UInt8], openRooms: Bool, assets: URL, pages: URL, openAPI: URL,
            provider: OIDCProvider?, relay: String?, recordingKey: JournalKey? = nil
        ) {
            self.listenHost = listenHost
            self.listenPort = listenPort
            self.plainHost = plainHost
            self.plainPort = plainPort
            self.certificatePEM = certificatePEM
            self.privateKeyPEM = privateKeyPEM
            self.tokenSecret = tokenSecret
            self.openRooms = openRooms
            self.assets = assets
            self.pages = pages
            self.openAPI = openAPI
            self.provider = provider
            self.relay = relay
            self.recordingKey = recordingKey
        }
    }

    private let settings: Settings
    private let runtime: RelayRuntime
    private let scheduler: SchedulerService
    private let hub: RoomHub
    private let conductHub: ConductHub
    private let recordings: RecordingDesk
    private let logger: Logger

    public init(
        settings: Settings, runtime: RelayRuntime, scheduler: SchedulerService, films: FilmMaking, logger: Logger
    ) {
        self.settings = settings
        self.runtime = runtime
        self.scheduler = scheduler
        self.logger = logger
        conductHub = ConductHub(scheduler: scheduler, logger: logger)
        hub = RoomHub(runtime: runtime, door: Door(scheduler: scheduler), conductHub: conductHub, logger: logger)
        recordings = RecordingDesk(
            scheduler: scheduler, recorder: runtime.recorder, hub: hub, films: films, key: settings.recordingKey,
            logger: logger)
    }

    /// Serves until a graceful shutdown is asked for, or a listener fails. The order of an end: sockets are told 1001, the
    /// listeners end with their last connections, the media plane stops, and the last of its events are taken.
    public func run() async throws {
        let secure = try application(
            host: settings.listenHost, port: settings.listenPort,
            server: .tls(channel, tlsConfiguration: try tlsConfiguration()))
        let plain = try settings.plainHost.map {
            try application(host: $0, port: settings.plainPort, server: channel)
        }
        async let events: Void = hub.followEvents()
        async let recorded: Void = recordings.run()
        async let conduct: Void = conductHub.run { [hub, recordings] id, room, conduct in
            await hub.follow(conduct, room: room)
            await recordings.follow(conduct, of: id, room: room)
        }
        do {
            try await serve(secure, plain)
        } catch {
            await runtime.stop()
            throw error
        }
        await runtime.stop()
        await conductHub.stop()
        await events
        await recorded
        await conduct
    }

    /// Runs the listeners until both have ended. A graceful shutdown reaches each of them by itself: it accepts nobody
    /// any more, closes what is idle, and ends with its last connection; the hub sees to it that the sockets close.
    private func serve(_ secure: some Service, _ plain: (some Service)?) async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await ListenError.explaining(
                        host: settings.listenHost, port: settings.listenPort, flag: "--listen"
                    ) { try await secure.run() }
                }
                if let plain {
                    group.addTask {
                        try await ListenError.explaining(
                            host: settings.plainHost ?? "", port: settings.plainPort, flag: "--http"
                        ) { try await plain.run() }
                    }
                }
                // A failure leaves the group, which cancels the other listener; an end waits for the other's.
                for try await _ in group {}
            }
        } onGracefulShutdown: {
            Task {
                await hub.stop()
                await conductHub.stop()
            }
        }
    }

    private func application(
        host: String, port: Int, server: HTTPServerBuilder
    ) throws -> some ApplicationProtocol & Service {
        Application(
            router: makeRouter(), server: server,
            configuration: .init(address: .hostname(host, port: port), serverName: "giaoban"), logger: logger)
    }

    private var channel: HTTPServerBuilder {
        let socket = SignallingSocket(hub: hub)
        let conduct = ConductSocket(
            hub: conductHub, gate: Gate(secret: settings.tokenSecret, openRooms: settings.openRooms))
        return HTTPServerBuilder { responder in
            UpgradableChannel(
                responder: responder,
                hasSocket: { SignallingSocket.isSocket($0) || ConductSocket.isSocket($0) },
                serveSocket: { channel, path, logger in
                    if ConductSocket.isSocket(path) {
                        await conduct.serve(channel, path: path, logger: logger)
                    } else {
                        await socket.serve(channel, path: path, logger: logger)
                    }
                })
        }
    }

    private func makeRouter() -> Router<CallContext> {
        let router = Router(context: CallContext.self)
        router.add(middleware: SecurityHeaders())
        let gate = Gate(secret: settings.tokenSecret, openRooms: settings.openRooms)
        CallRoutes(hub: hub, gate: gate).add(to: router)
        WHIPRoutes(hub: hub, runtime: runtime, gate: gate).add(to: router)
        let api = router.group("").add(middleware: APIErrors(logger: logger))
        OpenRoutes(
            scheduler: scheduler, provider: settings.provider, baseURL: scheduler.settings.baseURL
        ).add(to: api)
        APIRoutes(
            scheduler: scheduler, openAPI: settings.openAPI,
            relay: settings.relay
        ).add(to: api)
        PageRoutes(scheduler: scheduler, secret: settings.tokenSecret).add(to: api)
        AlertRoutes(scheduler: scheduler).add(to: api)
        FeedRoutes(scheduler: scheduler).add(to: api)
        CalDAVRoutes(scheduler: scheduler).add(to: api)
        AssetRoutes(folder: settings.assets, pages: settings.pages).add(to: router)
        OperationsRoutes(
            runtime: runtime, broken: { await scheduler.brokenRecordingCount() }, started: Date()
        ).add(to: router)
        return router
    }

    private func tlsConfiguration() throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(settings.certificatePEM.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(settings.privateKeyPEM.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        // Many clients hang up without a close_notify of their own, or never read ours: waiting for theirs is in vain.
        configuration.shutdownTimeout = .milliseconds(500)
        // HTTP/2 has no WebSocket upgrade here.
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}

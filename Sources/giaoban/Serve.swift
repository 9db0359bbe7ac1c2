import ArgumentParser
import Briefing
import Foundation
import Identity
import Logging
import Mail
import ObjectStore
import RelayRuntime
import Scheduler
import SecureTransport
import ServiceLifecycle
import Store
import UnixSignals
import Web

/// `giaoban serve`: everything, until SIGTERM or SIGINT.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the server: pages, API, signalling and media.",
        discussion: """
            Every flag can also be given by the environment (GIAOBAN_LISTEN for --listen) or by the file that --config \
            names; a flag goes before the environment, the environment before the file.
            """)

    @OptionGroup var flags: ServeFlags

    func run() async throws {
        let settings = try await ServeSettings(flags)
        bootstrapLogging(level: settings.logLevel, format: settings.logFormat)
        let logger = Logger(label: "giaoban")

        let folder = try DataFolder(settings.data)
        let names = ["localhost", "127.0.0.1", "::1", ProcessInfo.processInfo.hostName] + settings.announce
        let identity = try folder.identity(hosts: names)
        let secret = try folder.tokenSecret()
        var certificatePEM = identity.certificatePEM
        var privateKeyPEM = identity.privateKeyPEM
        if let certificate = settings.certificate, let key = settings.privateKey {
            certificatePEM = try String(contentsOf: certificate, encoding: .utf8)
            privateKeyPEM = try String(contentsOf: key, encoding: .utf8)
        }

        let runtime = try RelayRuntime(
            settings: RelayRuntime.Settings(
                workers: settings.workers, basePort: settings.mediaPort, announcedAddresses: settings.announce,
                tcp: settings.iceTCP, participantsPerRoom: settings.maxParticipants, roomShare: settings.roomShare,
                disk: settings.recordingDisk),
            identity: identity, logger: logger)
        runtime.start()
        let scheduler = try SchedulerService(
            settings: SchedulerService.Settings(
                baseURL: settings.url, papers: PaperFolders(in: folder.url), secret: secret,
                templates: try LetterTemplates(folder: settings.scheduler.appendingPathComponent("templates").path),
                joinToken: { room, actor, expires in
                    JoinToken(room: room, actor: actor, expires: Int64(expires)).text(secret: secret)
                }, demoAccounts: settings.isDemo ? Demo.accounts : [], signing: settings.signing,
                objectStore: settings.objectStore),
            store: try Store(file: folder.database, chainKey: try folder.auditKey()), logger: logger)
        if settings.isDemo {
            try await Demo(scheduler: scheduler, folder: settings.scheduler.appendingPathComponent("directory")).fill()
        }
        try await scheduler.sweepUploads(isStart: true)
        if let store = settings.objectStore { probe(store, logger) }
        var keeping = settings.keeping
        keeping.isBusy = { runtime.isInUse }
        let films = FilmMaking(
            scheduler: scheduler, executable: Bundle.main.executablePath ?? "/proc/self/exe",
            keyFile: settings.recordingKeyFile, logger: logger)
        let background = Background(
            scheduler: scheduler, relay: settings.mailRelay, mailbox: settings.mailbox,
            keeping: RecordKeeping(scheduler: scheduler, films: films, settings: keeping, logger: logger),
            folder: folder.mail, logger: logger)
        let web = WebServer(
            settings: WebServer.Settings(
                listenHost: settings.listen.host, listenPort: settings.listen.port, plainHost: settings.http?.host,
                plainPort: settings.http?.port ?? 0, certificatePEM: certificatePEM, privateKeyPEM: privateKeyPEM,
                tokenSecret: secret, openRooms: settings.openRooms, assets: settings.assets,
                pages: settings.scheduler.appendingPathComponent("pages"),
                openAPI: settings.scheduler.appendingPathComponent("openapi.json"),
                provider: settings.provider.map { OIDCProvider($0) }, relay: settings.mailRelay?.shown,
                recordingKey: settings.recordingKey),
            runtime: runtime, scheduler: scheduler,
            films: films, logger: logger)
        logger.notice("open \(settings.url)/")

        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: background),
                .init(service: web, successTerminationBehavior: .gracefullyShutdownGroup),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        try await ServiceGroup(configuration: configuration).run()
        logger.notice("stopped")
    }

    /// Says at the start whether the store can be used; the server runs without it, too.
    private func probe(_ store: ObjectStore, _ logger: Logger) {
        let thread = Thread {
            do throws(ObjectStoreError) {
                try store.probe()
                logger.notice("recordings go to \(store.shown)")
            } catch {
                logger.error("recordings do not get to \(store.shown): \(error.english)")
            }
        }
        thread.name = "store"
        thread.start()
    }
}

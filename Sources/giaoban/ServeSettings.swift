import ArgumentParser
import Foundation
import Identity
import Mail
import ObjectStore
import Recording
import Scheduler

/// The flags of `giaoban serve`. What a flag does not say comes from the environment (GIAOBAN_LISTEN for --listen, and
/// so on), then from the configuration file, then from the default.
struct ServeFlags: ParsableArguments {
    @Option(help: "Configuration file (YAML), with the flags' names as keys.")
    var config: String?

    @Option(help: "Address and port of pages, API and WebSocket, over TLS. (default: 0.0.0.0:8443)")
    var listen: String?

    @Option(help: "Address and port of a plain listener for use behind a reverse proxy. (default: none)")
    var http: String?

    @Option(help: "Folder of what the server keeps. (default: ./var)")
    var data: String?

    @Option(help: "TLS certificate chain, PEM. (default: one made on the first start)")
    var certificate: String?

    @Option(name: .long, help: "Private key of the certificate, PEM.")
    var privateKey: String?

    @Option(name: .long, help: "First UDP and TCP port of media; each worker takes one. (default: 10000)")
    var mediaPort: Int?

    @Option(help: "Media worker threads. (default: the number of cores)")
    var workers: Int?

    @Option(
        help: "Address that clients are told for media; repeat it for several. (default: the machine's own addresses)")
    var announce: [String] = []

    @Flag(name: .long, help: "Do not take media over TCP.")
    var noIceTcp = false

    @Option(name: .long, help: "Participants that one room holds. (default: 1000)")
    var maxParticipants: Int?

    @Option(name: .long, help: "Participants of one room that one worker takes before others help. (default: 100)")
    var roomShare: Int?

    @Flag(name: .long, help: "Let pages join any room without a token.")
    var openRooms = false

    @Option(help: "Folder of the pages. (default: media/client beside the executable or the working directory)")
    var assets: String?

    @Option(help: "Folder of the scheduler (pages, templates). (default: scheduler, found as the pages are)")
    var scheduler: String?

    @Option(
        name: .long, help: "Address that people open, as letters name it. (default: https://HOST:PORT of --listen)")
    var url: String?

    @Option(
        name: .long,
        help:
            "Mail relay: smtp://, smtp+starttls:// or smtps://USER:PASSWORD@HOST:PORT, or file:///FOLDER. (default: none)"
    )
    var mailRelay: String?

    @Option(
        name: .long,
        help: "Mailbox that answers come to: imaps://USER:PASSWORD@HOST/INBOX or maildir:///FOLDER. (default: none)")
    var mailbox: String?

    @Option(name: .long, help: "OpenID Connect provider's issuer, an https address. (default: none)")
    var oidcIssuer: String?

    @Option(name: .long, help: "The client's name at the provider.")
    var oidcClient: String?

    @Option(name: .long, help: "File with the client's secret at the provider.")
    var oidcSecretFile: String?

    @Option(name: .long, help: "What the sign-in button calls the provider. (default: the issuer's host)")
    var oidcName: String?

    @Option(name: .long, help: "PEM file of the authority that signs the provider's certificate, if not a public one.")
    var oidcAuthorities: String?

    @Option(
        name: .long,
        help:
            "PEM file of the root certificates by which signatures and time-stamps are judged. (default: none are taken)"
    )
    var signRoots: String?

    @Option(name: .long, help: "Address of a time-stamp authority (RFC 3161) for signatures. (default: none)")
    var signTsa: String?

    @Option(
        name: .long,
        help: "Revocation lists (DER): files or http(s):// addresses, with commas between them. (default: none)")
    var signCrl: String?

    @Option(
        name: .long,
        help: "What a signer's certificate has to say: none, or name (as in the directory). (default: none)")
    var signMatch: String?

    @Option(
        name: .long,
        help:
            "File with the key that encrypts recordings, 32 bytes or 64 hexadecimal digits. (default: none, they are not)"
    )
    var recordingKeyFile: String?

    @Option(
        name: .long,
        help: "Warn those who lead when the disk lasts for fewer minutes of recording than this. (default: 60)")
    var recordingWarnMinutes: Int?

    @Option(name: .long, help: "Keep only voices when it lasts for fewer minutes than this. (default: 15)")
    var recordingVoicesMinutes: Int?

    @Option(name: .long, help: "Megabytes of the disk that recordings leave free. (default: 256)")
    var recordingReserve: Int?

    @Option(name: .long, help: "Days after which a recording is checked again against its hashes. (default: 30)")
    var recordingCheckDays: Int?

    @OptionGroup var store: StoreFlags

    @Option(name: .long, help: "Days for which recordings stay here that the store has. (default: 30)")
    var storeOwnDays: Int?

    @Option(name: .long, help: "kbit/s that go to the store while somebody is in a call. (default: 2000)")
    var storeRateInCalls: Int?

    @Flag(name: .long, help: "Fill an empty server with the demo province and a weekly briefing.")
    var demo = false

    @Option(name: .long, help: "trace, debug, info, notice, warning, error or critical. (default: info)")
    var logLevel: String?

    @Option(name: .long, help: "text or json. (default: text)")
    var logFormat: String?
}

/// What a server runs with, all sources taken together.
struct ServeSettings {
    var listen: (host: String, port: Int)
    var http: (host: String, port: Int)?
    var data: URL
    var certificate: URL?
    var privateKey: URL?
    var mediaPort: UInt16
    var workers: Int
    var announce: [String]
    var iceTCP: Bool
    var maxParticipants: Int
    var roomShare: Int
    var openRooms: Bool
    var assets: URL
    var scheduler: URL
    var url: String
    var mailRelay: RelaySettings?
    var mailbox: Mailbox?
    var provider: OIDCSettings?
    var signing: SigningDesk
    var recordingKey: JournalKey?
    var recordingKeyFile: String?
    var recordingDisk: DiskWatch.Limits
    var keeping: RecordKeeping.Settings
    var objectStore: ObjectStore?
    var isDemo: Bool
    var logLevel: String
    var logFormat: String

    /// - Throws: `ValidationError` with a sentence that says which setting is wrong and how to mend it.
    init(_ flags: ServeFlags) async throws {
        let sources = try await SettingSources(config: flags.config)
        listen = try Self.address(sources.text(flags.listen, "listen") ?? "0.0.0.0:8443", "listen")
        http = try sources.text(flags.http, "http").map { try Self.address($0, "http") }
        data = URL(fileURLWithPath: sources.text(flags.data, "data") ?? "var")
        certificate = sources.text(flags.certificate, "certificate").map { URL(fileURLWithPath: $0) }
        privateKey = sources.text(flags.privateKey, "private-key").map { URL(fileURLWithPath: $0) }
        guard (certificate == nil) == (privateKey == nil) else {
            throw ValidationError("--certificate and --private-key go together.")
        }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        workers = try sources.number(flags.workers, "workers", max(1, cores), 1...256)
        mediaPort = UInt16(try sources.number(flags.mediaPort, "media-port", 10_000, 0...(65_535 - 256)))
        announce = flags.announce
        if announce.isEmpty, let given = sources.text(nil, "announce") {
            announce = given.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        iceTCP = !sources.isOn(flags.noIceTcp, "no-ice-tcp")
        maxParticipants = try sources.number(flags.maxParticipants, "max-participants", 1000, 2...10_000)
        roomShare = try sources.number(flags.roomShare, "room-share", 100, 1...10_000)
        openRooms = sources.isOn(flags.openRooms, "open-rooms")
        assets = try Self.assets(sources.text(flags.assets, "assets"))
        scheduler = try Self.folder(
            sources.text(flags.scheduler, "scheduler"), near: "scheduler", with: "pages/app.html", flag: "scheduler")
        let host = listen.host == "0.0.0.0" || listen.host == "::" ? "localhost" : listen.host
        url = sources.text(flags.url, "url") ?? "https://\(host):\(listen.port)"
        while url.hasSuffix("/") { url.removeLast() }
        do {
            mailRelay = try sources.text(flags.mailRelay, "mail-relay").map { text throws(RelayError) in
                try RelaySettings(text)
            }
        } catch {
            throw ValidationError("--mail-relay: \(error.english)")
        }
        do {
            mailbox = try sources.text(flags.mailbox, "mailbox").map { text throws(MailboxError) in try Mailbox(text) }
        } catch {
            throw ValidationError("--mailbox: \(error.english)")
        }
        if let issuer = sources.text(flags.oidcIssuer, "oidc-issuer") {
            guard let client = sources.text(flags.oidcClient, "oidc-client") else {
                throw ValidationError("--oidc-issuer needs --oidc-client.")
            }
            do {
                let secret = try sources.text(flags.oidcSecretFile, "oidc-secret-file").map {
                    try String(contentsOfFile: $0, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
                }
                provider = try OIDCSettings(
                    issuer: issuer, clientID: client, clientSecret: secret,
                    name: sources.text(flags.oidcName, "oidc-name") ?? URL(string: issuer)?.host ?? issuer,
                    authorities: sources.text(flags.oidcAuthorities, "oidc-authorities"))
            } catch let error as OIDCSettings.Invalid {
                throw ValidationError("--oidc-issuer: \(error.english)")
            }
        }
        signing = try Self.signing(
            roots: sources.text(flags.signRoots, "sign-roots"), stamps: sources.text(flags.signTsa, "sign-tsa"),
            lists: sources.text(flags.signCrl, "sign-crl"), match: sources.text(flags.signMatch, "sign-match"))
        recordingKeyFile = sources.text(flags.recordingKeyFile, "recording-key-file")
        recordingKey = try recordingKeyFile.map { try Self.journalKey($0) }
        let warning = try sources.number(flags.recordingWarnMinutes, "recording-warn-minutes", 60, 1...10_000)
        let voices = try sources.number(flags.recordingVoicesMinutes, "recording-voices-minutes", 15, 1...10_000)
        guard voices <= warning else {
            throw ValidationError("--recording-voices-minutes must not be above --recording-warn-minutes.")
        }
        recordingDisk = DiskWatch.Limits(
            warning: Int64(warning) * 60, shedding: Int64(voices) * 60,
            reserve: Int64(try sources.number(flags.recordingReserve, "recording-reserve", 256, 1...1_000_000)) << 20)
        keeping = RecordKeeping.Settings(
            checkDays: try sources.number(flags.recordingCheckDays, "recording-check-days", 30, 1...3650),
            ownDays: try sources.number(flags.storeOwnDays, "store-own-days", 30, 0...36_500),
            rateInCalls: try sources.number(flags.storeRateInCalls, "store-rate-in-calls", 2000, 8...10_000_000) * 125)
        objectStore = try flags.store.store(sources)
        isDemo = sources.isOn(flags.demo, "demo")
        logLevel = sources.text(flags.logLevel, "log-level") ?? "info"
        logFormat = sources.text(flags.logFormat, "log-format") ?? "text"
        guard ["text", "json"].contains(logFormat) else {
            throw ValidationError("--log-format is text or json, not \(logFormat).")
        }
    }

    private static func address(_ text: String, _ flag: String) throws -> (host: String, port: Int) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { throw ValidationError("--\(flag) is ADDRESS:PORT, 0.0.0.0:8443 for example, not \(text).") }
        let host = text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        return (host.isEmpty ? "0.0.0.0" : host, port)
    }

    /// The call page's folder: as given, or found near the executable, or below the working directory.
    private static func assets(_ given: String?) throws -> URL {
        try folder(given, near: "media/client", with: "call.html", flag: "assets")
    }

    private static func folder(_ given: String?, near name: String, with file: String, flag: String) throws -> URL {
        var candidates: [URL] = []
        if let given {
            candidates = [URL(fileURLWithPath: given)]
        } else {
            var folder = (Bundle.main.executableURL ?? URL(fileURLWithPath: ".")).resolvingSymlinksInPath()
            for _ in 0..<6 {
                folder.deleteLastPathComponent()
                candidates.append(folder.appendingPathComponent(name))
                candidates.append(folder.appendingPathComponent("share/giaoban/\(name)"))
            }
            candidates.append(URL(fileURLWithPath: name))
        }
        for candidate in candidates
        where FileManager.default.fileExists(atPath: candidate.appendingPathComponent(file).path) {
            return candidate
        }
        throw ValidationError("\(name) with \(file) is not at \(candidates[0].path). Name its folder with --\(flag).")
    }
}

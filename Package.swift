// swift-tools-version: 6.2
import PackageDescription

/// What every target is built with.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "giaoban",
    platforms: [.macOS(.v26)],
    products: [.executable(name: "giaoban", targets: ["giaoban"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0", traits: [.defaults, "YAML"]),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // Debian's OpenSSL: DTLS, certificates, HMAC.
        .systemLibrary(
            name: "COpenSSL", path: "media/shims/COpenSSL", pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"])]),
        // libopus: the repacketizer, which joins packets of one voice.
        .systemLibrary(
            name: "COpus", path: "media/shims/COpus", pkgConfig: "opus", providers: [.apt(["libopus-dev"])]),
        // libav: pictures decoded, scaled and encoded, films written. It has one file for pkg-config for each library; the
        // module map names the others.
        .systemLibrary(
            name: "CAV", path: "media/shims/CAV", pkgConfig: "libavformat",
            providers: [.apt(["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev"])]),
        // libical: recurrence rules and iCalendar.
        .systemLibrary(
            name: "CIcal", path: "scheduler/shims/CIcal", pkgConfig: "libical", providers: [.apt(["libical-dev"])]),
        // libcurl: SMTP and IMAP, and HTTP to an identity provider.
        .systemLibrary(
            name: "CCurl", path: "scheduler/shims/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]),
        // GMime: letters written and read.
        .systemLibrary(
            name: "CGMime", path: "scheduler/shims/CGMime", pkgConfig: "gmime-3.0",
            providers: [.apt(["libgmime-3.0-dev"])]),
        // Pango and cairo: pages as PDF.
        .systemLibrary(
            name: "CPango", path: "scheduler/shims/CPango", pkgConfig: "pangocairo",
            providers: [.apt(["libpango1.0-dev"])]),
        // zlib: what the containers of ODT and DOCX files are packed with.
        .systemLibrary(
            name: "CZlib", path: "scheduler/shims/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // libcrypto's signed messages, time-stamps and key files.
        .systemLibrary(
            name: "CCMS", path: "scheduler/shims/CCMS", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        // PKCS#11's names: what a signer's token is asked by.
        .systemLibrary(
            name: "CPKCS11", path: "scheduler/shims/CPKCS11", pkgConfig: "p11-kit-1",
            providers: [.apt(["libp11-kit-dev"])]),
        // What Swift's Glibc module hides: of starting processes, of sockets.
        .systemLibrary(name: "CSpawn", path: "scheduler/shims/CSpawn"),
        .target(name: "CSockets", path: "media/shims/CSockets"),

        // SRTP's ciphers from BoringSSL, as NIOSSL brings it: its headers cannot meet OpenSSL's in one Swift module.
        .target(
            name: "CSRTPCipher", dependencies: [.product(name: "NIOSSL", package: "swift-nio-ssl")],
            path: "media/shims/CSRTPCipher"),

        // Packets as bounded views.
        .target(name: "RTP", swiftSettings: settings),
        // STUN messages and the ICE-lite agent.
        .target(name: "ICE", swiftSettings: settings),
        // Session descriptions and the one exchange that we speak.
        .target(name: "SDP", swiftSettings: settings),
        // DTLS handshake and SRTP contexts.
        .target(
            name: "SecureTransport",
            dependencies: ["COpenSSL", "CSRTPCipher"],
            swiftSettings: settings),
        // Feedback, losses, reception statistics, the bandwidth estimate.
        .target(name: "Congestion", dependencies: ["RTP"], exclude: ["Congestion.md"], swiftSettings: settings),
        // Films as they are played in a call: their file, and which packets are due when.
        .target(name: "Film", swiftSettings: settings),
        // The journal of a call on disk.
        .target(name: "Recording", dependencies: ["COpenSSL", "CZlib"], swiftSettings: settings),
        // The SFU as a state machine.
        .target(
            name: "Relay", dependencies: ["COpus", "Congestion", "Film", "ICE", "RTP", "SDP", "SecureTransport"],
            swiftSettings: settings),
        // Threads and sockets.
        .target(
            name: "RelayRuntime",
            dependencies: [
                "CSockets", "Film", "ICE", "RTP", "Recording", "Relay", "SDP", "SecureTransport",
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: settings),
        // From the journal to films: timeline, layout, composition, chapters.
        .target(
            name: "Archive", dependencies: ["CAV", "COpus", "CPango", "RTP", "Recording"], swiftSettings: settings),
        // Recurrence rules and calendar objects (RFC 5545, 5546).
        .target(name: "ICalendar", dependencies: ["CIcal"], swiftSettings: settings),
        // What a province's briefings are, as pure rules.
        .target(name: "Briefing", dependencies: ["ICalendar"], swiftSettings: settings),
        // Who asks: passwords, secret tokens, an identity provider's answers.
        .target(name: "Identity", dependencies: ["CCurl", "COpenSSL"], swiftSettings: settings),
        // Bytes to and from an S3-compatible store.
        .target(name: "ObjectStore", dependencies: ["CCurl", "Identity"], swiftSettings: settings),
        // Letters out through a relay, answers in from a mailbox.
        .target(name: "Mail", dependencies: ["CCurl", "CGMime", "ICalendar"], swiftSettings: settings),
        // ZIP containers, written and read by the byte.
        .target(name: "ZIP", dependencies: ["CZlib"], swiftSettings: settings),
        // Text and tables as pages of a PDF, and as texts for office programs.
        .target(name: "Print", dependencies: ["CPango", "ZIP"], swiftSettings: settings),
        // Papers that people sign: signatures prepared, put in and checked. Never a private key.
        .target(name: "Papers", dependencies: ["CCMS", "CPango", "CZlib"], swiftSettings: settings),
        // Papers as pages: office programs and drawing programs in a sandbox.
        .target(name: "Conversion", dependencies: ["CSpawn", "CZlib", "Film"], swiftSettings: settings),
        // What is kept: schema, migrations, queries, the chain of acts. The only module with SQL.
        .target(
            name: "Store",
            dependencies: ["Briefing", "ICalendar", "Identity", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings),
        // Each act of a person: rights, rules, one transaction, a line in the chain, letters queued.
        .target(
            name: "Scheduler",
            dependencies: [
                "Archive", "Briefing", "CSpawn", "Conversion", "Film", "ICalendar", "Identity", "Mail",
                "ObjectStore", "Papers", "Print", "Store",
                "ZIP",
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: settings),
        // Pages, API, signalling.
        .target(
            name: "Web",
            dependencies: [
                "Briefing", "Conversion", "ICE", "ICalendar", "Identity", "Recording", "Relay", "RelayRuntime", "SDP",
                "Scheduler", "Store",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        // The command line.
        .executableTarget(
            name: "giaoban",
            dependencies: [
                "Archive", "Briefing", "CCMS", "CCurl", "CPKCS11", "Conversion", "Identity", "Mail", "ObjectStore",
                "Papers",
                "Recording", "RelayRuntime", "Scheduler", "SecureTransport", "Store", "Web",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),

        // Benchmarks (ops/bench): the clients' side, the machine's limit, and what a packet costs in instructions.
        .target(name: "CBench", path: "Benchmarks/CBench"),
        .executableTarget(
            name: "LoadGenerator", dependencies: ["CBench", "COpenSSL", "ICE", "RTP", "SecureTransport"],
            path: "Benchmarks/LoadGenerator", swiftSettings: settings),
        .executableTarget(name: "LimitLoop", dependencies: ["CBench", "CSRTPCipher"], path: "Benchmarks/LimitLoop"),
        .executableTarget(
            name: "HotPath", dependencies: ["CBench", "ICE", "RTP", "Relay", "RelayRuntime", "SDP", "SecureTransport"],
            path: "Benchmarks/HotPath", swiftSettings: settings),
        // What the scheduler's acts take with ten years of history.
        .executableTarget(
            name: "SchedulerBench",
            dependencies: [
                "Briefing", "ICalendar", "Identity", "Mail", "Scheduler", "Store",
                .product(name: "Logging", package: "swift-log"),
            ], path: "Benchmarks/Scheduler", swiftSettings: settings),

        // The real relay with simulated sites behind simulated lines, in virtual time (ops/test simulation).
        .executableTarget(
            name: "Simulation", dependencies: ["Congestion", "ICE", "RTP", "Relay", "SecureTransport"],
            path: "Tests/Simulation", swiftSettings: settings),

        // What recurrence and calendar give, for other programs to check (Tests/EndToEnd).
        .executableTarget(
            name: "RecurrenceOracle", dependencies: ["Briefing", "ICalendar"], path: "Tests/RecurrenceOracle",
            swiftSettings: settings),

        // What tests of several modules need.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),

        .testTarget(name: "FilmTests", dependencies: ["Film", "RTP"], swiftSettings: settings),
        .testTarget(name: "RTPTests", dependencies: ["RTP", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "CongestionTests", dependencies: ["Congestion", "RTP", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "ICalendarTests", dependencies: ["ICalendar", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "BriefingTests", dependencies: ["Briefing", "ICalendar", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "IdentityTests", dependencies: ["COpenSSL", "Identity"], swiftSettings: settings),
        .testTarget(name: "ObjectStoreTests", dependencies: ["ObjectStore"], swiftSettings: settings),
        .testTarget(name: "MailTests", dependencies: ["ICalendar", "Mail", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "PapersTests", dependencies: ["CCMS", "CZlib", "Papers", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "ConversionTests", dependencies: ["Conversion", "Film", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "ZIPTests", dependencies: ["ZIP"], swiftSettings: settings),
        .testTarget(name: "PrintTests", dependencies: ["Print", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Briefing", "ICalendar", "Store", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings),
        .testTarget(
            name: "SchedulerTests",
            dependencies: [
                "Archive", "Briefing", "ICalendar", "Mail", "Scheduler", "Store", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: settings),
        .testTarget(name: "WebTests", dependencies: ["Relay", "Web"], swiftSettings: settings),
        .testTarget(name: "RecordingTests", dependencies: ["Recording", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "ArchiveTests", dependencies: ["Archive", "CAV", "COpus", "RTP", "Recording"], swiftSettings: settings
        ),
        .testTarget(name: "ICETests", dependencies: ["ICE"], swiftSettings: settings),
        .testTarget(name: "SDPTests", dependencies: ["SDP"], swiftSettings: settings),
        .testTarget(
            name: "SecureTransportTests", dependencies: ["COpenSSL", "SecureTransport"], swiftSettings: settings),
        .testTarget(
            name: "RelayTests", dependencies: ["COpus", "Film", "ICE", "RTP", "Relay", "SDP", "SecureTransport"],
            swiftSettings: settings),
        .testTarget(name: "RelayRuntimeTests", dependencies: ["Relay", "RelayRuntime"], swiftSettings: settings),
    ]
)

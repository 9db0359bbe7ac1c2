/// What the benchmark's driver says, one JSON object a line, and what it is told.
struct Command: Decodable {
    /// open, connect, close, state, quit; of a load: pace, run, deafen, sinks; of sites: voice, camera, report.
    var verb: String
    /// open, sinks: how many.
    var count: Int?
    /// connect, close, voice, camera: the session.
    var session: Int?
    /// connect: the server's side of it.
    var address: String?
    var port: UInt16?
    var ufrag: String?
    var password: String?
    /// connect: when the join was asked for (Unix time, µs); the time to the first media counts from there.
    var asked: Int64?
    /// connect: ms between the first answered check and the ClientHello.
    var patience: Int64?
    /// connect: streams that this session sends; those of a site come from files.
    var voice: StreamPlan?
    var picture: StreamPlan?
    var streams: [SiteStreamPlan]?
    /// voice, camera: whether the site speaks, or shows a picture, from now on.
    var on: Bool?
    /// pace: how much faster than planned all publishers send; 0: they pause.
    var factor: Double?
    /// run: seconds before counting begins, seconds counted.
    var warmup: Double?
    var seconds: Double?
    /// run: whether the report says how many packets had which delay, for sums over runs.
    var counts: Bool?
    /// deafen: every session but each n-th throws media away in the kernel; 0: nobody does.
    var listeners: Int?
}

/// One stream to send. Packets are RTP with their header, before SRTP.
struct StreamPlan: Decodable {
    var ssrc: UInt32
    var payloadType: UInt8
    /// Bursts a second: pictures, or voice packets.
    var rate: Double
    /// Bytes of a packet.
    var bytes: Int
    /// kbit/s; packets of a burst follow from it. For voices one packet is one burst.
    var kbps: Double?
    /// The last half of a picture's packets are one byte longer, as Chromium's packetizer splits.
    var uneven: Bool?
}

struct Opened: Encodable {
    struct Session: Encodable {
        var session: Int
        var ufrag: String
        var password: String
    }
    var fingerprint: String
    var sessions: [Session]
}

struct Connected: Encodable {
    var connected: Int
    var secure: Int
}

struct Sinks: Encodable { var ports: [UInt16] }

struct Report: Encodable {
    var event = "report"
    var seconds: Double
    /// Packets that publishers sent, and bursts.
    var sent: Int
    /// Packets that came out at viewers, and what is missing of their streams.
    var received: Int
    var lost: Int
    var streams: Int
    /// Dropped at our own sockets because we were too slow.
    var dropped: Int
    var delay: [String: Int]
    /// Delays in steps of 10 µs, and how many packets had each.
    var counts: [[Int]]?
    /// ms from the ask to the first media of each session that connected during the run.
    var firstMedia: [Double]
    /// Of our own thread, seconds.
    var ownCPU: Double
    /// Packets that could not be decrypted, of those that were tried.
    var broken: Int
}

struct Mark: Encodable { var event: String }

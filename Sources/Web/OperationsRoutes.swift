import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Relay
import RelayRuntime

/// For whoever keeps the server: is it well, and what does it do.
struct OperationsRoutes: Sendable {
    let runtime: RelayRuntime
    /// Recordings that are not what they were.
    let broken: @Sendable () async -> Int
    let started: Date

    private struct Health: Encodable {
        var status: String
        var uptimeSeconds: Int
        var rooms: UInt64
        var participants: UInt64
    }

    func add(to router: Router<CallContext>) {
        router.get("/healthz") { _, _ in
            let metrics = runtime.metrics()
            return try jsonResponse(
                Health(
                    status: "ok", uptimeSeconds: Int(Date().timeIntervalSince(started)), rooms: metrics.rooms,
                    participants: metrics.participants))
        }
        router.get("/metrics") { _, _ in
            await Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],

                body: .init(
                    byteBuffer: ByteBuffer(
                        string: Self.text(
                            runtime.metrics(), resident: residentBytes(), broken: UInt64(clamping: broken())))))
        }
    }

    /// Prometheus's text format, version 0.0.4.
    static func text(_ metrics: RelayMetrics, resident: UInt64, broken: UInt64) -> String {
        let counters: [(String, String, UInt64)] = [
            ("packets_received_total", "RTP packets received from publishers.", metrics.packetsReceived),
            ("packets_forwarded_total", "RTP packets sent to receivers.", metrics.packetsForwarded),
            ("bytes_received_total", "Bytes of RTP packets received.", metrics.bytesReceived),
            ("bytes_forwarded_total", "Bytes of RTP packets sent.", metrics.bytesForwarded),
            ("retransmissions_total", "Packets sent again to receivers.", metrics.retransmissions),
            (
                "retransmission_misses_total", "Packets asked for again that were not there.",
                metrics.retransmissionMisses
            ),
            ("nacks_received_total", "NACK messages of receivers.", metrics.nacksReceived),
            ("nacks_sent_total", "NACK messages to publishers.", metrics.nacksSent),
            ("packets_lost_total", "Video packets of publishers that did not come at first.", metrics.packetsLost),
            ("packets_recovered_total", "Of these, brought by a retransmission.", metrics.packetsRecovered),
            ("keyframe_requests_total", "PLI and FIR sent to publishers.", metrics.keyframeRequests),
            ("stun_requests_total", "STUN datagrams received.", metrics.stunRequests),
            ("stun_rejected_total", "Of these, unknown or unauthenticated.", metrics.stunRejected),
            ("datagrams_dropped_total", "Datagrams of no known peer or protocol.", metrics.datagramsDropped),
            ("link_drops_total", "Packets that did not fit into the pipe between two workers.", metrics.linkDrops),
            (
                "recording_drops_total", "Packets of recorded rooms that did not fit into the pipe to the recorder.",
                metrics.recordingDrops
            ),
            ("dtls_failures_total", "Handshakes that failed.", metrics.dtlsFailures),
            ("srtp_failures_total", "Packets whose authentication failed.", metrics.srtpFailures),
            ("srtp_replays_total", "Packets that had been seen before.", metrics.replays),
            ("send_calls_total", "System calls that sent datagrams.", metrics.sendCalls),
            ("receive_calls_total", "System calls that received datagrams.", metrics.receiveCalls),
            ("wait_calls_total", "System calls that waited for datagrams or timers.", metrics.waitCalls),
            ("send_drops_total", "Datagrams that could not be sent.", metrics.sendDrops),
        ]
        let gauges: [(String, String, UInt64)] = [
            ("rooms", "Calls.", metrics.rooms), ("participants", "Connections in calls.", metrics.participants),
            ("resident_bytes", "Memory of the process.", resident),
            ("recordings_broken", "Recordings whose last check found that they differ.", broken),
        ]
        var text = ""
        for (list, type) in [(counters, "counter"), (gauges, "gauge")] {
            for (name, help, value) in list {
                text += "# HELP giaoban_\(name) \(help)\n# TYPE giaoban_\(name) \(type)\ngiaoban_\(name) \(value)\n"
            }
        }
        return text
    }
}

/// The resident set, from /proc (proc(5)).
func residentBytes() -> UInt64 {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
        let pages = text.split(separator: " ").dropFirst().first.flatMap({ UInt64($0) })
    else { return 0 }
    return pages * 4096
}

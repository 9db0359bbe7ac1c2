import CBench
import Foundation
import SecureTransport

/// Counts what one forwarded packet costs in user instructions, heap allocations and reference counts, exactly and
/// repeatably, by single-stepping a relay through a few bursts. Times vary with the neighbours; these numbers do not.
///
/// `HotPath count LIMIT_LOOP` prints one JSON object. `HotPath probe …` is the program that it steps through.
@main
enum HotPath {
    /// Functions whose calls are counted.
    static let allocations = ["malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "free"]
    static let references = [
        "swift_retain", "swift_release", "swift_retain_n", "swift_release_n", "swift_bridgeObjectRetain",
        "swift_bridgeObjectRelease", "swift_nonatomic_retain", "swift_nonatomic_release", "swift_allocObject",
        "swift_beginAccess", "swift_isUniquelyReferenced_nonNull_native",
    ]
    /// A step takes 13 µs on a virtual machine: as many viewers as make the burst's own work, done once for all of
    /// them, a small part, and no more. Counter mode with SHA-1 has five times the instructions of GCM.
    static func viewers(_ profile: String) -> Int { profile == "cm" ? 10 : 50 }

    static func main() throws {
        let arguments = CommandLine.arguments
        switch arguments.count > 1 ? arguments[1] : "" {
        case "probe" where arguments.count == 5:
            try probe(load: arguments[2], profile: arguments[3], isRecorded: arguments[4] == "recorded")
        case "count" where arguments.count == 3: try count(limitLoop: arguments[2])
        default:
            FileHandle.standardError.write(Data("usage: HotPath count LIMIT_LOOP\n".utf8))
            exit(2)
        }
    }

    /// Runs under the tracer only.
    private static func probe(load: String, profile: String, isRecorded: Bool) throws {
        var probe = try Probe(
            load: Probe.Load(rawValue: load) ?? .video,
            profile: profile == "cm" ? .aes128CMHMACSHA1_80 : .aeadAES128GCM)
        try probe.fill(viewers: viewers(profile), isRecorded: isRecorded)
        // A second of it first: caches, tables and the kernel's buffers are then what they stay.
        for _ in 0..<30 {
            _ = probe.burst(marked: false)
            probe.rest()
        }
        cbench_tell_mark()
        let addresses = (allocations + references).map { String(cbench_symbol($0), radix: 16) + "\n" }.joined()
        let pipe = FileHandle(fileDescriptor: 3)
        pipe.write(Data(addresses.utf8))
        try pipe.close()
        let sent = probe.burst(marked: true)
        guard sent == viewers(profile) * (load == "video" ? Probe.packetsPerBurst : 1) else { exit(3) }
        _ = probe.burst(marked: false)
        probe.rest()
        // The publisher's packets have reached the recorder, or none has.
        guard (probe.recorded > 30) == isRecorded else { exit(4) }
    }

    private struct Cost: Encodable {
        var instructions: Double
        var allocations: Double
        var references: Double
    }

    private static func count(limitLoop: String) throws {
        let own = Bundle.main.executablePath ?? CommandLine.arguments[0]
        var results: [String: Cost] = [:]
        for profile in ["gcm", "cm"] {
            let viewers = viewers(profile)
            for (load, packets) in [("video", viewers * Probe.packetsPerBurst), ("audio", viewers)] {
                results["relay \(load) \(profile)"] = trace(
                    [own, "probe", load, profile, "plain"], packets: packets)
                results["relay \(load) \(profile) recorded"] = trace(
                    [own, "probe", load, profile, "recorded"], packets: packets)
            }
            results["limit video \(profile)"] = trace(
                [limitLoop, profile, "gso", "-1", "30", "1584", "1100", "0", "92", "\(viewers)"],
                packets: viewers * Probe.packetsPerBurst)
            results["limit audio \(profile)"] = trace(
                [limitLoop, profile, "plain", "-1", "0", "0", "1100", "1", "92", "\(viewers)"], packets: viewers)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        FileHandle.standardOutput.write(try encoder.encode(results) + Data([10]))
    }

    /// What the marked burst cost, a packet.
    private static func trace(_ arguments: [String], packets: Int) -> Cost? {
        let watched = allocations.count + references.count
        var counts = [UInt64](repeating: 0, count: 1)
        var calls = [UInt64](repeating: 0, count: watched)
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        guard cbench_trace(&pointers, Int32(watched), &counts, &calls, 1) == 1 else { return nil }
        return Cost(
            instructions: Double(counts[0]) / Double(packets),
            allocations: Double(calls.prefix(allocations.count).reduce(0, +)) / Double(packets),
            references: Double(calls.dropFirst(allocations.count).reduce(0, +)) / Double(packets))
    }
}

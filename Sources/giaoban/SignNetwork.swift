import ArgumentParser
import CCurl
import Papers

/// What signing asks of others over HTTP: time-stamps (RFC 3161 §3.4) and revocation lists (RFC 5280 §4.2.1.13).
enum SignNetwork {
    private static let longestAnswer = 8 << 20

    /// What has come of an answer.
    private final class Received { var body: [UInt8] = [] }

    /// A time-stamp authority's answer. Blocks for 30 seconds at most.
    static func timestamp(_ question: [UInt8], from address: String) throws -> [UInt8] {
        do {
            return try ask(address, question)
        } catch {
            throw ValidationError(
                "Không lấy được dấu thời gian: \(error.reason).\nThe time-stamp authority did not answer: \(error.reason)."
            )
        }
    }

    /// What an address answers, for the server: to a time-stamp query, or to none. Blocks for 30 seconds at most.
    static func fetch(_ address: String, _ question: [UInt8]?) throws -> [UInt8] { try ask(address, question) }

    /// The revocation lists that can be had; those that cannot are left out.
    static func revocationLists(_ addresses: [String]) -> [[UInt8]] {
        addresses.prefix(16).compactMap { try? ask($0, nil) }
    }

    private struct Unreachable: Error { var reason: String }

    private static func ask(_ address: String, _ question: [UInt8]?) throws(Unreachable) -> [UInt8] {
        guard shim_curl_start() == CURLE_OK, let curl = curl_easy_init() else { throw Unreachable(reason: "libcurl") }
        defer { curl_easy_cleanup(curl) }
        let headers = curl_slist_append(nil, "Content-Type: application/timestamp-query")
        defer { curl_slist_free_all(headers) }
        let received = Received()
        var body = question ?? []
        let code = body.withUnsafeMutableBytes { body in
            var settings = [
                shim_curl_set_text(curl, CURLOPT_URL, address),
                shim_curl_set_text(curl, CURLOPT_PROTOCOLS_STR, "http,https"),
                shim_curl_set_long(curl, CURLOPT_FOLLOWLOCATION, 0),
                shim_curl_set_long(curl, CURLOPT_NOSIGNAL, 1),
                shim_curl_set_long(curl, CURLOPT_TIMEOUT_MS, 30_000),
                shim_curl_set_long(curl, CURLOPT_FAILONERROR, 1),
                shim_curl_set_pointer(curl, CURLOPT_WRITEDATA, Unmanaged.passUnretained(received).toOpaque()),
                shim_curl_set_callback(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, place in
                    guard let bytes, let place else { return 0 }
                    let received = Unmanaged<Received>.fromOpaque(place).takeUnretainedValue()
                    let length = size * count
                    guard received.body.count + length <= SignNetwork.longestAnswer else { return 0 }
                    received.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
                    return length
                },
            ]
            if question != nil {
                settings += [
                    shim_curl_set_long(curl, CURLOPT_POST, 1),
                    shim_curl_set_long(curl, CURLOPT_POSTFIELDSIZE, body.count),
                    // Read until the transfer ends, which is inside this closure.
                    shim_curl_set_pointer(curl, CURLOPT_POSTFIELDS, body.baseAddress),
                    shim_curl_set_pointer(curl, CURLOPT_HTTPHEADER, headers),
                ]
            }
            guard settings.allSatisfy({ $0 == CURLE_OK }) else { return CURLE_FAILED_INIT }
            return withExtendedLifetime(received) { curl_easy_perform(curl) }
        }
        guard code == CURLE_OK else { throw Unreachable(reason: String(cString: curl_easy_strerror(code))) }
        return received.body
    }
}

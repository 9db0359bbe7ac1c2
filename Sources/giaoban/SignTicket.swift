import ArgumentParser
import CCurl
import Foundation
import Papers

/// A server that has a paper waiting for a signature, asked by a ticket over HTTP.
struct SignTicket {
    struct Signing: Decodable {
        var title: String
        var digest: String
        var signer: String
        var state: String
    }

    private struct Failure: Decodable {
        struct Inner: Decodable { var message: String }
        var error: Inner
    }

    /// What has come of an answer.
    private final class Received { var body: [UInt8] = [] }

    private let address: String
    private let ticket: String
    private let authorities: String?

    /// - Throws: `ValidationError` where the ticket would go over the network in the open.
    init(server: String, ticket: String, authorities: String?) throws {
        let host = URL(string: server)?.host ?? ""
        guard
            server.hasPrefix("https://") || (server.hasPrefix("http://") && ["localhost", "127.0.0.1"].contains(host))
        else { throw ValidationError("--server phải bắt đầu bằng https://.\n--server must begin with https://.") }
        guard ticket.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ValidationError("--ticket không đúng.\n--ticket is not a ticket.")
        }
        address = server + (server.hasSuffix("/") ? "" : "/") + "api/signing-ticket"
        self.ticket = ticket
        self.authorities = authorities
    }

    func signing() throws -> Signing {
        let body = try ask("", nil)
        do {
            return try JSONDecoder().decode(Signing.self, from: Data(body))
        } catch {
            throw ValidationError("Máy chủ trả lời không đúng.\nThe server's answer cannot be read.")
        }
    }

    func file() throws -> [UInt8] { try ask("/file", nil) }

    func send(_ message: [UInt8]) throws { _ = try ask("", message) }

    private func ask(_ path: String, _ question: [UInt8]?) throws -> [UInt8] {
        guard shim_curl_start() == CURLE_OK, let curl = curl_easy_init() else { throw ValidationError("libcurl") }
        defer { curl_easy_cleanup(curl) }
        var headers = curl_slist_append(nil, "Authorization: Bearer \(ticket)")
        headers = curl_slist_append(headers, "Content-Type: application/pkcs7-signature") ?? headers
        headers = curl_slist_append(headers, "Accept-Language: vi") ?? headers
        defer { curl_slist_free_all(headers) }
        let received = Received()
        var body = question ?? []
        let code = body.withUnsafeMutableBytes { body in
            var settings = [
                shim_curl_set_text(curl, CURLOPT_URL, address + path),
                shim_curl_set_text(curl, CURLOPT_PROTOCOLS_STR, address.hasPrefix("https:") ? "https" : "http"),
                shim_curl_set_long(curl, CURLOPT_FOLLOWLOCATION, 0),
                shim_curl_set_long(curl, CURLOPT_NOSIGNAL, 1),
                shim_curl_set_long(curl, CURLOPT_CONNECTTIMEOUT_MS, 20_000),
                shim_curl_set_long(curl, CURLOPT_TIMEOUT_MS, 600_000),
                shim_curl_set_long(curl, CURLOPT_SSL_VERIFYPEER, 1),
                shim_curl_set_long(curl, CURLOPT_SSL_VERIFYHOST, 2),
                shim_curl_set_long(curl, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
                shim_curl_set_pointer(curl, CURLOPT_HTTPHEADER, headers),
                shim_curl_set_pointer(curl, CURLOPT_WRITEDATA, Unmanaged.passUnretained(received).toOpaque()),
                shim_curl_set_callback(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, place in
                    guard let bytes, let place else { return 0 }
                    let received = Unmanaged<Received>.fromOpaque(place).takeUnretainedValue()
                    let length = size * count
                    guard received.body.count + length <= SigningLimits.fileBytes else { return 0 }
                    received.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
                    return length
                },
            ]
            if let authorities { settings.append(shim_curl_set_text(curl, CURLOPT_CAINFO, authorities)) }
            if question != nil {
                settings += [
                    shim_curl_set_long(curl, CURLOPT_POST, 1),
                    shim_curl_set_long(curl, CURLOPT_POSTFIELDSIZE, body.count),
                    // Read until the transfer ends, which is inside this closure.
                    shim_curl_set_pointer(curl, CURLOPT_POSTFIELDS, body.baseAddress),
                ]
            }
            guard settings.allSatisfy({ $0 == CURLE_OK }) else { return CURLE_FAILED_INIT }
            return withExtendedLifetime(received) { curl_easy_perform(curl) }
        }
        guard code == CURLE_OK else {
            let reason = String(cString: curl_easy_strerror(code))
            throw ValidationError(
                "Không kết nối được máy chủ: \(reason). Hãy chạy lại lệnh.\nThe server cannot be reached: \(reason). Run the command again."
            )
        }
        var status = 0
        guard shim_curl_get_long(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK, (200..<300).contains(status) else {
            let said = try? JSONDecoder().decode(Failure.self, from: Data(received.body)).error.message
            throw ValidationError("\(said ?? "Máy chủ từ chối / The server refused") (\(status))")
        }
        return received.body
    }
}

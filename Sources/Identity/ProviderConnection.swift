import CCurl

/// A question to the provider.
struct ProviderQuestion: Sendable, Equatable {
    var address: ProviderAddress
    /// The body of a POST, form-encoded; nil for a GET.
    var form: String?
    /// The Authorization header.
    var authorization: String?
}

struct ProviderAnswer: Sendable, Equatable {
    /// HTTP's.
    var status: Int
    var body: [UInt8]
}

/// How questions reach the provider.
protocol ProviderTransport: Sendable {
    func ask(_ question: ProviderQuestion) async throws(OIDCError) -> ProviderAnswer
}

/// HTTP by libcurl, which blocks: on threads of its own, at most 4 at once. Redirects are not followed: no endpoint that
/// we ask may answer with one, and a code or a secret would go along.
struct ProviderConnection: ProviderTransport {
    static let longestAnswer = 256 << 10

    private let authorities: String?
    private let milliseconds: Int
    private let work = BlockingWork(label: "identity provider", lanes: 4, room: 64)

    /// - Parameter milliseconds: until an answer has to be complete.
    init(authorities: String?, milliseconds: Int = 10_000) {
        self.authorities = authorities
        self.milliseconds = milliseconds
    }

    func ask(_ question: ProviderQuestion) async throws(OIDCError) -> ProviderAnswer {
        let result: Result<ProviderAnswer, OIDCError>
        do throws(BlockingWork.TooBusy) {
            result = try await work.run { [authorities, milliseconds] in
                Self.ask(question, authorities: authorities, milliseconds: milliseconds)
            }
        } catch {
            throw .tooBusy
        }
        return try result.get()
    }

    /// What has come of an answer, filled by libcurl's calls on the asking thread.
    private final class Received {
        var body: [UInt8] = []
        var isTooLong = false
    }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private static func ask(
        _ question: ProviderQuestion, authorities: String?, milliseconds: Int
    ) -> Result<ProviderAnswer, OIDCError> {
        guard isReady, let curl = curl_easy_init() else { return .failure(.unreachable("libcurl cannot start")) }
        defer { curl_easy_cleanup(curl) }
        let received = Received()
        var headers = curl_slist_append(nil, "Accept: application/json")
        defer { curl_slist_free_all(headers) }
        if let authorization = question.authorization {
            headers = curl_slist_append(headers, "Authorization: " + authorization) ?? headers
        }
        var settings: [CURLcode] = [
            shim_curl_set_text(curl, CURLOPT_URL, question.address.text),
            shim_curl_set_text(curl, CURLOPT_PROTOCOLS_STR, question.address.isOnThisMachine ? "http,https" : "https"),
            shim_curl_set_long(curl, CURLOPT_FOLLOWLOCATION, 0),
            shim_curl_set_long(curl, CURLOPT_NOSIGNAL, 1),
            shim_curl_set_long(curl, CURLOPT_TIMEOUT_MS, milliseconds),
            shim_curl_set_long(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds),
            shim_curl_set_long(curl, CURLOPT_SSL_VERIFYPEER, 1),
            shim_curl_set_long(curl, CURLOPT_SSL_VERIFYHOST, 2),
            shim_curl_set_long(curl, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            shim_curl_set_text(curl, CURLOPT_USERAGENT, "giaoban"),
            shim_curl_set_pointer(curl, CURLOPT_HTTPHEADER, headers),
            shim_curl_set_pointer(curl, CURLOPT_WRITEDATA, Unmanaged.passUnretained(received).toOpaque()),
            shim_curl_set_callback(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, place in
                guard let bytes, let place else { return 0 }
                let received = Unmanaged<Received>.fromOpaque(place).takeUnretainedValue()
                let length = size * count
                guard received.body.count + length <= ProviderConnection.longestAnswer else {
                    received.isTooLong = true
                    // Anything but the length ends the transfer.
                    return 0
                }
                received.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
                return length
            },
        ]
        if question.address.isOnThisMachine { settings.append(shim_curl_set_text(curl, CURLOPT_NOPROXY, "*")) }
        if let authorities { settings.append(shim_curl_set_text(curl, CURLOPT_CAINFO, authorities)) }
        if let form = question.form {
            // COPYPOSTFIELDS copies, and makes it a POST.
            settings.append(shim_curl_set_text(curl, CURLOPT_COPYPOSTFIELDS, form))
        }
        // A setting that does not hold must not be gone without: certificates would go unchecked.
        guard settings.allSatisfy({ $0 == CURLE_OK }) else { return .failure(.unreachable("libcurl lacks a setting")) }
        let code = withExtendedLifetime(received) { curl_easy_perform(curl) }
        if received.isTooLong { return .failure(.badAnswer("an answer is longer than 256 kB")) }
        guard code == CURLE_OK else {
            return .failure(.unreachable("\(question.address.text): \(String(cString: curl_easy_strerror(code)))"))
        }
        var status = 0
        guard shim_curl_get_long(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK else {
            return .failure(.badAnswer("an answer has no status"))
        }
        return .success(ProviderAnswer(status: status, body: received.body))
    }
}

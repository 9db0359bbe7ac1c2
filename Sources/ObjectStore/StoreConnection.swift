import CCurl
import Identity

/// A request to a store.
struct StoreRequest {
    var method: String
    /// Not encoded; empty for the bucket itself.
    var key: String
    var query: [(name: String, value: String)] = []
    /// Names in lower case.
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Bytes a second that leave at most; 0: as many as go.
    var rate = 0
}

/// HTTP by libcurl, which blocks; one connection, which is kept between requests. Not for two threads at once.
final class StoreConnection {
    private let settings: ObjectStoreSettings
    private let curl: UnsafeMutableRawPointer

    private static let isReady = shim_curl_start() == CURLE_OK
    private static let longestAnswer = 4 << 20
    private static let connecting = 10_000
    /// Seconds in which nothing moves: the line is dead, though nobody has said so.
    private static let standstill = 30

    /// What has come of an answer, filled by libcurl's calls on the asking thread.
    private final class Received {
        var status = 0
        var headers: [String: String] = [:]
        var body: [UInt8] = []
        var isTooLong = false
        /// Whether it took all that was handed on.
        var isTaken = true
        let take: (([UInt8]) -> Bool)?

        init(take: (([UInt8]) -> Bool)?) { self.take = take }

        func header(_ line: String) {
            if line.hasPrefix("HTTP/") {
                // Each answer begins anew: an interim one (100) comes first.
                headers = [:]
                status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
                return
            }
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { return }
            let value = halves[1].drop(while: \.isWhitespace)
            headers[halves[0].lowercased()] = String(value.prefix { !$0.isNewline })
        }
    }

    init(_ settings: ObjectStoreSettings) throws(ObjectStoreError) {
        guard Self.isReady, let curl = curl_easy_init() else { throw .unreachable("libcurl cannot start") }
        self.settings = settings
        self.curl = curl
    }

    deinit { curl_easy_cleanup(curl) }

    /// Sends a request and waits for its answer.
    ///
    /// - Parameters:
    ///   - time: `20130524T000000Z`.
    ///   - take: is handed the body of an answer of success while it comes; false ends it. nil: the answer has it.
    func send(
        _ request: StoreRequest, time: String, take: (([UInt8]) -> Bool)? = nil
    ) throws(ObjectStoreError) -> StoreAnswer {
        let host = settings.isPathStyle ? settings.host : "\(settings.bucket).\(settings.host)"
        let bucket = settings.isPathStyle ? "/\(settings.bucket)" : ""
        let path = bucket + "/" + RequestSignature.encoded(request.key, keepsSlashes: true)
        let payload = request.body.isEmpty ? RequestSignature.emptySHA256 : hexadecimal(sha256(request.body))
        var headers = request.headers
        headers += [("host", host), ("x-amz-content-sha256", payload), ("x-amz-date", time)]
        let signature = RequestSignature(
            accessKey: settings.accessKey, secretKey: settings.secretKey, region: settings.region
        ).authorization(
            request.method, path: path, query: request.query, headers: headers, payload: payload, time: time)
        let query = request.query.isEmpty ? "" : "?" + RequestSignature.text(request.query)
        headers.append(("authorization", signature))
        // Neither is signed: libcurl would else say what it sends, and wait for leave to send it.
        headers += [("content-type", "application/octet-stream"), ("expect", "")]
        return try perform(
            request, url: "\(settings.scheme)://\(host)\(path)\(query)",
            headers: headers.map { $0.value.isEmpty ? "\($0.name):" : "\($0.name): \($0.value)" }, take: take)
    }

    private func perform(
        _ request: StoreRequest, url: String, headers: [String], take: (([UInt8]) -> Bool)?
    ) throws(ObjectStoreError) -> StoreAnswer {
        // The connection outlives it, the settings do not.
        curl_easy_reset(curl)
        var list: UnsafeMutablePointer<curl_slist>?
        for header in headers { list = curl_slist_append(list, header) ?? list }
        defer { curl_slist_free_all(list) }
        let received = Received(take: take)
        let place = Unmanaged.passUnretained(received).toOpaque()
        var set: [CURLcode] = [
            shim_curl_set_text(curl, CURLOPT_URL, url),
            shim_curl_set_long(curl, CURLOPT_PATH_AS_IS, 1),
            shim_curl_set_text(curl, CURLOPT_PROTOCOLS_STR, settings.scheme),
            shim_curl_set_long(curl, CURLOPT_FOLLOWLOCATION, 0),
            shim_curl_set_long(curl, CURLOPT_NOSIGNAL, 1),
            shim_curl_set_long(curl, CURLOPT_CONNECTTIMEOUT_MS, Self.connecting),
            shim_curl_set_long(curl, CURLOPT_LOW_SPEED_LIMIT, 1),
            shim_curl_set_long(curl, CURLOPT_LOW_SPEED_TIME, Self.standstill),
            shim_curl_set_long(curl, CURLOPT_SSL_VERIFYPEER, 1),
            shim_curl_set_long(curl, CURLOPT_SSL_VERIFYHOST, 2),
            shim_curl_set_long(curl, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            // A relay of the office's has no business with what is kept.
            shim_curl_set_text(curl, CURLOPT_NOPROXY, "*"),
            shim_curl_set_text(curl, CURLOPT_USERAGENT, "giaoban"),
            shim_curl_set_text(curl, CURLOPT_CUSTOMREQUEST, request.method),
            shim_curl_set_pointer(curl, CURLOPT_HTTPHEADER, list),
            shim_curl_set_pointer(curl, CURLOPT_HEADERDATA, place),
            shim_curl_set_callback(curl, CURLOPT_HEADERFUNCTION) { bytes, size, count, place in
                guard let bytes, let place else { return 0 }
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                Unmanaged<Received>.fromOpaque(place).takeUnretainedValue()
                    .header(String(decoding: line, as: UTF8.self))
                return size * count
            },
            shim_curl_set_pointer(curl, CURLOPT_WRITEDATA, place),
            shim_curl_set_callback(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, place in
                guard let bytes, let place else { return 0 }
                let received = Unmanaged<Received>.fromOpaque(place).takeUnretainedValue()
                let part = UnsafeRawBufferPointer(start: bytes, count: size * count)
                if let take = received.take, (200...299).contains(received.status) {
                    received.isTaken = take(Array(part))
                    // Anything but the length ends the transfer.
                    return received.isTaken ? size * count : 0
                }
                guard received.body.count + part.count <= StoreConnection.longestAnswer else {
                    received.isTooLong = true
                    return 0
                }
                received.body.append(contentsOf: part)
                return size * count
            },
        ]
        if request.method == "HEAD" { set.append(shim_curl_set_long(curl, CURLOPT_NOBODY, 1)) }
        if let authorities = settings.authorities { set.append(shim_curl_set_text(curl, CURLOPT_CAINFO, authorities)) }
        if request.rate > 0 {
            set.append(shim_curl_set_size(curl, CURLOPT_MAX_SEND_SPEED_LARGE, Int64(request.rate)))
        }
        let code = request.body.withUnsafeBytes { body -> CURLcode in
            if !body.isEmpty || ["PUT", "POST"].contains(request.method) {
                // POSTFIELDS does not copy; what it points to is there until the answer is.
                set.append(shim_curl_set_size(curl, CURLOPT_POSTFIELDSIZE_LARGE, Int64(body.count)))
                if let start = body.baseAddress {
                    set.append(
                        shim_curl_set_pointer(curl, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: start)))
                } else {
                    set.append(shim_curl_set_text(curl, CURLOPT_COPYPOSTFIELDS, ""))
                }
            }
            // A setting that does not hold must not be gone without: certificates would go unchecked.
            guard set.allSatisfy({ $0 == CURLE_OK }) else { return CURLE_FAILED_INIT }
            return withExtendedLifetime(received) { curl_easy_perform(curl) }
        }
        if received.isTooLong { throw .badAnswer("an answer is longer than 4 MB") }
        if !received.isTaken { throw .changed }
        guard code == CURLE_OK else { throw .unreachable(String(cString: curl_easy_strerror(code))) }
        return StoreAnswer(status: received.status, headers: received.headers, body: received.body)
    }
}

import CCurl
import Glibc

/// A connection to an IMAP server (RFC 9051, and RFC 3501 as servers of today speak it). libcurl makes the TLS
/// connection; the few commands are spoken here, since libcurl's own fetch marks a letter as read before its answer has
/// been stored.
final class IMAPConnection {
    private let curl: UnsafeMutableRawPointer
    private var buffer: [UInt8] = []
    private var commands = 0

    /// One line of the server's, with the literals in it.
    struct Response {
        var text = ""
        var literals: [[UInt8]] = []
    }

    private static let lineLimit = 4 << 20

    init(host: String, port: Int, authority: String?) throws(MailboxError) {
        guard shim_curl_start() == CURLE_OK, let curl = curl_easy_init() else { throw .connection("libcurl") }
        self.curl = curl
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        // https with "connect only" is TCP and TLS with the certificate's check, and nothing said.
        _ = shim_curl_set_text(curl, CURLOPT_URL, "https://\(name):\(port)/")
        _ = shim_curl_set_long(curl, CURLOPT_CONNECT_ONLY, 1)
        _ = shim_curl_set_long(curl, CURLOPT_SSL_ENABLE_ALPN, 0)
        _ = shim_curl_set_text(curl, CURLOPT_PROXY, "")
        _ = shim_curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
        _ = shim_curl_set_long(curl, CURLOPT_CONNECTTIMEOUT, 15)
        _ = shim_curl_set_long(curl, CURLOPT_SSL_VERIFYPEER, 1)
        _ = shim_curl_set_long(curl, CURLOPT_SSL_VERIFYHOST, 2)
        if let authority { _ = shim_curl_set_text(curl, CURLOPT_CAINFO, authority) }
        let result = curl_easy_perform(curl)
        guard result == CURLE_OK else { throw .connection(String(cString: curl_easy_strerror(result))) }
        let greeting = try response().text
        guard greeting.hasPrefix("* OK") || greeting.hasPrefix("* PREAUTH") else { throw .refused(greeting) }
    }

    deinit { curl_easy_cleanup(curl) }

    /// Says a command and reads to its end.
    ///
    /// - Returns: The untagged responses.
    @discardableResult
    func command(_ text: String) throws(MailboxError) -> [Response] {
        commands += 1
        let tag = "G\(commands)"
        try send(Array("\(tag) \(text)\r\n".utf8))
        var untagged: [Response] = []
        while true {
            let response = try response()
            if response.text.hasPrefix("* ") {
                // A mailbox of a hundred thousand letters answers SEARCH in one line; nothing we ask gives this many.
                guard untagged.count < 10_000 else { throw .protocolViolation }
                untagged.append(response)
            } else if response.text.hasPrefix(tag + " ") {
                let end = response.text.dropFirst(tag.count + 1)
                guard end.uppercased().hasPrefix("OK") else { throw .refused(String(end.prefix(300))) }
                return untagged
            } else {
                throw .protocolViolation
            }
        }
    }

    /// A quoted string (RFC 9051 §4.3).
    ///
    /// - Throws: Where it has what a quoted string cannot hold.
    static func quote(_ text: String) throws(MailboxError) -> String {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { throw .unreadable }
        var quoted = "\""
        for character in text {
            if character == "\"" || character == "\\" { quoted.append("\\") }
            quoted.append(character)
        }
        return quoted + "\""
    }

    private func response() throws(MailboxError) -> Response {
        var response = Response()
        while true {
            let line = try line()
            response.text += String(decoding: line, as: UTF8.self)
            guard let count = Self.literal(line) else { return response }
            guard count <= Mailbox.letterBytes, response.literals.count < 16 else { throw .protocolViolation }
            while buffer.count < count { try receive() }
            response.literals.append(Array(buffer.prefix(count)))
            buffer.removeFirst(count)
        }
    }

    /// The count of a line that ends in `{123}`.
    private static func literal(_ line: [UInt8]) -> Int? {
        guard line.last == UInt8(ascii: "}"), let open = line.lastIndex(of: UInt8(ascii: "{")) else { return nil }
        let digits = line[(open + 1)...].dropLast()
        guard (1...10).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    private func line() throws(MailboxError) -> [UInt8] {
        var searched = 0
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                var line = Array(buffer[..<end])
                buffer.removeSubrange(...end)
                if line.last == 0x0D { line.removeLast() }
                return line
            }
            searched = buffer.count
            guard searched < Self.lineLimit else { throw .protocolViolation }
            try receive()
        }
    }

    private func receive() throws(MailboxError) {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            var count = 0
            let result = chunk.withUnsafeMutableBytes { curl_easy_recv(curl, $0.baseAddress, $0.count, &count) }
            if result == CURLE_AGAIN {
                try wait(POLLIN)
            } else if result == CURLE_OK, count > 0 {
                buffer.append(contentsOf: chunk.prefix(count))
                return
            } else {
                throw .connection(result == CURLE_OK ? "closed" : String(cString: curl_easy_strerror(result)))
            }
        }
    }

    private func send(_ bytes: [UInt8]) throws(MailboxError) {
        var done = 0
        while done < bytes.count {
            var count = 0
            let result = bytes.withUnsafeBytes { buffer in
                curl_easy_send(curl, buffer.baseAddress?.advanced(by: done), buffer.count - done, &count)
            }
            if result == CURLE_AGAIN {
                try wait(POLLOUT)
            } else if result == CURLE_OK {
                done += count
            } else {
                throw .connection(String(cString: curl_easy_strerror(result)))
            }
        }
    }

    private func wait(_ events: Int32) throws(MailboxError) {
        var socket: curl_socket_t = -1
        guard shim_curl_get_socket(curl, &socket) == CURLE_OK, socket >= 0 else { throw .connection("closed") }
        var descriptor = pollfd(fd: socket, events: Int16(events), revents: 0)
        guard poll(&descriptor, 1, 60_000) != 0 else { throw .connection("timeout") }
    }
}

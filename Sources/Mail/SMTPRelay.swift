import CCurl
import Glibc

/// Hands letters to a relay over SMTP, one after the other over one connection where the relay keeps it.
final class SMTPRelay {
    private let settings: RelaySettings
    private let curl: UnsafeMutableRawPointer

    /// What one transfer reads and hears.
    private final class Transfer {
        let file: Descriptor
        /// Whether the relay asked for the letter's text (354).
        var textAsked = false
        /// The lines of the last reply, and how many replies there were.
        var reply: [String] = []
        var replies = 0

        init(file: Descriptor) { self.file = file }

        var code: Int { reply.last.flatMap { Int($0.prefix(3)) } ?? 0 }
        var words: String { reply.joined(separator: " ") }

        func hear(_ line: String) {
            // The farewell after QUIT, which libcurl says as soon as something went wrong, is not what went wrong.
            if line.hasPrefix("221") { return }
            // A reply's lines have a hyphen after the code, all but the last (RFC 5321 §4.2.1).
            let continues = reply.last.map { $0.dropFirst(3).first == "-" } ?? false
            if !continues {
                reply = []
                replies += 1
            }
            if reply.count < 10 { reply.append(String(line.prefix(300))) }
        }
    }

    /// - Returns: nil where libcurl cannot start.
    init?(_ settings: RelaySettings) {
        guard shim_curl_start() == CURLE_OK, let curl = curl_easy_init() else { return nil }
        self.settings = settings
        self.curl = curl
    }

    deinit { curl_easy_cleanup(curl) }

    func deliver(_ job: DeliveryJob) -> DeliveryOutcome {
        guard job.from.isEmpty || MailAddress.isAddress(job.from), !job.to.isEmpty,
            job.to.allSatisfy({ MailAddress.isAddress($0) })
        else { return .refused(code: 0, text: "not an address that can be written to") }
        let first = attempt(job, fresh: false)
        // A relay that closed the kept connection meanwhile has not seen the letter: it is not the letter's failure.
        return first.isStale ? attempt(job, fresh: true).outcome : first.outcome
    }

    private func attempt(_ job: DeliveryJob, fresh: Bool) -> (outcome: DeliveryOutcome, isStale: Bool) {
        let number = open(job.path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return (.refused(code: 0, text: "\(job.path): \(systemWords())"), false) }
        let transfer = Transfer(file: Descriptor(owning: number))
        var status = stat()
        guard fstat(number, &status) == 0 else { return (.delayed(code: 0, text: systemWords()), false) }

        var recipients: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(recipients) }
        for address in job.to { recipients = curl_slist_append(recipients, address) }

        configure(size: Int64(status.st_size))
        _ = shim_curl_set_text(curl, CURLOPT_MAIL_FROM, job.from)
        _ = shim_curl_set_pointer(curl, CURLOPT_MAIL_RCPT, recipients)
        _ = shim_curl_set_long(curl, CURLOPT_FRESH_CONNECT, fresh ? 1 : 0)
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        _ = shim_curl_set_pointer(curl, CURLOPT_READDATA, context)
        _ = shim_curl_set_callback(curl, CURLOPT_READFUNCTION) { buffer, size, count, context in
            guard let buffer, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            transfer.textAsked = true
            let bytes = read(transfer.file.number, buffer, size * count)
            return bytes >= 0 ? bytes : Int(CURL_READFUNC_ABORT)
        }
        _ = shim_curl_set_pointer(curl, CURLOPT_HEADERDATA, context)
        _ = shim_curl_set_callback(curl, CURLOPT_HEADERFUNCTION) { buffer, size, count, context in
            guard let buffer, let context else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: buffer, count: size * count)
            let line = String(decoding: bytes.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
            Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().hear(line)
            return size * count
        }
        let result = withExtendedLifetime(transfer) { curl_easy_perform(curl) }
        _ = shim_curl_set_pointer(curl, CURLOPT_MAIL_RCPT, nil)
        return judge(result, transfer)
    }

    private func configure(size: Int64) {
        curl_easy_reset(curl)
        let scheme = settings.transport == .tls ? "smtps" : "smtp"
        let host = settings.host.contains(":") && !settings.host.hasPrefix("[") ? "[\(settings.host)]" : settings.host
        _ = shim_curl_set_text(curl, CURLOPT_URL, "\(scheme)://\(host):\(settings.port)/\(settings.helo ?? "")")
        _ = shim_curl_set_text(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        // A relay is in the office's own network: a proxy for web pages does not stand before it.
        _ = shim_curl_set_text(curl, CURLOPT_PROXY, "")
        _ = shim_curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
        _ = shim_curl_set_long(curl, CURLOPT_UPLOAD, 1)
        _ = shim_curl_set_long(curl, CURLOPT_CONNECTTIMEOUT, 15)
        // Two minutes for the talk, and a second for each 16 kB: papers go up a line of 128 kbit/s.
        _ = shim_curl_set_long(curl, CURLOPT_TIMEOUT, 120 + Int(size / 16_384))
        _ = shim_curl_set_size(curl, CURLOPT_INFILESIZE_LARGE, size)
        _ = shim_curl_set_long(curl, CURLOPT_MAXAGE_CONN, 30)
        _ = shim_curl_set_long(curl, CURLOPT_SSL_VERIFYPEER, 1)
        _ = shim_curl_set_long(curl, CURLOPT_SSL_VERIFYHOST, 2)
        _ = shim_curl_set_long(
            curl, CURLOPT_USE_SSL,
            Int(settings.transport == .plain ? CURLUSESSL_NONE.rawValue : CURLUSESSL_ALL.rawValue))
        if let authority = settings.authority { _ = shim_curl_set_text(curl, CURLOPT_CAINFO, authority) }
        if let user = settings.user {
            _ = shim_curl_set_text(curl, CURLOPT_USERNAME, user)
            _ = shim_curl_set_text(curl, CURLOPT_PASSWORD, settings.password ?? "")
        }
    }

    private func judge(_ result: CURLcode, _ transfer: Transfer) -> (outcome: DeliveryOutcome, isStale: Bool) {
        if result == CURLE_OK { return (.sent(reply: transfer.words), false) }
        var connects = 0
        _ = shim_curl_get_long(curl, CURLINFO_NUM_CONNECTS, &connects)
        let reused = connects == 0
        let code = transfer.code
        let refusal = result == CURLE_SEND_ERROR || result == CURLE_WEIRD_SERVER_REPLY
        // A 5yz in the greeting (RFC 5321 §3.1) or about the password is about the relay, not about this letter; so is
        // 530 (RFC 4954 §6).
        if refusal, (500...599).contains(code), code != 530, reused || transfer.replies > 1 {
            return (.refused(code: code, text: transfer.words), false)
        }
        let words = String(cString: curl_easy_strerror(result))
        let text = (400...599).contains(code) ? "\(transfer.words) (\(words))" : words
        let isStale = reused && !transfer.textAsked && (code == 421 || !(400...599).contains(code))
        return (.delayed(code: code >= 400 ? code : 0, text: text), isStale)
    }
}

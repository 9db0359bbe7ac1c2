import CGMime
import Foundation

extension Letter {
    /// The letter as a message (RFC 5322, MIME), with CRLF line ends:
    ///
    ///     multipart/mixed
    ///       multipart/alternative
    ///         text/plain, text/html, text/calendar; method=REQUEST
    ///       application/ics "giay-moi.ics"
    ///       the attachments
    ///
    /// Gmail and Outlook take the calendar from the alternative, Thunderbird too; programs that know no invitations
    /// offer the file.
    ///
    /// - Parameter contents: an attachment's bytes as they leave; nil where they cannot be had.
    public func message(
        contents: (Attachment) -> Data? = { FileManager.default.contents(atPath: $0.path) }
    ) throws(LetterError) -> [UInt8] {
        try check()
        _ = GMime.started
        var writer = try MessageWriter()
        try writer.writeHeaders(of: self)
        try writer.writeBody(of: self, contents)
        return try writer.bytes()
    }

    /// Nothing from outside may end a header: CR, LF and the other controls are refused in every field.
    private func check() throws(LetterError) {
        let fields: [(String, String?)] = [
            ("from", from.name), ("to", to.name), ("reply-to", replyTo?.name), ("subject", subject),
        ]
        for (field, text) in fields where Self.hasControl(text ?? "") { throw .controlCharacter(field: field) }
        for address in [from.address, to.address] + (replyTo.map { [$0.address] } ?? [])
        where !MailAddress.isAddress(address) {
            throw .badAddress(address)
        }
        guard MailAddress.isAddress(id) else { throw .badMessageID(id) }
        for header in headers {
            guard Self.isToken(header.name), !Self.ownHeaders.contains(header.name.lowercased()),
                !header.name.lowercased().hasPrefix("content-")
            else { throw .badHeader(header.name) }
            guard !Self.hasControl(header.value) else { throw .controlCharacter(field: header.name) }
        }
        if let method = calendar?.method {
            guard !method.isEmpty, method.utf8.allSatisfy({ (0x41...0x5A).contains($0) || $0 == 0x2D }) else {
                throw .badMethod(method)
            }
        }
        for attachment in attachments {
            guard !Self.hasControl(attachment.filename) else {
                throw .controlCharacter(field: "filename")
            }
            let halves = attachment.contentType.split(separator: "/", omittingEmptySubsequences: false)
            // A multipart or a message would be taken apart by the reader instead of being kept.
            guard halves.count == 2, halves.allSatisfy({ Self.isToken($0) }), halves[0].lowercased() != "multipart",
                halves[0].lowercased() != "message"
            else { throw .badContentType(attachment.contentType) }
        }
    }

    private static let ownHeaders: Set<String> = [
        "from", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "mime-version", "sender", "received",
        "return-path",
    ]

    private static func hasControl(_ text: String) -> Bool {
        text.unicodeScalars.contains {
            $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x2028 || $0.value == 0x2029
        }
    }

    /// RFC 2045 §5.1's token, which is also a header's name.
    private static func isToken(_ text: some StringProtocol) -> Bool {
        let specials = Set("()<>@,;:\\\"/[]?=".utf8)
        return !text.isEmpty && text.utf8.count <= 120
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !specials.contains($0) }
    }
}

/// A GMime message on its way to bytes.
private struct MessageWriter: ~Copyable {
    let message: GObjectOwner

    init() throws(LetterError) {
        guard let message = GObjectOwner(owning: g_mime_message_new(1)) else { throw .failed }
        self.message = message
    }

    mutating func writeHeaders(of letter: Letter) throws(LetterError) {
        let pointer = message.as(GMimeMessage.self)
        add(letter.from, GMIME_ADDRESS_TYPE_FROM)
        add(letter.to, GMIME_ADDRESS_TYPE_TO)
        if let replyTo = letter.replyTo { add(replyTo, GMIME_ADDRESS_TYPE_REPLY_TO) }
        g_mime_message_set_subject(pointer, letter.subject, "UTF-8")
        g_mime_message_set_message_id(pointer, letter.id)
        // Vietnam is seven hours ahead of UTC all year.
        guard let zone = g_time_zone_new_offset(7 * 3600) else { throw .failed }
        defer { g_time_zone_unref(zone) }
        guard let utc = g_date_time_new_from_unix_utc(gint64(letter.date)) else { throw .failed }
        defer { g_date_time_unref(utc) }
        guard let local = g_date_time_to_timezone(utc, zone) else { throw .failed }
        defer { g_date_time_unref(local) }
        g_mime_message_set_date(pointer, local)
        for header in letter.headers {
            g_mime_object_append_header(message.as(GMimeObject.self), header.name, header.value, "UTF-8")
        }
    }

    private func add(_ address: MailAddress, _ type: GMimeAddressType) {
        guard let list = g_mime_message_get_addresses(message.as(GMimeMessage.self), type),
            let mailbox = GObjectOwner(
                owning: internet_address_mailbox_new(address.name.isEmpty ? nil : address.name, address.address))
        else { return }
        internet_address_set_charset(mailbox.as(InternetAddress.self), "UTF-8")
        _ = internet_address_list_add(list, mailbox.as(InternetAddress.self))
    }

    mutating func writeBody(of letter: Letter, _ contents: (Letter.Attachment) -> Data?) throws(LetterError) {
        guard let alternative = GObjectOwner(owning: g_mime_multipart_new_with_subtype("alternative")) else {
            throw .failed
        }
        try addText(letter.text, subtype: "plain", to: alternative)
        if let html = letter.html { try addText(html, subtype: "html", to: alternative) }
        if let calendar = letter.calendar {
            let part = try MessagePart(type: "text", subtype: "calendar", bytes: Array(calendar.text.utf8))
            part.set(parameter: "method", calendar.method)
            part.set(parameter: "charset", "UTF-8")
            part.add(to: alternative)
        }
        guard letter.calendar != nil || !letter.attachments.isEmpty else {
            g_mime_message_set_mime_part(message.as(GMimeMessage.self), alternative.as(GMimeObject.self))
            return
        }
        guard let mixed = GObjectOwner(owning: g_mime_multipart_new_with_subtype("mixed")) else { throw .failed }
        g_mime_multipart_add(mixed.as(GMimeMultipart.self), alternative.as(GMimeObject.self))
        if let calendar = letter.calendar {
            let part = try MessagePart(type: "application", subtype: "ics", bytes: Array(calendar.text.utf8))
            part.name("giay-moi.ics")
            part.add(to: mixed)
        }
        var total = 0
        for attachment in letter.attachments {
            guard let data = contents(attachment) else {
                throw .unreadableAttachment(filename: attachment.filename)
            }
            total += data.count
            guard total <= Letter.attachmentLimit else { throw .tooLarge }
            let halves = attachment.contentType.split(separator: "/")
            guard let type = halves.first, let subtype = halves.last else {
                throw .badContentType(attachment.contentType)
            }
            let part = try MessagePart(type: String(type), subtype: String(subtype), bytes: Array(data))
            // Papers that are texts are UTF-8, or are not taken; unsaid it would be US-ASCII (RFC 2046 §4.1.2).
            if type.lowercased() == "text" { part.set(parameter: "charset", "UTF-8") }
            part.name(attachment.filename)
            part.add(to: mixed)
        }
        g_mime_message_set_mime_part(message.as(GMimeMessage.self), mixed.as(GMimeObject.self))
    }

    private func addText(_ text: String, subtype: String, to multipart: borrowing GObjectOwner) throws(LetterError) {
        // A NUL would end the text in C; CRLF becomes LF, which the writer turns into CRLF again.
        let clean = text.replacingOccurrences(of: "\0", with: "").replacingOccurrences(of: "\r\n", with: "\n")
        let part = try MessagePart(
            type: "text", subtype: subtype, bytes: Array(clean.utf8), encoding: GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE)
        part.set(parameter: "charset", "UTF-8")
        part.add(to: multipart)
    }

    func bytes() throws(LetterError) -> [UInt8] {
        guard let options = g_mime_format_options_new() else { throw .failed }
        defer { g_mime_format_options_free(options) }
        g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS)
        guard let stream = GObjectOwner(owning: g_mime_stream_mem_new()) else { throw .failed }
        let written = g_mime_object_write_to_stream(
            message.as(GMimeObject.self), options, stream.as(GMimeStream.self))
        guard written > 0, let array = g_mime_stream_mem_get_byte_array(stream.as(GMimeStreamMem.self)),
            let data = array.pointee.data
        else { throw .failed }
        return Array(UnsafeBufferPointer(start: data, count: Int(array.pointee.len)))
    }
}

/// One leaf of a message.
private struct MessagePart: ~Copyable {
    let part: GObjectOwner

    init(type: String, subtype: String, bytes: [UInt8], encoding: GMimeContentEncoding = GMIME_CONTENT_ENCODING_BASE64)
        throws(LetterError)
    {
        guard let part = GObjectOwner(owning: g_mime_part_new_with_type(type, subtype)),
            let stream = GObjectOwner(
                owning: bytes.withUnsafeBytes { buffer in
                    g_mime_stream_mem_new_with_buffer(
                        buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
                }),
            let content = GObjectOwner(
                owning: g_mime_data_wrapper_new_with_stream(
                    stream.as(GMimeStream.self), GMIME_CONTENT_ENCODING_DEFAULT))
        else { throw .failed }
        g_mime_part_set_content(part.as(GMimePart.self), content.as(GMimeDataWrapper.self))
        g_mime_part_set_content_encoding(part.as(GMimePart.self), encoding)
        self.part = part
    }

    func set(parameter name: String, _ value: String) {
        g_mime_object_set_content_type_parameter(part.as(GMimeObject.self), name, value)
    }

    /// An attachment under a name. Content-Disposition has it as RFC 2231 says, Content-Type as an encoded word, which is
    /// what Outlook reads.
    func name(_ filename: String) {
        let object = part.as(GMimeObject.self)
        g_mime_object_set_disposition(object, "attachment")
        g_mime_part_set_filename(part.as(GMimePart.self), filename)
        if let type = g_mime_object_get_content_type(object),
            let parameters = g_mime_content_type_get_parameters(type),
            let parameter = g_mime_param_list_get_parameter(parameters, "name")
        {
            g_mime_param_set_charset(parameter, "UTF-8")
            g_mime_param_set_encoding_method(parameter, GMIME_PARAM_ENCODING_METHOD_RFC2047)
        }
        if let disposition = g_mime_object_get_content_disposition(object),
            let parameters = g_mime_content_disposition_get_parameters(disposition),
            let parameter = g_mime_param_list_get_parameter(parameters, "filename")
        {
            g_mime_param_set_charset(parameter, "UTF-8")
        }
    }

    func add(to multipart: borrowing GObjectOwner) {
        g_mime_multipart_add(multipart.as(GMimeMultipart.self), part.as(GMimeObject.self))
    }
}

import CGMime
import Foundation

/// Reads what came in: by GMime, and within bounds, for anyone may write to the mailbox.
struct LetterReader {
    /// How deep parts may lie in parts, and how many are looked at.
    private static let depthLimit = 16
    private static let partLimit = 200

    private var calendars: [String] = []
    private var text = ""
    private var deliveryStatus: String?
    private var returnedID: String?
    private var partsLeft = partLimit

    static func read(_ bytes: [UInt8], handle: String) -> ReceivedLetter {
        _ = GMime.started
        var reader = LetterReader()
        guard let message = parse(bytes) else {
            return ReceivedLetter(
                handle: handle, from: "", fromName: "", to: [], subject: "", messageID: "", references: [],
                isAutomatic: false, calendars: [], text: "", bounce: nil)
        }
        let pointer = message.as(GMimeMessage.self)
        let object = message.as(GMimeObject.self)
        let root = g_mime_message_get_mime_part(pointer)
        if let root { reader.visit(root, depth: 0) }
        let senders = addresses(g_mime_message_get_from(pointer))
        let recipients =
            addresses(g_mime_message_get_to(pointer)) + addresses(g_mime_message_get_cc(pointer))
        let references =
            ids(header(object, "In-Reply-To")) + ids(header(object, "References")).reversed()
        let bounce = reader.deliveryStatus.map { status in
            DeliveryStatus(status).bounce(originalID: reader.returnedID ?? references.first)
        }
        return ReceivedLetter(
            handle: handle, from: senders.first?.address ?? "", fromName: senders.first?.name ?? "",
            to: recipients.map(\.address), subject: bounded(string(g_mime_message_get_subject(pointer)), 998),
            messageID: bounded(string(g_mime_message_get_message_id(pointer)), 998),
            references: Array(references.prefix(20)),
            isAutomatic: bounce != nil || isAutomatic(object), calendars: reader.calendars, text: reader.text,
            bounce: bounce ?? nil)
    }

    private static func parse(_ bytes: [UInt8]) -> GObjectOwner? {
        let memory = bytes.withUnsafeBytes { buffer in
            g_mime_stream_mem_new_with_buffer(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
        }
        guard let stream = GObjectOwner(owning: memory),
            let parser = GObjectOwner(owning: g_mime_parser_new_with_stream(stream.as(GMimeStream.self)))
        else { return nil }
        return GObjectOwner(owning: g_mime_parser_construct_message(parser.as(GMimeParser.self), nil))
    }

    private mutating func visit(_ object: UnsafeMutablePointer<GMimeObject>, depth: Int) {
        guard depth < Self.depthLimit, partsLeft > 0 else { return }
        partsLeft -= 1
        let raw = UnsafeMutableRawPointer(object)
        guard let type = g_mime_object_get_content_type(object) else { return }
        let name = "\(Self.string(g_mime_content_type_get_media_type(type)))/"
            .appending(Self.string(g_mime_content_type_get_media_subtype(type))).lowercased()
        if shim_is_multipart(raw) != 0 {
            let multipart = raw.assumingMemoryBound(to: GMimeMultipart.self)
            for index in 0..<max(0, g_mime_multipart_get_count(multipart)) {
                guard partsLeft > 0, let part = g_mime_multipart_get_part(multipart, index) else { return }
                visit(part, depth: depth + 1)
            }
        } else if shim_is_message_part(raw) != 0 {
            // A letter inside a letter: the one that comes back. What it asks was asked by somebody else, so its parts
            // are not read.
            let inner = g_mime_message_part_get_message(raw.assumingMemoryBound(to: GMimeMessagePart.self))
            if let inner, name == "message/rfc822" || name == "message/global", returnedID == nil {
                let id = Self.string(g_mime_message_get_message_id(inner))
                if !id.isEmpty { returnedID = Self.bounded(id, 998) }
            }
        } else if shim_is_part(raw) != 0 {
            readPart(raw.assumingMemoryBound(to: GMimePart.self), type: type, name: name)
        }
    }

    private mutating func readPart(
        _ part: UnsafeMutablePointer<GMimePart>, type: UnsafeMutablePointer<GMimeContentType>, name: String
    ) {
        let charset = Self.string(g_mime_content_type_get_parameter(type, "charset"))
        switch name {
        case "text/calendar", "application/ics":
            guard calendars.count < ReceivedLetter.calendarLimit,
                let bytes = Self.content(of: part), bytes.count <= ReceivedLetter.calendarBytes
            else { return }
            let calendar = Self.decode(bytes, charset: charset)
            // Most programs send the same object twice, as a part and as a file.
            if !calendars.contains(calendar) { calendars.append(calendar) }
        case "text/plain":
            guard text.isEmpty, let bytes = Self.content(of: part) else { return }
            text = Self.decode(Array(bytes.prefix(ReceivedLetter.textBytes)), charset: charset)
        case "message/delivery-status", "message/global-delivery-status":
            guard deliveryStatus == nil, let bytes = Self.content(of: part) else { return }
            deliveryStatus = Self.decode(Array(bytes.prefix(64 << 10)), charset: "")
        case "text/rfc822-headers", "message/global-headers":
            guard returnedID == nil, let bytes = Self.content(of: part) else { return }
            if let inner = Self.parse(Array(bytes.prefix(256 << 10))) {
                let id = Self.string(g_mime_message_get_message_id(inner.as(GMimeMessage.self)))
                if !id.isEmpty { returnedID = Self.bounded(id, 998) }
            }
        default: break
        }
    }

    /// A part's bytes with the transfer encoding undone.
    private static func content(of part: UnsafeMutablePointer<GMimePart>) -> [UInt8]? {
        guard let content = g_mime_part_get_content(part),
            let stream = GObjectOwner(owning: g_mime_stream_mem_new()),
            g_mime_data_wrapper_write_to_stream(content, stream.as(GMimeStream.self)) >= 0,
            let array = g_mime_stream_mem_get_byte_array(stream.as(GMimeStreamMem.self))
        else { return nil }
        guard let data = array.pointee.data else { return [] }
        return Array(UnsafeBufferPointer(start: data, count: Int(array.pointee.len)))
    }

    /// Text in a named charset; UTF-8 where none is named or the name is not known (RFC 5545 §3.1.4, RFC 6532).
    private static func decode(_ bytes: [UInt8], charset: String) -> String {
        var text: String?
        if !charset.isEmpty, !["utf-8", "utf8", "us-ascii"].contains(charset.lowercased()) {
            text = bytes.withUnsafeBytes { buffer -> String? in
                guard let base = buffer.baseAddress else { return nil }
                var written: gsize = 0
                guard
                    let converted = g_convert(
                        base.assumingMemoryBound(to: CChar.self), gssize(buffer.count), "UTF-8", charset, nil,
                        &written, nil)
                else { return nil }
                defer { g_free(converted) }
                return String(
                    decoding: UnsafeRawBufferPointer(start: converted, count: Int(written)), as: UTF8.self)
            }
        }
        let plain = text ?? String(decoding: bytes, as: UTF8.self)
        return plain.replacingOccurrences(of: "\0", with: "").replacingOccurrences(of: "\u{FEFF}", with: "")
    }

    private static func addresses(
        _ list: UnsafeMutablePointer<InternetAddressList>?
    ) -> [(name: String, address: String)] {
        guard let list else { return [] }
        var found: [(name: String, address: String)] = []
        for index in 0..<min(100, max(0, internet_address_list_length(list))) {
            guard let address = internet_address_list_get_address(list, index),
                shim_is_mailbox(UnsafeMutableRawPointer(address)) != 0
            else { continue }
            let mailbox = UnsafeMutableRawPointer(address).assumingMemoryBound(to: InternetAddressMailbox.self)
            let text = string(internet_address_mailbox_get_addr(mailbox)).lowercased()
            if !text.isEmpty { found.append((bounded(string(internet_address_get_name(address)), 200), text)) }
        }
        return found
    }

    /// The Message-IDs of a header.
    private static func ids(_ header: String) -> [String] {
        guard !header.isEmpty, let list = g_mime_references_parse(nil, header) else { return [] }
        defer { g_mime_references_free(list) }
        let count = min(100, max(0, g_mime_references_length(list)))
        return (0..<count).map { bounded(string(g_mime_references_get_message_id(list, $0)), 998) }
            .filter { !$0.isEmpty }
    }

    /// RFC 3834 §5, and what older programs write.
    private static func isAutomatic(_ object: UnsafeMutablePointer<GMimeObject>) -> Bool {
        let submitted = header(object, "Auto-Submitted").lowercased().trimmingCharacters(in: .whitespaces)
        if !submitted.isEmpty, submitted != "no" { return true }
        let precedence = header(object, "Precedence").lowercased().trimmingCharacters(in: .whitespaces)
        return ["bulk", "junk", "list", "auto_reply"].contains(precedence)
            || !header(object, "X-Autoreply").isEmpty
            || header(object, "Return-Path").trimmingCharacters(in: .whitespaces) == "<>"
    }

    private static func header(_ object: UnsafeMutablePointer<GMimeObject>, _ name: String) -> String {
        string(g_mime_object_get_header(object, name))
    }

    private static func string(_ text: UnsafePointer<CChar>?) -> String { text.map { String(cString: $0) } ?? "" }

    private static func bounded(_ text: String, _ count: Int) -> String { String(text.prefix(count)) }
}

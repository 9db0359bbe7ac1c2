import Foundation

/// The letters of an IMAP mailbox that are not marked as read.
struct IMAPMailbox {
    private let connection: IMAPConnection
    /// Without it a UID means nothing (RFC 9051 §2.3.1.1).
    private let validity: String

    init(
        host: String, port: Int, user: String, password: String, folder: String, authority: String?
    ) throws(MailboxError) {
        connection = try IMAPConnection(host: host, port: port, authority: authority)
        try connection.command("LOGIN \(IMAPConnection.quote(user)) \(IMAPConnection.quote(password))")
        let answers = try connection.command("SELECT \(IMAPConnection.quote(folder))")
        let mark = "[UIDVALIDITY "
        validity =
            answers.compactMap { answer -> String? in
                guard let found = answer.text.range(of: mark) else { return nil }
                return String(answer.text[found.upperBound...].prefix { $0.isNumber })
            }.first ?? ""
    }

    func fetch(limit: Int) throws(MailboxError) -> [ReceivedLetter] {
        var numbers: [UInt32] = []
        for answer in try connection.command("UID SEARCH UNSEEN") where answer.text.hasPrefix("* SEARCH") {
            numbers += answer.text.dropFirst("* SEARCH".count).split(separator: " ").compactMap { UInt32($0) }
        }
        var letters: [ReceivedLetter] = []
        for number in numbers.sorted().prefix(max(0, limit)) {
            // PEEK: to read is not to mark as read.
            let answers = try connection.command("UID FETCH \(number) (UID BODY.PEEK[]<0.\(Mailbox.letterBytes)>)")
            // No answer: somebody deleted it meanwhile.
            guard let bytes = answers.compactMap(\.literals.first).first else { continue }
            letters.append(ReceivedLetter(parsing: bytes, handle: "\(validity).\(number)"))
        }
        _ = try? connection.command("LOGOUT")
        return letters
    }

    func acknowledge(_ handles: [String]) throws(MailboxError) {
        let numbers = handles.compactMap { handle -> UInt32? in
            let parts = handle.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, let first = parts.first, first == validity, let last = parts.last else {
                return nil
            }
            return UInt32(last)
        }
        for start in stride(from: 0, to: numbers.count, by: 100) {
            let some = numbers[start..<min(start + 100, numbers.count)]
            let set = some.map(String.init).joined(separator: ",")
            try connection.command("UID STORE \(set) +FLAGS.SILENT (\\Seen)")
        }
        _ = try? connection.command("LOGOUT")
    }
}

import ArgumentParser
import Foundation
import Mail

/// `giaoban mailbox`: shows what waits in the mailbox of answers, so that an operator sees whether its address is right.
struct MailboxCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mailbox", abstract: "Show the letters that wait in a mailbox, one JSON object a line.",
        discussion: "Nothing is marked as read without --acknowledge.")

    @Argument(
        help: "imaps://user:password@host/INBOX or maildir:///folder. (default: the environment's GIAOBAN_MAILBOX)")
    var address: String?

    @Option(help: "How many at most.")
    var limit = 20

    @Flag(help: "Mark them as read.")
    var acknowledge = false

    private struct Line: Encodable {
        var from: String
        var subject: String
        var id: String
        var references: [String]
        var automatic: Bool
        var calendars: [String]
        var text: String
        var bounced: String?
        var reason: String?
    }

    func run() throws {
        guard let address = address ?? ProcessInfo.processInfo.environment["GIAOBAN_MAILBOX"] else {
            throw ValidationError("Give the mailbox's address, or set GIAOBAN_MAILBOX.")
        }
        do {
            let mailbox = try Mailbox(address)
            let letters = try mailbox.fetch(limit: limit)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            for letter in letters {
                let line = Line(
                    from: letter.from, subject: letter.subject, id: letter.messageID, references: letter.references,
                    automatic: letter.isAutomatic, calendars: letter.calendars, text: letter.text,
                    bounced: letter.bounce?.originalID, reason: letter.bounce?.reason)
                try FileHandle.standardOutput.write(contentsOf: try encoder.encode(line) + Data("\n".utf8))
            }
            if acknowledge { try mailbox.acknowledge(letters) }
        } catch let error as MailboxError {
            throw ValidationError(error.english)
        }
    }
}

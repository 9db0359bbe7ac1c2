import Mail
import Testing

@Suite struct SettingsTests {
    @Test func `a relay's address gives its parts`() throws {
        let relay = try RelaySettings(
            "smtp+starttls://van%40phong:m%3At@mail.backan.gov.vn/giaoban.backan.gov.vn?ca=/etc/ca.pem")
        #expect(relay.transport == .startTLS)
        #expect(relay.host == "mail.backan.gov.vn")
        #expect(relay.port == 587)
        #expect(relay.user == "van@phong")
        #expect(relay.password == "m:t")
        #expect(relay.helo == "giaoban.backan.gov.vn")
        #expect(relay.authority == "/etc/ca.pem")
        #expect(relay.shown == "smtp+starttls://mail.backan.gov.vn:587")
        #expect(try RelaySettings("smtps://mail.vn").port == 465)
        #expect(try RelaySettings("smtp://mail.vn").port == 25)
        #expect(try RelaySettings("file:///srv/thu").folder == "/srv/thu")
    }

    @Test func `a password is not sent in the open, except to this machine`() throws {
        #expect(throws: RelayError.passwordInTheOpen) { try RelaySettings("smtp://a:b@mail.vn") }
        #expect(try RelaySettings("smtp://a:b@localhost:2525").password == "b")
    }

    @Test(arguments: [
        "", "mail.vn", "ftp://mail.vn", "smtp://", "file://x/y", "file:///", "smtp://h/a b", "smtp://h/%0d%0aQUIT",
    ])
    func `what is no relay is refused`(_ text: String) {
        #expect(throws: RelayError.self) { try RelaySettings(text) }
    }

    @Test(arguments: ["", "imap://u:p@h/", "imaps://h/INBOX", "imaps://u@h", "maildir://x/y", "maildir:///"])
    func `what is no mailbox is refused`(_ text: String) {
        #expect(throws: MailboxError.self) { try Mailbox(text) }
    }

    @Test func `a mailbox is shown without its password`() throws {
        #expect(try Mailbox("imaps://u:bimat@mail.vn").shown == "imaps://mail.vn:993/INBOX")
    }

    @Test func `tries come at 1, 2, 5, 15, 30, 60 minutes, then hourly, and end after three days`() {
        #expect((1...6).map { retryDelay(attempt: $0) } == [60, 120, 300, 900, 1800, 3600])
        var total: Int64 = 0
        var attempt = 1
        while let wait = retryDelay(attempt: attempt) {
            #expect(wait >= 60 && wait <= 3600)
            total += wait
            attempt += 1
            guard attempt < 1000 else { break }
        }
        #expect((71 * 3600...72 * 3600).contains(total))
        for odd in [0, -1, Int.min, Int.max] { _ = retryDelay(attempt: odd) }
    }
}

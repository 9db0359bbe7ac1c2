import ArgumentParser

@main
struct Giaoban: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "giaoban",
        abstract: "The briefing bridge of a province: calls over thin lines, on one server.",
        version: "0.1.0",
        subcommands: [
            Serve.self, Token.self, Audit.self, CourierCommand.self, MailboxCheck.self, Sign.self, Convert.self,
            DossierCommand.self, ArchiveCommand.self,
        ])
}

import ArgumentParser

/// `giaoban archive`: what was recorded.
struct ArchiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Look into recordings, make films of them, check, keep and hand them out.",
        subcommands: [
            ArchiveList.self, ArchiveShow.self, ArchiveCompose.self, ArchiveCut.self, ArchiveVerify.self,
            ArchiveExport.self, ArchiveSeal.self, ArchiveFetch.self, ArchiveDue.self, ArchiveHold.self,
            ArchiveRelease.self,
        ])
}

import ArgumentParser
import Foundation
import Mail

/// `giaoban courier`: sends letters for the server that started it, and outlives it until the letter in flight is done.
struct CourierCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "courier", abstract: "Send letters for a server (started by it).", shouldDisplay: false)

    @Argument(help: "Folder of the journal.")
    var folder: String

    func run() throws {
        let status = CourierProcess.run(folder: folder)
        if status != 0 { throw ExitCode(status) }
    }
}

import ArgumentParser
import Foundation
import Store

/// `giaoban audit`: the chain of acts.
struct Audit: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the chain of everything that people have done.", subcommands: [Verify.self])

    /// `giaoban audit verify`: reads the whole chain.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find any line of the chain that was edited, removed or put elsewhere.",
            discussion: """
                Prints the number of lines and the code of the last one. Keep a print of it elsewhere: a later check that \
                shows fewer lines tells that the whole chain was put back to an older state. Works beside a running \
                server. Ends with 1 where the chain is broken.
                """)

        @Option(help: "Folder of what the server keeps.")
        var data = "var"

        func run() throws {
            let folder = try DataFolder(existing: URL(fileURLWithPath: data))
            let key = try folder.auditKey()
            let store = try Store(file: folder.database, chainKey: key)
            let (verdict, code) = try store.readNow { (try $0.verifyActs(key: key), try $0.lastActCode()) }
            switch verdict {
            case .whole(let count):
                print("The chain is whole: \(count) lines, the last with code \(code).")
            case .broken(let line):
                print("The chain is broken at line \(line): it was edited, or a line before it was removed or moved.")
                throw ExitCode(1)
            case .headDoesNotFit(let count, let expected):
                print(
                    "The chain has \(count) lines, its seal speaks of \(expected): lines at its end were removed or added."
                )
                throw ExitCode(1)
            }
        }
    }
}

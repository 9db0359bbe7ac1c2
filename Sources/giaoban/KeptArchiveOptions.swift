import ArgumentParser
import ObjectStore

/// Where recordings are, for who reads their files: the server's folder, and the store that it names.
struct KeptArchiveOptions: ParsableArguments {
    @Option(help: "Folder of what the server keeps.")
    var data = "var"

    @Option(help: "Configuration file (YAML) of the server, for its store.")
    var config: String?

    @OptionGroup var store: StoreFlags

    /// nil where none is named.
    /// - Throws: `ValidationError` with a sentence that says which setting is wrong.
    func objectStore() async throws -> ObjectStore? {
        try store.store(try await SettingSources(config: config))
    }
}

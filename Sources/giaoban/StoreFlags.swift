import ArgumentParser
import Configuration
import Foundation
import ObjectStore
import SystemPackage

/// Where recordings go when they are done: the flags of `giaoban serve` and of what looks into the archive. What a flag does not
/// say comes from the environment (GIAOBAN_STORE_ENDPOINT for --store-endpoint), then from the file that --config names.
struct StoreFlags: ParsableArguments {
    @Option(
        name: .long, help: "S3-compatible store for recordings, https://HOST[:PORT]. (default: none, they stay here)")
    var storeEndpoint: String?

    @Option(name: .long, help: "The store's region. (default: us-east-1, which most stores of one's own have)")
    var storeRegion: String?

    @Option(name: .long, help: "The store's bucket.")
    var storeBucket: String?

    @Option(name: .long, help: "What names in the bucket begin with, for example giaoban. (default: nothing)")
    var storePrefix: String?

    @Option(name: .long, help: "File with the store's access key and secret key, a line each.")
    var storeKeyFile: String?

    @Option(name: .long, help: "PEM file of the authority that signs the store's certificate, if not a public one.")
    var storeAuthorities: String?

    @Flag(name: .long, help: "Name the bucket in the host instead of the path, as Amazon does.")
    var storeVirtualHost = false

    /// - Parameters:
    ///   - text: a setting by its key, from wherever it is set.
    ///   - isVirtualHost: whether the bucket is named in the host.
    /// - Throws: `ValidationError` with a sentence that says which setting is wrong.
    func store(_ text: (String?, String) -> String?, isVirtualHost: Bool) throws -> ObjectStore? {
        guard let endpoint = text(storeEndpoint, "store-endpoint") else { return nil }
        guard let bucket = text(storeBucket, "store-bucket"), let keyFile = text(storeKeyFile, "store-key-file") else {
            throw ValidationError("--store-endpoint needs --store-bucket and --store-key-file.")
        }
        guard let keys = try? String(contentsOfFile: keyFile, encoding: .utf8) else {
            throw ValidationError("--store-key-file: \(keyFile) cannot be read.")
        }
        do {
            return ObjectStore(
                try ObjectStoreSettings(
                    endpoint: endpoint, region: text(storeRegion, "store-region") ?? "us-east-1", bucket: bucket,
                    prefix: text(storePrefix, "store-prefix") ?? "", keys: keys, isPathStyle: !isVirtualHost,
                    authorities: text(storeAuthorities, "store-authorities")))
        } catch {
            throw ValidationError("--store-endpoint: \(error.english)")
        }
    }

    /// The same for who has no other settings: from the flags, the environment, and the file that it names.
    func store(config: String?) async throws -> ObjectStore? {
        let environment = ConfigReader(provider: EnvironmentVariablesProvider())
        let path = config ?? environment.string(forKey: "giaoban.config")
        var file: ConfigReader?
        if let path {
            do {
                file = ConfigReader(provider: try await FileProvider<YAMLSnapshot>(filePath: FilePath(path)))
            } catch {
                throw ValidationError("The configuration file \(path) cannot be read: \(error)")
            }
        }
        func key(_ name: String) -> ConfigKey { ConfigKey(["giaoban"] + name.split(separator: "-").map(String.init)) }
        let isVirtualHost =
            storeVirtualHost
            || environment.bool(forKey: key("store-virtual-host"))
                ?? file?.bool(forKey: ConfigKey(["store-virtual-host"])) ?? false
        return try store(
            { flag, name in
                flag ?? environment.string(forKey: key(name)) ?? file?.string(forKey: ConfigKey([name]))
            }, isVirtualHost: isVirtualHost)
    }
}

import ArgumentParser
import Foundation
import ObjectStore

/// Where recordings go when they are done: the flags of `giaoban serve` and of what looks into the archive.
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

    /// nil where none is named.
    /// - Throws: `ValidationError` with a sentence that says which setting is wrong.
    func store(_ sources: SettingSources) throws -> ObjectStore? {
        let text = sources.text
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
                    prefix: text(storePrefix, "store-prefix") ?? "", keys: keys,
                    isPathStyle: !sources.isOn(storeVirtualHost, "store-virtual-host"),
                    authorities: text(storeAuthorities, "store-authorities")))
        } catch {
            throw ValidationError("--store-endpoint: \(error.english)")
        }
    }
}

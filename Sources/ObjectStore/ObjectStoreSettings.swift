/// Where an S3-compatible store is, and as whom it is asked.
public struct ObjectStoreSettings: Sendable {
    /// `https`, or `http` for a store on the same machine or in the same room.
    public var scheme: String
    /// `s3.tinh.gov.vn` or `10.0.0.9:9000`: as in the Host header.
    public var host: String
    public var region: String
    public var bucket: String
    /// What keys begin with: empty, or ending in a slash.
    public var prefix: String
    public var accessKey: String
    public var secretKey: String
    /// Whether the bucket is the path's first part rather than the host's.
    public var isPathStyle: Bool
    /// A PEM file of the authority that signs the store's certificate, if not a public one.
    public var authorities: String?

    /// Why settings do not do.
    public struct Invalid: Error, Sendable {
        public var english: String
    }

    /// - Parameters:
    ///   - endpoint: `https://HOST[:PORT]`.
    ///   - keys: the text of a file: the access key and the secret key, a line each, or as `aws_access_key_id = …` and
    ///     `aws_secret_access_key = …`.
    public init(
        endpoint: String, region: String, bucket: String, prefix: String, keys: String, isPathStyle: Bool,
        authorities: String?
    ) throws(Invalid) {
        guard let colon = endpoint.firstRange(of: "://"), ["http", "https"].contains(endpoint[..<colon.lowerBound])
        else {
            throw Invalid(english: "the endpoint is https://HOST or https://HOST:PORT, not \(endpoint).")
        }
        var host = endpoint[colon.upperBound...]
        while host.hasSuffix("/") { host.removeLast() }
        guard !host.isEmpty, !host.contains(where: { "/?#@ ".contains($0) || !$0.isASCII }) else {
            throw Invalid(
                english: "the endpoint is https://HOST or https://HOST:PORT, without a path, not \(endpoint).")
        }
        // Amazon S3 User Guide, "Bucket naming rules"; others are not asked for.
        guard (3...63).contains(bucket.utf8.count), bucket.utf8.allSatisfy(Self.isOfBucket) else {
            throw Invalid(english: "a bucket has 3 to 63 small letters, digits, dots and hyphens, not \(bucket).")
        }
        guard !prefix.hasPrefix("/"), !prefix.unicodeScalars.contains(where: { $0.value < 0x21 }) else {
            throw Invalid(english: "a prefix is like records/2026, without a slash at its begin, not \(prefix).")
        }
        guard let (access, secret) = Self.keys(keys) else {
            throw Invalid(english: "the key file holds the access key and the secret key, a line each.")
        }
        scheme = String(endpoint[..<colon.lowerBound])
        self.host = host.lowercased()
        self.region = region
        self.bucket = bucket
        self.prefix = prefix.isEmpty || prefix.hasSuffix("/") ? prefix : prefix + "/"
        accessKey = access
        secretKey = secret
        self.isPathStyle = isPathStyle
        self.authorities = authorities
    }

    private static func isOfBucket(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func keys(_ text: String) -> (String, String)? {
        var plain: [String] = []
        var named: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let clean = String(line).trimmed
            if clean.isEmpty || clean.hasPrefix("#") || clean.hasPrefix("[") { continue }
            let halves = clean.split(separator: "=", maxSplits: 1)
            if halves.count == 2, halves[0].hasPrefix("aws_") {
                named[String(halves[0]).trimmed] = String(halves[1]).trimmed
            } else {
                plain.append(clean)
            }
        }
        if let access = named["aws_access_key_id"], let secret = named["aws_secret_access_key"] {
            return (access, secret)
        }
        return plain.count == 2 ? (plain[0], plain[1]) : nil
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

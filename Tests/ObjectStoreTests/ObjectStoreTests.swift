import Testing

@testable import ObjectStore

@Suite struct `The settings of a store` {
    private func settings(
        endpoint: String = "https://s3.example:9000", bucket: String = "records", prefix: String = "",
        keys: String = "A\nB\n"
    ) throws -> ObjectStoreSettings {
        try ObjectStoreSettings(
            endpoint: endpoint, region: "us-east-1", bucket: bucket, prefix: prefix, keys: keys, isPathStyle: true,
            authorities: nil)
    }

    @Test func `take the keys as two lines, or as AWS's own programs write them`() throws {
        let plain = try settings(keys: "AKIA\n s3cr/t+= \n")
        #expect(plain.accessKey == "AKIA" && plain.secretKey == "s3cr/t+=")
        let named = try settings(
            keys: "[default]\n# keys\naws_access_key_id = AKIA\naws_secret_access_key=s3cr/t+=\n")
        #expect(named.accessKey == "AKIA" && named.secretKey == "s3cr/t+=")
    }

    @Test func `end a prefix with a slash`() throws {
        #expect(try settings(prefix: "a/b").prefix == "a/b/")
        #expect(try settings(prefix: "a/").prefix == "a/")
        #expect(try settings(prefix: "").prefix == "")
    }

    @Test(arguments: ["s3.example", "ftp://s3.example", "https://", "https://s3.example/path", "https://u@s3.example"])
    func `refuse an endpoint that is none`(_ endpoint: String) {
        #expect(throws: ObjectStoreSettings.Invalid.self) { try settings(endpoint: endpoint) }
    }

    @Test(arguments: ["ab", "Records", "a b c", "a/b/c", String(repeating: "a", count: 64)])
    func `refuse a bucket that is none`(_ bucket: String) {
        #expect(throws: ObjectStoreSettings.Invalid.self) { try settings(bucket: bucket) }
    }

    @Test(arguments: ["", "one", "a\nb\nc"]) func `refuse keys that are none`(_ keys: String) {
        #expect(throws: ObjectStoreSettings.Invalid.self) { try settings(keys: keys) }
    }
}

@Suite struct `A store's answer` {
    private func error(_ status: Int, _ code: String = "") -> ObjectStoreError? {
        let answer = StoreAnswer(status: status, body: Array("<Error><Code>\(code)</Code></Error>".utf8))
        do {
            try answer.check()
            return nil
        } catch {
            return error
        }
    }

    @Test func `says what to do`() {
        #expect(error(200) == nil && error(206) == nil)
        #expect(error(404, "NoSuchKey") == .missing)
        #expect(error(412) == .changed)
        #expect(error(503, "SlowDown") == .busy(status: 503))
        #expect(error(507) == .full)
        #expect(error(403, "XMinioStorageFull") == .full)
        #expect(error(403, "SignatureDoesNotMatch") == .refused(status: 403, code: "SignatureDoesNotMatch"))
    }

    @Test func `is read by its elements' names, whatever else it has`() {
        let text = """
            <?xml version="1.0"?><L xmlns="x"><UploadId>a&amp;b</UploadId><Part><PartNumber>1</PartNumber>\
            <ETag>&quot;e1&quot;</ETag></Part><New/><Part><PartNumber>2</PartNumber></Part><Part>
            """
        #expect(AnswerText.value("UploadId", in: text) == "a&b")
        #expect(AnswerText.elements("Part", in: text).count == 2)
        #expect(AnswerText.value("ETag", in: AnswerText.elements("Part", in: text)[0]) == "\"e1\"")
        #expect(AnswerText.value("ETag", in: AnswerText.elements("Part", in: text)[1]) == nil)
        #expect(AnswerText.value("None", in: text) == nil && AnswerText.value("UploadId", in: "<UploadId>") == nil)
    }
}

@Suite struct `A file on its way` {
    @Test(arguments: [1, 8 << 20, (8 << 20) + 1, 80 << 30, 5 << 40] as [Int64])
    func `is cut into parts that a store takes, the same each time`(_ length: Int64) {
        let upload = ObjectUpload(key: "k", length: length)
        let ranges = upload.ranges
        #expect(ranges.count <= 10_000)
        #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == length)
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        #expect(ranges.dropLast().allSatisfy { $0.count >= 5 << 20 })
        #expect(ObjectUpload(key: "k", length: length).ranges == ranges)
    }
}

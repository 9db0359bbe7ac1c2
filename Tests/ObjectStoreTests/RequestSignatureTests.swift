import Testing

@testable import ObjectStore

/// The examples of the Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in a
/// Single Chunk".
@Suite struct `A request's signature` {
    private let signature = RequestSignature(
        accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region: "us-east-1")
    private let empty = RequestSignature.emptySHA256
    private let time = "20130524T000000Z"
    private let host = (name: "host", value: "examplebucket.s3.amazonaws.com")

    private func signed(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], payload: String? = nil
    ) -> String {
        let payload = payload ?? empty
        return signature.authorization(
            method, path: path, query: query,
            headers: headers + [host, ("x-amz-content-sha256", payload), ("x-amz-date", time)], payload: payload,
            time: time)
    }

    @Test func `is the published one for a part of an object`() {
        #expect(
            signed("GET", "/test.txt", headers: [("range", "bytes=0-9")])
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    }

    @Test func `is the published one for an object that is put`() {
        let path = "/" + RequestSignature.encoded("test$file.text", keepsSlashes: true)
        #expect(path == "/test%24file.text")
        #expect(
            signed(
                "PUT", path,
                headers: [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
                payload: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
            ).hasSuffix("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"))
    }

    @Test func `is the published one for a query without a value`() {
        #expect(
            signed("GET", "/", query: [("lifecycle", "")]).hasSuffix(
                "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"))
    }

    @Test func `is the published one for a list`() {
        #expect(
            signed("GET", "/", query: [("prefix", "J"), ("max-keys", "2")]).hasSuffix(
                "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"))
    }

    @Test func `encodes all but what no encoding changes`() {
        #expect(RequestSignature.encoded("A-z0_.~ /+%đ") == "A-z0_.~%20%2F%2B%25%C4%91")
        #expect(RequestSignature.encoded("a/b c", keepsSlashes: true) == "a/b%20c")
    }

    @Test func `has the time of the day in UTC`() {
        #expect(ObjectStore.basicTime(1_369_353_600) == "20130524T000000Z")
        #expect(ObjectStore.basicTime(1_369_353_600 + 3_723) == "20130524T010203Z")
    }
}

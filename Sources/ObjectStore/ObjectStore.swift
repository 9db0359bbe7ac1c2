import Foundation
import Synchronization

/// Bytes to and from a bucket of an S3-compatible store. All of it blocks: it is for threads that may wait.
public final class ObjectStore: Sendable {
    /// An object as the store tells of it.
    public struct Object: Sendable, Equatable {
        /// Bytes.
        public var length: Int64
        /// Another content has another (RFC 9110 §8.8.3).
        public var tag: String
    }

    /// A part of an upload.
    struct Part: Sendable, Equatable {
        /// From 1 on.
        var number: Int
        var length: Int64
        var tag: String
    }

    public let settings: ObjectStoreSettings
    /// Connections that nobody uses now.
    private let idle = Mutex<[Idle]>([])
    /// Unix seconds.
    private let now: @Sendable () -> Int

    // Whoever takes it out of the list is the only one who has it.
    private struct Idle: @unchecked Sendable { let connection: StoreConnection }

    private static let mostIdle = 4

    public init(
        _ settings: ObjectStoreSettings, now: @escaping @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }
    ) {
        self.settings = settings
        self.now = now
    }

    /// As people may read it: `s3.tinh.gov.vn/records/2026/`.
    public var shown: String { "\(settings.host)/\(settings.bucket)/\(settings.prefix)" }

    // MARK: Objects

    /// Puts a whole object in its place.
    ///
    /// - Parameters:
    ///   - key: after the prefix.
    ///   - rate: bytes a second that leave at most; 0: as many as go.
    /// - Returns: its tag.
    @discardableResult
    public func put(_ bytes: [UInt8], at key: String, rate: Int = 0) throws(ObjectStoreError) -> String {
        let answer = try send(StoreRequest(method: "PUT", key: settings.prefix + key, body: bytes, rate: rate))
        try answer.check()
        return try Self.tag(answer)
    }

    /// - Returns: nil where there is none.
    public func object(at key: String) throws(ObjectStoreError) -> Object? {
        let answer = try send(StoreRequest(method: "HEAD", key: settings.prefix + key))
        if answer.status == 404 { return nil }
        try answer.check()
        guard let length = answer.headers["content-length"].flatMap({ Int64($0) }) else {
            throw .badAnswer("an object has no length")
        }
        return Object(length: length, tag: try Self.tag(answer))
    }

    /// Reads an object, or a part of it, and hands it on while it comes.
    ///
    /// - Parameters:
    ///   - tag: what it has to have; nil: any.
    ///   - take: returns whether to go on.
    public func read(
        _ key: String, _ part: Range<Int64>? = nil, tag: String? = nil, _ take: ([UInt8]) -> Bool
    ) throws(ObjectStoreError) {
        var request = StoreRequest(method: "GET", key: settings.prefix + key)
        if let part {
            guard !part.isEmpty else { return }
            request.headers.append(("range", "bytes=\(part.lowerBound)-\(part.upperBound - 1)"))
        }
        if let tag { request.headers.append(("if-match", tag)) }
        let answer = try withoutActuallyEscaping(take) { take throws(ObjectStoreError) in
            try send(request, take: take)
        }
        try answer.check()
    }

    /// Takes an object away; none there is as good.
    public func remove(_ key: String) throws(ObjectStoreError) {
        let answer = try send(StoreRequest(method: "DELETE", key: settings.prefix + key))
        if answer.status != 404 { try answer.check() }
    }

    /// Asks for something that costs nothing, so that wrong settings are known before they are needed.
    public func probe() throws(ObjectStoreError) {
        try send(
            StoreRequest(
                method: "GET", key: "",
                query: [("list-type", "2"), ("max-keys", "1"), ("prefix", settings.prefix)])
        ).check()
    }

    // MARK: Objects in parts (Amazon S3 User Guide, "Multipart upload")

    func begin(_ key: String) throws(ObjectStoreError) -> String {
        let answer = try send(StoreRequest(method: "POST", key: settings.prefix + key, query: [("uploads", "")]))
        try answer.check()
        guard let upload = AnswerText.value("UploadId", in: answer.text), !upload.isEmpty else {
            throw .badAnswer("an upload has no number")
        }
        return upload
    }

    func put(
        _ bytes: [UInt8], as number: Int, of upload: String, at key: String, rate: Int
    ) throws(ObjectStoreError) -> Part {
        let answer = try send(
            StoreRequest(
                method: "PUT", key: settings.prefix + key,
                query: [("partNumber", "\(number)"), ("uploadId", upload)], body: bytes, rate: rate))
        try answer.check()
        return Part(number: number, length: Int64(bytes.count), tag: try Self.tag(answer))
    }

    /// The parts that the store has of an upload.
    ///
    /// - Throws: `missing` where it does not know the upload.
    func parts(of upload: String, at key: String) throws(ObjectStoreError) -> [Part] {
        var parts: [Part] = []
        var marker = "0"
        while true {
            let answer = try send(
                StoreRequest(
                    method: "GET", key: settings.prefix + key,
                    query: [("part-number-marker", marker), ("uploadId", upload)]))
            try answer.check()
            for element in AnswerText.elements("Part", in: answer.text) {
                guard let number = AnswerText.value("PartNumber", in: element).flatMap({ Int($0) }),
                    let length = AnswerText.value("Size", in: element).flatMap({ Int64($0) }),
                    let tag = AnswerText.value("ETag", in: element)
                else { throw .badAnswer("a part has no number, size or tag") }
                parts.append(Part(number: number, length: length, tag: tag))
            }
            guard AnswerText.value("IsTruncated", in: answer.text) == "true",
                let next = AnswerText.value("NextPartNumberMarker", in: answer.text), next != marker
            else { return parts }
            marker = next
        }
    }

    func finish(_ upload: String, of parts: [Part], at key: String) throws(ObjectStoreError) {
        let list = parts.sorted { $0.number < $1.number }.map {
            "<Part><PartNumber>\($0.number)</PartNumber><ETag>\($0.tag.replacing("\"", with: "&quot;"))</ETag></Part>"
        }
        let text = "<CompleteMultipartUpload>\(list.joined())</CompleteMultipartUpload>"
        let answer = try send(
            StoreRequest(
                method: "POST", key: settings.prefix + key, query: [("uploadId", upload)], body: Array(text.utf8)))
        try answer.check()
        // An error may come behind a status of success: the store had begun to answer.
        if let code = AnswerText.value("Code", in: answer.text) { throw .refused(status: answer.status, code: code) }
    }

    /// Gives an upload up, and with it the room that its parts take.
    public func abandon(_ upload: String, at key: String) throws(ObjectStoreError) {
        let answer = try send(
            StoreRequest(method: "DELETE", key: settings.prefix + key, query: [("uploadId", upload)]))
        if answer.status != 404 { try answer.check() }
    }

    // MARK: Asking

    private static func tag(_ answer: StoreAnswer) throws(ObjectStoreError) -> String {
        guard let tag = answer.headers["etag"], !tag.isEmpty else { throw .badAnswer("an object has no tag") }
        return tag
    }

    private func send(
        _ request: StoreRequest, take: (([UInt8]) -> Bool)? = nil
    ) throws(ObjectStoreError) -> StoreAnswer {
        let free = idle.withLock { $0.popLast() }
        let connection: StoreConnection
        if let free { connection = free.connection } else { connection = try StoreConnection(settings) }
        let answer = try connection.send(request, time: Self.basicTime(now()), take: take)
        // One that has failed is not used again.
        let kept = Idle(connection: connection)
        idle.withLock { if $0.count < Self.mostIdle { $0.append(kept) } }
        return answer
    }

    /// `20130524T000000Z`, ISO 8601's basic format.
    ///
    /// - Parameter seconds: Unix.
    static func basicTime(_ seconds: Int) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(Int(parts.tm_year) + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))Z"
    }
}

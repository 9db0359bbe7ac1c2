import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The answer with a page: the whole, or the rest of what a cut line has left, as fast as the reader's line is to be used.
struct PageDelivery {
    /// Bytes that are written at once where a pace is asked for: on a line of 64 kbit/s they take 75 ms with what packets
    /// add, which no voice waits for.
    private static let step = 512
    /// Bytes a second that may be asked for.
    private static let paces = 512...1_000_000

    let data: Data
    let type: String
    let cache: String

    func answer(_ request: Request) -> Response {
        var headers: HTTPFields = [.contentType: type, .cacheControl: cache, .acceptRanges: "bytes"]
        let part: Range<Int>
        switch Self.part(of: data.count, request.headers[.range]) {
        case .whole: part = 0..<data.count
        case .part(let asked):
            part = asked
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(data.count)"
        case .none:
            headers[.contentRange] = "bytes */\(data.count)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        let status: HTTPResponse.Status = part.count == data.count ? .ok : .partialContent
        if status == .ok { headers[.contentRange] = nil }
        let bytes = data.dropFirst(part.lowerBound).prefix(part.count)
        guard let pace = request.uri.queryParameters["pace"].flatMap({ Int($0) }) else {
            return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        let bounded = min(max(pace, Self.paces.lowerBound), Self.paces.upperBound)
        return Response(status: status, headers: headers, body: Self.paced(ByteBuffer(bytes: bytes), bounded))
    }

    private static func paced(_ bytes: ByteBuffer, _ pace: Int) -> ResponseBody {
        // Above some 50 writes a second each takes more instead.
        let step = max(step, pace / 50)
        return ResponseBody(contentLength: bytes.readableBytes) { writer in
            var rest = bytes
            let clock = ContinuousClock()
            var due = clock.now
            while let next = rest.readSlice(length: min(step, rest.readableBytes)), next.readableBytes > 0 {
                try await writer.write(next)
                guard rest.readableBytes > 0 else { break }
                due = max(due, clock.now - .seconds(1)) + .nanoseconds(next.readableBytes * 1_000_000_000 / pace)
                try await clock.sleep(until: due)
            }
            try await writer.finish(nil)
        }
    }

    enum Part: Equatable {
        case whole
        case part(Range<Int>)
        /// Nothing of what was asked for is there.
        case none
    }

    /// One range of bytes (RFC 9110 §14.1.2). What is not understood, and several ranges, are the whole (§14.2).
    static func part(of count: Int, _ range: String?) -> Part {
        guard let range, range.hasPrefix("bytes=") else { return .whole }
        let ends = range.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return .whole }
        if ends[0].isEmpty {
            guard let last = Int(ends[1]) else { return .whole }
            return last > 0 && count > 0 ? .part(max(0, count - last)..<count) : .none
        }
        guard let first = Int(ends[0]) else { return .whole }
        let last = ends[1].isEmpty ? count - 1 : Int(ends[1]) ?? count - 1
        guard ends[1].isEmpty || last >= first else { return .whole }
        guard first < count else { return .none }
        return .part(first..<min(last, count - 1) + 1)
    }
}

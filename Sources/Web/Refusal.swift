import HTTPTypes
import Hummingbird
import NIOCore
import Relay
import SDP

/// Why a request is refused, in a sentence that says what to do, in the language of whoever asked.
struct Refusal: Error, HTTPResponseError, Sendable {
    var status: HTTPResponse.Status
    var code: String
    var vietnamese: String
    var english: String
    /// Of a session description that is wrong.
    var line: Int?
    var text: String?
    var headers: HTTPFields = [:]

    private struct Body: Encodable {
        struct Inner: Encodable {
            var code: String
            var message: String
            var line: Int?
            var text: String?
        }

        var error: Inner
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        let message = request.language == "en" ? english : vietnamese
        var fields = headers
        let wantsText = request.headers[.contentType]?.hasPrefix("application/sdp") == true
        if wantsText {
            fields[.contentType] = "text/plain; charset=utf-8"
            let place = line.map { " [\($0): \(text ?? "")]" } ?? ""
            return Response(
                status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(string: message + place + "\n")))
        }
        fields[.contentType] = "application/json; charset=utf-8"
        let body = Body(error: .init(code: code, message: message, line: line, text: text))
        return Response(status: status, headers: fields, body: .init(byteBuffer: try jsonBuffer(body)))
    }
}

extension Refusal {
    static let badRoom = Refusal(
        status: .notFound, code: "bad-room",
        vietnamese: "Tên phòng chỉ gồm chữ cái không dấu, chữ số, gạch ngang và gạch dưới (tối đa 64 ký tự).",
        english: "A room name has letters, digits, hyphens and underscores only (64 characters at most).")
    static let badBody = Refusal(
        status: .badRequest, code: "bad-body",
        vietnamese: "Yêu cầu không đúng dạng JSON cần có. Hãy tải lại trang rồi thử lại.",
        english: "The request is not the JSON that is expected. Reload the page and try again.")
    static let tooLarge = Refusal(
        status: .contentTooLarge, code: "too-large", vietnamese: "Yêu cầu quá dài.", english: "The request is too long."
    )
    static let tooOften = Refusal(
        status: .tooManyRequests, code: "too-often",
        vietnamese: "Quá nhiều lần thử từ địa chỉ này. Hãy đợi vài giây rồi thử lại.",
        english: "Too many attempts from this address. Wait a few seconds and try again.",
        headers: [.retryAfter: "5"])
    static let unknownParticipant = Refusal(
        status: .notFound, code: "unknown-participant",
        vietnamese: "Không còn kết nối này. Hãy vào phòng lại.",
        english: "This connection no longer exists. Join the room again.")
    static let unauthorised = Refusal(
        status: .unauthorized, code: "unauthorised",
        vietnamese: "Mã truy cập thiếu, sai hoặc không dùng cho phòng này. Hãy xin mã mới (giaoban token).",
        english: "The access token is missing, wrong, or not for this room. Get a new one (giaoban token).",
        headers: [.wwwAuthenticate: "Bearer"])
    static let expired = Refusal(
        status: .unauthorized, code: "token-expired",
        vietnamese: "Mã truy cập đã hết hạn. Hãy xin mã mới (giaoban token).",
        english: "The access token has expired. Get a new one (giaoban token).",
        headers: [.wwwAuthenticate: "Bearer"])
    static let wrongType = Refusal(
        status: .unsupportedMediaType, code: "wrong-type",
        vietnamese: "Nội dung phải có kiểu application/sdp.", english: "The content type must be application/sdp.")

    /// In the words of whoever joins.
    init(_ error: JoinError) {
        switch error {
        case .badOffer(let sdp):
            self.init(
                status: .badRequest, code: "bad-offer",
                vietnamese: "Mô tả phiên (SDP) sai ở dòng \(sdp.line): \(sdp.reason).",
                english: "The session description (SDP) is wrong at line \(sdp.line): \(sdp.reason).",
                line: sdp.line, text: sdp.text)
        case .unsupported(let reason):
            self.init(
                status: .badRequest, code: "unsupported-offer",
                vietnamese: "Thiết bị không thương lượng được với máy chủ: \(reason).",
                english: "This offer cannot be answered: \(reason).")
        case .roomFull(let limit):
            self.init(
                status: .serviceUnavailable, code: "room-full",
                vietnamese: "Phòng đã đủ \(limit) điểm cầu. Hãy báo người tổ chức.",
                english: "The room already holds \(limit) participants. Tell the organiser.",
                headers: [.retryAfter: "30"])
        case .nothingPublished:
            self.init(
                status: .conflict, code: "nothing-published",
                vietnamese: "Chưa có ai phát trong phòng này. Hãy thử lại sau giây lát.",
                english: "Nobody publishes in this room yet. Try again in a moment.", headers: [.retryAfter: "2"])
        case .stopping:
            self.init(
                status: .serviceUnavailable, code: "stopping",
                vietnamese: "Máy chủ đang khởi động lại. Trang sẽ tự kết nối lại.",
                english: "The server is restarting. The page reconnects by itself.", headers: [.retryAfter: "2"])
        }
    }
}

import Briefing
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Scheduler

/// Why an act was not done, as an answer of the API: a status, a code for programs, and a sentence for people.
struct APIErrors: RouterMiddleware {
    typealias Context = CallContext

    let logger: Logger

    struct Body: Encodable {
        struct Inner: Encodable {
            var code: String
            var message: Sentence
            var fields: [String: Sentence]?
            var conflicts: [ConflictReport.Line]?
            var proposals: [ConflictReport.Proposal]?
        }

        var error: Inner
    }

    func handle(
        _ request: Request, context: CallContext, next: (Request, CallContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as ActError {
            return try Self.answer(error, request)
        } catch let error as any HTTPResponseError {
            throw error
        } catch {
            // What it was is for the log; whoever asked is told what they can do.
            logger.error("\(request.method.rawValue) \(request.uri.path): \(error)")
            return try jsonAnswer(
                Body(
                    error: .init(
                        code: "internal",
                        message: Sentence(
                            vietnamese:
                                "Máy chủ gặp lỗi, chưa lưu gì. Hãy thử lại; nếu vẫn lỗi, báo quản trị hệ thống.",
                            english:
                                "The server failed, and nothing was saved. Try again; if it fails still, tell the administrator."
                        ))), request, status: .internalServerError)
        }
    }

    static func answer(_ error: ActError, _ request: Request) throws -> Response {
        func answer(
            _ status: HTTPResponse.Status, _ code: String, _ vietnamese: String, _ english: String,
            fields: [String: Sentence]? = nil, report: ConflictReport? = nil
        ) throws -> Response {
            try jsonAnswer(
                Body(
                    error: .init(
                        code: code, message: Sentence(vietnamese: vietnamese, english: english), fields: fields,
                        conflicts: report?.lines, proposals: report?.proposals)), request, status: status)
        }
        switch error {
        case .notSignedIn:
            return try answer(
                .unauthorized, "not-signed-in", "Bạn chưa đăng nhập hoặc phiên đã hết hạn. Hãy đăng nhập lại.",
                "You are not signed in, or the session has ended. Sign in again.")
        case .forbidden:
            return try answer(
                .forbidden, "forbidden", "Tài khoản của bạn không có quyền làm việc này. Hãy nhờ quản trị hệ thống.",
                "Your account may not do this. Ask the administrator.")
        case .notFound:
            return try answer(
                .notFound, "not-found", "Không tìm thấy, hoặc không dành cho tài khoản của bạn.",
                "Not there, or not for your account.")
        case .invalid(let fields):
            // One thing that is wrong is said at once; of several the fields tell.
            let only = fields.count == 1 ? fields.first?.value : nil
            return try answer(
                .unprocessableContent, "invalid",
                only?.vietnamese ?? "Có \(fields.count) mục cần sửa. Hãy xem các dòng được đánh dấu.",
                only?.english ?? "\(fields.count) items need mending. Look at the marked lines.", fields: fields)
        case .conflict(let report):
            let first = report.lines.first?.message
            return try answer(
                .conflict, "conflict", first?.vietnamese ?? "Trùng lịch.", first?.english ?? "There is a conflict.",
                report: report)
        case .changedMeanwhile:
            return try answer(
                .conflict, "changed", "Người khác vừa sửa lịch này. Hãy tải lại để xem bản mới rồi sửa tiếp.",
                "Somebody else has just edited this. Reload to see it, then go on.")
        case .refused(let code, let sentence):
            let status: HTTPResponse.Status =
                switch code {
                case "wrong-password": .unauthorized
                case "wrong-type": .unsupportedMediaType
                case "csrf", "cross-site", "no-copies": .forbidden
                case "store-away": .serviceUnavailable
                default: .unprocessableContent
                }
            return try answer(status, code, sentence.vietnamese, sentence.english)
        case .tooOften(let seconds):
            var response = try answer(
                .tooManyRequests, "too-often", "Thử quá nhiều lần. Hãy đợi \(seconds) giây rồi thử lại.",
                "Too many attempts. Wait \(seconds) seconds and try again.")
            response.headers[.retryAfter] = String(seconds)
            return response
        case .tooLarge(let sentence):
            return try answer(.contentTooLarge, "too-large", sentence.vietnamese, sentence.english)
        }
    }
}

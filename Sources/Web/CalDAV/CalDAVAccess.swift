import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Scheduler
import Synchronization

/// Who a calendar program signs in as: HTTP Basic (RFC 7617), with an e-mail address and an app password, on every
/// request.
final class CalDAVAccess: Sendable {
    private let scheduler: SchedulerService
    /// Apart from the pages' throttle: a telephone that goes on with a revoked password must not lock its owner out of
    /// them.
    private let throttle = Mutex(SignInThrottle())
    private let limiter = RateLimiter(burst: 600, perSecond: 20)

    init(scheduler: SchedulerService) { self.scheduler = scheduler }

    func caller(_ request: Request, _ context: CallContext) async throws -> Caller {
        try await limiter.admit(context.remoteAddress)
        // Asked without a name first, as many programs do, is no attempt.
        guard let (user, password) = Self.credentials(request) else { throw Refusal.calendarPassword }
        // 256 random bits cannot be guessed, and finding them costs one look at an index: what is right need not wait for
        // what others tried.
        if let caller = try await scheduler.calendarReader(user: user, password: password) { return caller }
        let moment = Duration.seconds(Int(Date().timeIntervalSince1970))
        let wait = throttle.withLock { $0.admit(account: user, address: context.remoteAddress, now: moment) }
        if let wait { throw ActError.tooOften(seconds: max(1, Int(wait.components.seconds))) }
        throw Refusal.calendarPassword
    }

    static func credentials(_ request: Request) -> (user: String, password: String)? {
        guard let header = request.headers[.authorization], header.utf8.count <= 1000 else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic",
            let data = Data(base64Encoded: parts[1].trimmingCharacters(in: .whitespaces)),
            let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { return nil }
        let user = text[..<colon].trimmingCharacters(in: .whitespaces).lowercased()
        return (user, String(text[text.index(after: colon)...]))
    }
}

extension Refusal {
    static let notPropfind = Refusal(
        status: .badRequest, code: "bad-propfind",
        vietnamese: "Nội dung của PROPFIND phải là phần tử propfind trong không gian tên DAV:.",
        english: "The body of a PROPFIND must be a propfind element in the namespace DAV:.")
    static let noReport = Refusal(
        status: .badRequest, code: "bad-report",
        vietnamese: "Yêu cầu REPORT thiếu nội dung XML nói rõ cần báo cáo nào.",
        english: "The REPORT has no XML body that says which report is wanted.")
    static let calendarPassword = Refusal(
        status: .unauthorized, code: "calendar-password",
        vietnamese: "Hãy nhập địa chỉ thư và mật khẩu ứng dụng lấy ở trang Cài đặt, mục Lịch cá nhân.",
        english: "Give your e-mail address and the app password from the page Settings, My calendar.",
        headers: [.wwwAuthenticate: "Basic realm=\"Giaoban\", charset=\"UTF-8\""])
}

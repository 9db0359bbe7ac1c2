/// Why signing in by the identity provider failed.
public enum OIDCError: Error, Equatable, Sendable {
    /// The provider cannot be reached, or does not answer within 10 seconds. The text is for the log.
    case unreachable(String)
    /// The provider's answer is not what the standard says. The text is for the log.
    case badAnswer(String)
    /// The provider, or the person there, said no: its error code (RFC 6749 §4.1.2.1), `access_denied` for example.
    case refused(String)
    /// The answer belongs to no sign-in begun in this browser: an old page, or a link that somebody else made.
    case notAsked
    case badToken(IDToken.Failure)
    /// As many ask as may wait.
    case tooBusy

    public var vietnamese: String {
        switch self {
        case .unreachable:
            "Không kết nối được với hệ thống định danh. Vui lòng thử lại sau ít phút hoặc đăng nhập bằng mật khẩu."
        case .badAnswer, .badToken:
            "Hệ thống định danh trả lời không hợp lệ. Vui lòng đăng nhập bằng mật khẩu và báo cho quản trị viên."
        case .refused("access_denied"): "Việc đăng nhập đã bị hủy hoặc bị từ chối tại hệ thống định danh."
        case .refused: "Hệ thống định danh không chấp nhận yêu cầu đăng nhập. Vui lòng báo cho quản trị viên."
        case .notAsked: "Phiên đăng nhập đã hết hạn hoặc không hợp lệ. Vui lòng đăng nhập lại từ đầu."
        case .tooBusy: "Đang có quá nhiều người đăng nhập. Vui lòng thử lại sau ít giây."
        }
    }

    public var english: String {
        switch self {
        case .unreachable:
            "The identity provider cannot be reached. Try again in a few minutes, or sign in with your password."
        case .badAnswer, .badToken:
            "The identity provider's answer is not valid. Sign in with your password and tell the administrator."
        case .refused("access_denied"): "Signing in was cancelled or refused at the identity provider."
        case .refused: "The identity provider does not accept our request. Tell the administrator."
        case .notAsked: "This sign-in has expired or is not valid. Begin again."
        case .tooBusy: "Too many people are signing in. Try again in a few seconds."
        }
    }
}

/// Why an act of an approval was not done.
public enum ApprovalRefusal: Error, Hashable, Sendable {
    case notYourTurn
    /// Only for whoever has made the route and those who book for the organising unit.
    case notTheOwner
    case ended
    case notDraft
    case isDraft
    case noReason
    /// A step is done by another act: a signature is not given by agreeing.
    case wrongKind
    case signaturesAreNotSkipped
    case inTheStepAlready
    case newVersionNeeded
    case notReady
    case wrongSize
    case wrongOrder
    case namedTwice
    case severalSigners
    case nobodyDecides

    public var sentence: Sentence {
        Sentence(vietnamese: vietnamese, english: english)
    }

    private var vietnamese: String {
        switch self {
        case .notYourTurn: "Chưa đến lượt hoặc bạn đã xử lý bước này. Hãy tải lại trang."
        case .notTheOwner: "Chỉ người trình hoặc văn thư, thư ký của đơn vị chủ trì được thực hiện việc này."
        case .ended: "Luồng ký duyệt đã kết thúc."
        case .notDraft: "Văn bản đã được trình. Muốn sửa, hãy chờ trả lại hoặc rút lại."
        case .isDraft: "Văn bản chưa được trình."
        case .noReason: "Chưa nêu lý do. Hãy ghi rõ lý do."
        case .wrongKind: "Bước này không được hoàn thành bằng cách đó. Bước ký cần chữ ký số."
        case .signaturesAreNotSkipped: "Không được bỏ qua bước ký. Hãy chờ ủy quyền ký hoặc rút lại văn bản."
        case .inTheStepAlready: "Người này đã có trong bước. Hãy chọn người khác."
        case .newVersionNeeded: "Bản bị trả lại đã có chữ ký số. Hãy tải lên phiên bản mới rồi trình lại."
        case .notReady: "Còn bước chưa hoàn thành nên chưa ban hành được."
        case .wrongSize:
            "Luồng ký duyệt cần từ 1 đến \(ApprovalRoute.longest) bước, mỗi bước từ 1 đến \(ApprovalRoute.longest) người."
        case .wrongOrder: "Thứ tự các bước phải là: cho ý kiến, phê duyệt, ký số."
        case .namedTwice: "Một người được nêu hai lần trong cùng một bước."
        case .severalSigners: "Mỗi bước ký chỉ có một người ký. Hãy tạo thêm bước cho người ký tiếp theo."
        case .nobodyDecides: "Luồng ký duyệt cần ít nhất một bước phê duyệt hoặc ký số."
        }
    }

    private var english: String {
        switch self {
        case .notYourTurn: "It is not your turn, or you have done this step. Reload the page."
        case .notTheOwner: "Only whoever submitted it, or a secretary of the organising unit, may do this."
        case .ended: "The approval is over."
        case .notDraft: "The paper has been submitted. To change it, wait for its return or withdraw it."
        case .isDraft: "The paper has not been submitted."
        case .noReason: "There is no reason. Write why."
        case .wrongKind: "This step is not done in that way. A signing step needs a signature."
        case .signaturesAreNotSkipped: "Signing steps are not skipped. Wait for a delegation, or withdraw the paper."
        case .inTheStepAlready: "This person is in the step already. Choose somebody else."
        case .newVersionNeeded: "The version that was returned bears a signature. Upload a new version, then submit it."
        case .notReady: "Some step is not done, so that it cannot be issued."
        case .wrongSize:
            "A route has 1 to \(ApprovalRoute.longest) steps, and each step 1 to \(ApprovalRoute.longest) people."
        case .wrongOrder: "Steps come in this order: comment, approve, sign."
        case .namedTwice: "Somebody is named twice in one step."
        case .severalSigners: "One person signs in a signing step. Add another step for the next signer."
        case .nobodyDecides: "A route needs a step of approving or signing."
        }
    }
}

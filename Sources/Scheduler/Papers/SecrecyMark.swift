import Briefing
import Foundation

/// Độ mật stamped into a name (Nghị định 26/2020/NĐ-CP điều 2 has it in capitals): a sign that a classified paper is being
/// sent by accident.
enum SecrecyMark {
    /// Words after or before which MẬT is no mark: mật độ, mật ong, bảo mật, bí mật nhà nước as a subject.
    private static let harmlessAfter: Set<String> = ["ĐỘ", "ONG", "MÍA", "KHẨU", "THIẾT"]
    private static let harmlessBefore: Set<String> = ["BẢO", "BÍ", "THÂN", "RẬM", "DÀY"]

    /// The mark that stands in a name as words of its own, in capitals; nil where there is none.
    static func mark(in name: String) -> String? {
        let words = name.precomposedStringWithCanonicalMapping.split { !$0.isLetter }.map(String.init)
        for (index, word) in words.enumerated() {
            let before = index > 0 ? words[index - 1] : ""
            let after = index + 1 < words.count ? words[index + 1] : ""
            // Names of files are often written without diacritics, where MAT alone may be Mặt trận.
            if word == "MAT", ["TOI", "TUYET"].contains(before) { return "\(before) \(word)" }
            guard word == "MẬT", !harmlessBefore.contains(before) else { continue }
            if ["TỐI", "TUYỆT"].contains(before) { return "\(before) \(word)" }
            if !harmlessAfter.contains(after) { return word }
        }
        return nil
    }

    static func question(_ mark: String) -> ActError {
        .refused(
            code: "classified",
            Sentence(
                vietnamese:
                    "Tên tài liệu có chữ “\(mark)”. Đây có phải tài liệu bí mật nhà nước không? Nếu phải, không đưa vào hệ thống này; hãy gửi theo đường văn thư mật. Nếu không phải, hãy sửa tên rồi gửi lại. Chưa lưu gì.",
                english:
                    "The paper's name has “\(mark)”. Is it a state secret? If so it does not enter this system: send it by the registry for classified mail. If not, change the name and send it again. Nothing was stored."
            ))
    }
}

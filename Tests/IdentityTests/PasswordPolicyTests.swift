import Testing

@testable import Identity

struct PasswordPolicyTests {
    private func refusal(_ password: String) -> PasswordPolicy.Refusal? {
        do throws(PasswordPolicy.Refusal) {
            try PasswordPolicy.check(password, email: "nguyenthihoa@backan.gov.vn", name: "Nguyễn Thị Hòa")
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["mưa trên phố huyện", "k7#vQ2!mZp", "sông Năng chảy về đâu?", "Hòa bình 1954 mãi mãi"])
    func `a long password of one's own is taken`(password: String) { #expect(refusal(password) == nil) }

    @Test(arguments: [
        ("", PasswordPolicy.Refusal.tooShort), ("chín ký tự".dropLast().description, .tooShort),
        (String(repeating: "à b", count: 43), .tooLong), (String(repeating: "x", count: 1_000_000), .tooLong),
        ("một dòng\nhai dòng", .controlCharacters), ("nguyenthihoa@backan.gov.vn", .nameOrEmail),
        ("NguyenThiHoa", .nameOrEmail), ("Nguyễn Thị Hòa", .nameOrEmail), ("nguyễn thị hòa", .nameOrEmail),
        ("1234567890", .tooCommon), ("aaaaaaaaaaaa", .tooCommon), ("Password123", .tooCommon),
        ("Mật khẩu 2026!", .tooCommon), ("Anh yêu em 123", .tooCommon), ("qwertyuiop", .tooCommon),
        ("VIETNAM@2026", .tooCommon),
    ])
    func `a password that is easily guessed is refused with its reason`(
        password: String, expected: PasswordPolicy.Refusal
    ) { #expect(refusal(password) == expected) }

    @Test func `ten characters count as ten whichever way they are composed`() {
        #expect(refusal("ệệệ ựựự ộộ") == nil)
        #expect(refusal("ẹ\u{302}ẹ\u{302}ẹ\u{302} ấy ổ") == .tooShort)
    }

    @Test func `every refusal says what to mend in both languages`() {
        for refusal in PasswordPolicy.Refusal.allCases {
            #expect(refusal.vietnamese.hasSuffix(".") && refusal.english.hasSuffix("."))
            #expect(refusal.vietnamese != refusal.english)
        }
    }
}

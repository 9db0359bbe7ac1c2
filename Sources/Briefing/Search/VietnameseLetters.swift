/// Letters taken apart: the letter of the alphabet, what makes it another vowel (â, ă, ơ), and the tone.
///
/// Vietnamese can be typed in two forms of Unicode (composed, and with combining marks in any order) and with the tone on
/// either vowel of a syllable (`hòa`, `hoà`); what is compared has to be one text for all of them.
enum VietnameseLetters {
    struct Parts: Hashable {
        /// A lower-case letter without any mark.
        var base: Unicode.Scalar
        /// The mark that makes it another letter: 0 or the combining scalar.
        var shape: UInt32
        /// The mark of the tone: 0 or the combining scalar.
        var tone: UInt32
    }

    private static let circumflex: UInt32 = 0x302
    private static let breve: UInt32 = 0x306
    private static let horn: UInt32 = 0x31B
    private static let grave: UInt32 = 0x300
    private static let acute: UInt32 = 0x301
    private static let tilde: UInt32 = 0x303
    private static let hook: UInt32 = 0x309
    private static let dotBelow: UInt32 = 0x323

    static func isShape(_ mark: UInt32) -> Bool { mark == circumflex || mark == breve || mark == horn }

    static func isTone(_ mark: UInt32) -> Bool {
        mark == grave || mark == acute || mark == tilde || mark == hook || mark == dotBelow
    }

    static func isVowel(_ base: Unicode.Scalar) -> Bool { "aeiouy".unicodeScalars.contains(base) }

    /// The vowels in the order of the tones: none, grave, acute, tilde, hook, dot below.
    private static let vowels: [(Unicode.Scalar, UInt32, String)] = [
        ("a", 0, "aàáãảạ"), ("a", breve, "ăằắẵẳặ"), ("a", circumflex, "âầấẫẩậ"), ("e", 0, "eèéẽẻẹ"),
        ("e", circumflex, "êềếễểệ"), ("i", 0, "iìíĩỉị"), ("o", 0, "oòóõỏọ"), ("o", circumflex, "ôồốỗổộ"),
        ("o", horn, "ơờớỡởợ"), ("u", 0, "uùúũủụ"), ("u", horn, "ưừứữửự"), ("y", 0, "yỳýỹỷỵ"),
    ]

    private static let tones: [UInt32] = [0, grave, acute, tilde, hook, dotBelow]

    /// Other Latin letters with marks, as names from abroad have them.
    private static let others: [(Unicode.Scalar, String)] = [
        ("a", "äåā"), ("c", "çčć"), ("e", "ëēěę"), ("i", "ïîī"), ("n", "ñńň"), ("o", "öøō"), ("s", "šś"),
        ("u", "üûūů"), ("y", "ÿ"), ("z", "žźż"),
    ]

    /// By the composed scalar; what is not here is a letter of its own.
    static let parts: [Unicode.Scalar: Parts] = {
        var found: [Unicode.Scalar: Parts] = ["đ": Parts(base: "d", shape: 1, tone: 0)]
        for (base, shape, letters) in vowels {
            for (letter, tone) in zip(letters.unicodeScalars, tones) {
                found[letter] = Parts(base: base, shape: shape, tone: tone)
            }
        }
        for (base, letters) in others {
            for letter in letters.unicodeScalars { found[letter] = Parts(base: base, shape: 2, tone: letter.value) }
        }
        return found
    }()

    static let composed: [Parts: Unicode.Scalar] = {
        var found: [Parts: Unicode.Scalar] = [:]
        for (letter, parts) in parts { found[parts] = letter }
        return found
    }()
}

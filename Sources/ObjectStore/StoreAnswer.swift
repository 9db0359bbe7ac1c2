/// What a store has answered.
struct StoreAnswer {
    /// HTTP's.
    var status: Int
    /// Names in lower case.
    var headers: [String: String] = [:]
    /// Of an answer that is not handed on while it comes.
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }

    /// - Throws: ``ObjectStoreError``, where it is none of success.
    func check() throws(ObjectStoreError) {
        guard !(200...299).contains(status) else { return }
        let code = AnswerText.value("Code", in: text) ?? ""
        switch (status, code) {
        case (404, _): throw .missing
        case (412, _): throw .changed
        // MinIO and Ceph; Amazon's never fills.
        case (507, _), (_, "XMinioStorageFull"), (_, "QuotaExceeded"), (_, "EntityTooLarge"): throw .full
        case (429, _), (500...599, _), (408, _), (_, "RequestTimeout"): throw .busy(status: status)
        default: throw .refused(status: status, code: code.isEmpty ? "?" : String(code.prefix(60)))
        }
    }
}

/// Values of an answer's XML. A store's answers are flat lists of elements without attributes that matter here: they are
/// looked for by name, and what is unknown is passed over.
enum AnswerText {
    /// The text of the first element of a name; nil where there is none.
    static func value(_ name: String, in text: some StringProtocol) -> String? {
        element(name, in: text, from: text.startIndex).map { unescaped($0.content) }
    }

    /// What is between the tags of each element of a name, in their order.
    static func elements(_ name: String, in text: String) -> [Substring] {
        var found: [Substring] = []
        var place = text.startIndex
        while let (content, end) = element(name, in: text, from: place) {
            found.append(Substring(content))
            place = end
        }
        return found
    }

    private static func element<Text: StringProtocol>(
        _ name: String, in text: Text, from place: Text.Index
    ) -> (content: Text.SubSequence, end: Text.Index)? {
        guard let begin = text[place...].firstRange(of: "<\(name)>"),
            let end = text[begin.upperBound...].firstRange(of: "</\(name)>")
        else { return nil }
        return (text[begin.upperBound..<end.lowerBound], end.upperBound)
    }

    private static func unescaped(_ text: some StringProtocol) -> String {
        String(text).replacing("&quot;", with: "\"").replacing("&#34;", with: "\"").replacing("&apos;", with: "'")
            .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }
}

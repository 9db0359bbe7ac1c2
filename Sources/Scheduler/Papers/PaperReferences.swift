import Briefing
import Foundation
import Store

/// What stands in a meeting's list for what is not in the system: a link, or a paper that is handed out.
extension SchedulerService {
    public struct LinkForm: Decodable, Sendable {
        public var title: String?
        public var url: String?
        public var scope: String?
        /// The agenda item that it is for.
        public var item: Int?
    }

    public func addLink(_ form: LinkForm, to id: OccurrenceID, as caller: Caller) async throws -> PaperShown {
        var check = FormCheck()
        let title = check.text("title", form.title, 1...300)
        let text = check.text("url", form.url, 1...2000)
        let url = URL(string: text)
        if url?.host == nil || !["https", "http"].contains(url?.scheme?.lowercased() ?? "") {
            check.wrong(
                "url", "Đường dẫn phải bắt đầu bằng https://.", "A link must begin with https://.")
        }
        try check.finish()
        return try await addEntry(
            to: id, as: caller, scope: form.scope, item: form.item, what: "paper.link", detail: "\(title) \(text)"
        ) { paper in
            paper.title = title
            paper.type = "text/uri-list"
            paper.link = text
        }
    }

    public struct ReferenceForm: Decodable, Sendable {
        /// The paper's title; of a classified one only its number, since the title may be secret itself.
        public var title: String?
        /// Where it is handed out.
        public var note: String?
        public var classification: String?
        public var scope: String?
        /// The agenda item that it is for.
        public var item: Int?
    }

    /// Refers to a paper that stays outside, of whichever classification.
    public func addReference(_ form: ReferenceForm, to id: OccurrenceID, as caller: Caller) async throws -> PaperShown {
        var check = FormCheck()
        let classification = form.classification.flatMap(Classification.init)
        if classification == nil {
            check.wrong(
                "classification", "Chưa chọn độ mật của tài liệu.", "Choose the classification of the paper.")
        }
        let isOpen = classification?.isAdmitted ?? false
        var title = check.text("title", form.title, 1...(isOpen ? 300 : 40))
        let note = check.text("note", form.note, 0...300)
        if !isOpen, !Self.isNumber(title) {
            check.wrong(
                "title",
                "Với tài liệu mật chỉ ghi số, ký hiệu, ví dụ 12/BC-UBND. Không ghi tên hay nội dung tài liệu.",
                "Of a classified paper give only its number, for example 12/BC-UBND; neither its title nor its content."
            )
        }
        try check.finish()
        guard let classification else { throw ActError.notFound }
        if !isOpen { title = "Tài liệu \(classification.vietnamese) số \(title)" }
        return try await addEntry(
            to: id, as: caller, scope: form.scope, item: form.item, what: "paper.reference", detail: title
        ) { [title] paper in
            paper.title = title
            paper.type = "text/x-reference"
            paper.classification = classification
            paper.note = note
        }
    }

    /// Số, ký hiệu (Nghị định 30/2020/NĐ-CP phụ lục I, II.3): digits, then what made it and who.
    private static func isNumber(_ text: String) -> Bool {
        guard text.first?.isNumber == true else { return false }
        return text.split(separator: "/").allSatisfy { part in
            part.count <= 16
                && part.allSatisfy { $0.isNumber || $0 == "-" || $0 == "." || ($0.isLetter && $0.isUppercase) }
        }
    }

    private func addEntry(
        to id: OccurrenceID, as caller: Caller, scope: String?, item: Int?, what: String, detail: String,
        fill: @Sendable @escaping (inout Paper) -> Void
    ) async throws -> PaperShown {
        let now = now()
        let kept = try await store.write { writing -> Paper in
            let (occurrence, series, plan) = try self.editable(id, caller, writing.reading)
            try self.checkItem(item, of: plan)
            var paper = Paper(
                id: PaperID(0), series: series.id, occurrence: scope == "series" ? nil : occurrence.id, title: "",
                filename: "", type: "", bytes: 0, sha256: nil, link: nil, classification: .ordinary,
                addedBy: caller.person.id, addedAt: now, isWithdrawn: false, item: item)
            fill(&paper)
            paper.id = try writing.add(paper)
            try writing.record(at: now, who: caller.name, what: what, object: "occurrence \(id)", detail: detail)
            return paper
        }
        return shown(kept)
    }
}

extension Classification {
    /// As it stands in a sentence.
    public var vietnamese: String {
        switch self {
        case .ordinary: "thường"
        case .secret: "mật"
        case .verySecret: "tối mật"
        case .mostSecret: "tuyệt mật"
        }
    }
}

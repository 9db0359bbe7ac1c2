import Briefing
import Foundation
import Store

public struct PaperShown: Encodable, Sendable {
    public var id: PaperID
    public var title: String
    public var filename: String
    public var type: String
    public var bytes: Int
    public var classification: Classification
    public var scope: String
    public var addedAt: String
    public var url: String
    public var isLink: Bool
}

/// What is said of a paper before its first byte is taken.
public struct PaperForm: Sendable {
    public var title: String?
    public var classification: String?
    public var scope: String?
    public var filename: String?

    public init(title: String?, classification: String?, scope: String?, filename: String?) {
        self.title = title
        self.classification = classification
        self.scope = scope
        self.filename = filename
    }
}

extension SchedulerService {
    public static let largestPaper = 50 << 20

    func shown(_ paper: Paper) -> PaperShown {
        PaperShown(
            id: paper.id, title: paper.title, filename: paper.filename, type: paper.type, bytes: paper.bytes,
            classification: paper.classification, scope: paper.occurrence == nil ? "series" : "this",
            addedAt: localText(paper.addedAt), url: paper.link ?? "/api/papers/\(paper.id)",
            isLink: paper.link != nil)
    }

    /// Whether a paper may come in at all: asked before a byte of it is read. What is classified stays out
    /// (Luật Bảo vệ bí mật nhà nước 2018); that somebody tried is recorded, with its title only.
    public func admitPaper(_ form: PaperForm, to id: OccurrenceID, as caller: Caller) async throws -> Paper {
        var check = FormCheck()
        let classification = form.classification.flatMap(Classification.init)
        if classification == nil {
            check.wrong(
                "classification", "Chưa chọn độ mật của tài liệu.", "Choose the classification of the paper.")
        }
        let filename = check.text("filename", form.filename, 1...200)
        let title = check.text("title", form.title ?? filename, 1...300)
        if filename.contains("/") || filename.contains("\\") || filename.hasPrefix(".") {
            check.wrong("filename", "Tên tệp không hợp lệ.", "The file's name is not valid.")
        }
        try check.finish()
        let now = now()
        guard let classification, classification.isAdmitted else {
            try await store.write { writing in
                _ = try self.editable(id, caller, writing.reading)
                try writing.record(
                    at: now, who: caller.name, what: "paper.refused", object: "occurrence \(id)",
                    detail: "\(form.classification ?? ""): \(title)")
            }
            throw ActError.refused(
                code: "classified",
                Sentence(
                    vietnamese:
                        "Tài liệu mật không được đưa vào hệ thống này. Chưa lưu gì. Hãy gửi theo đường văn thư mật.",
                    english:
                        "Classified papers do not enter this system. Nothing was stored. Send it by the registry for classified mail."
                ))
        }
        return try await store.read { reading in
            let (occurrence, series, _) = try self.editable(id, caller, reading)
            return Paper(
                id: PaperID(0), series: series.id, occurrence: form.scope == "series" ? nil : occurrence.id,
                title: title, filename: filename, type: "application/octet-stream", bytes: 0, sha256: nil, link: nil,
                classification: classification, addedBy: caller.person.id, addedAt: now, isWithdrawn: false)
        }
    }

    /// Keeps a paper whose file is in its place.
    public func addPaper(_ paper: Paper, of id: OccurrenceID, as caller: Caller) async throws -> PaperShown {
        let now = now()
        let kept = try await store.write { writing -> Paper in
            _ = try self.editable(id, caller, writing.reading)
            var kept = paper
            kept.id = try writing.add(paper)
            try writing.record(
                at: now, who: caller.name, what: "paper.add", object: "occurrence \(id)",
                detail: "\(paper.title) (\(paper.filename), \(paper.sha256 ?? ""))")
            return kept
        }
        return shown(kept)
    }

    public struct LinkForm: Decodable, Sendable {
        public var title: String?
        public var url: String?
        public var scope: String?
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
        let now = now()
        let kept = try await store.write { writing -> Paper in
            let (occurrence, series, _) = try self.editable(id, caller, writing.reading)
            var paper = Paper(
                id: PaperID(0), series: series.id, occurrence: form.scope == "series" ? nil : occurrence.id,
                title: title, filename: "", type: "text/uri-list", bytes: 0, sha256: nil, link: text,
                classification: .ordinary, addedBy: caller.person.id, addedAt: now, isWithdrawn: false)
            paper.id = try writing.add(paper)
            try writing.record(
                at: now, who: caller.name, what: "paper.link", object: "occurrence \(id)", detail: "\(title) \(text)")
            return paper
        }
        return shown(kept)
    }

    /// A paper for somebody who may read one of the meetings it belongs to.
    public func paper(_ id: PaperID, as caller: Caller) async throws -> Paper {
        try await store.read { reading in
            guard let paper = try reading.paper(id), !paper.isWithdrawn, let series = try reading.series(paper.series)
            else { throw ActError.notFound }
            if let occurrence = paper.occurrence {
                guard try self.mayRead(occurrence, caller, reading) else { throw ActError.notFound }
            } else if try !self.mayRead(series, caller) {
                // Somebody may be on the list of a single meeting.
                let own = try reading.occurrences(of: series.id).filter(\.isEdited)
                guard try own.contains(where: { try self.mayRead($0.id, caller, reading) }) else {
                    throw ActError.notFound
                }
            }
            return paper
        }
    }

    public func withdrawPaper(_ id: PaperID, as caller: Caller) async throws {
        let now = now()
        _ = try await paper(id, as: caller)
        try await store.write { writing in
            guard let paper = try writing.reading.paper(id), let series = try writing.reading.series(paper.series)
            else {
                throw ActError.notFound
            }
            guard caller.rights.mayBook(for: series.plan.organiser) else { throw ActError.forbidden }
            try writing.withdrawPaper(id, now: now)
            try writing.record(
                at: now, who: caller.name, what: "paper.withdraw", object: "series \(series.id)", detail: paper.title)
        }
    }
}

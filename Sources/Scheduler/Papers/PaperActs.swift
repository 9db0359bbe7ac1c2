import Briefing
import Foundation
import Store

public struct PaperShown: Encodable, Sendable {
    /// Its newest route of approval.
    public struct Approval: Encodable, Sendable {
        public var id: ApprovalID
        public var state: ApprovalRoute.State
    }

    public var id: PaperID
    public var title: String
    public var filename: String
    public var type: String
    public var bytes: Int
    public var classification: Classification
    public var scope: String
    /// The agenda item that it is for; nil for the whole meeting.
    public var item: Int?
    /// From 1 on.
    public var version: Int
    /// The first of its versions; nil for that itself.
    public var first: PaperID?
    /// Of a reference: where the paper is to be had.
    public var note: String
    public var addedAt: String
    public var url: String
    public var isLink: Bool
    /// How many pages it has, where they are made.
    public var pages: Int?
    public var state: PaperPages.State
    /// Whether it only says that there is a paper, which is not here.
    public var isReference: Bool
    /// How many invited units have seen it; for those who may ask.
    public var seen: ReadingCount?
    /// Where it is on its way of approval, if it ever was on one; for those who may ask.
    public var approval: Approval?
}

/// What is said of a paper before its first byte is taken.
public struct PaperForm: Decodable, Sendable {
    public var title: String?
    public var classification: String?
    /// `this` or `series`.
    public var scope: String?
    public var filename: String?
    /// The agenda item that it is for.
    public var item: Int?
    /// The paper of which it is a newer version.
    public var replaces: PaperID?
    /// Of the whole file.
    public var bytes: Int?

    public init(
        title: String?, classification: String?, scope: String?, filename: String?, item: Int? = nil,
        replaces: PaperID? = nil, bytes: Int? = nil
    ) {
        self.title = title
        self.classification = classification
        self.scope = scope
        self.filename = filename
        self.item = item
        self.replaces = replaces
        self.bytes = bytes
    }
}

extension SchedulerService {
    public static let largestPaper = 50 << 20

    func shown(_ paper: Paper, _ conversion: KeptConversion? = nil, seen: ReadingCount? = nil) -> PaperShown {
        let isReference = paper.sha256 == nil && paper.link == nil
        let state = PaperPages.State(paper, conversion)
        return PaperShown(
            id: paper.id, title: paper.title, filename: paper.filename, type: paper.type, bytes: paper.bytes,
            classification: paper.classification, scope: paper.occurrence == nil ? "series" : "this",
            item: paper.item, version: paper.version, first: paper.first, note: paper.note,
            addedAt: localText(paper.addedAt), url: isReference ? "" : paper.link ?? "/api/papers/\(paper.id)",
            isLink: paper.link != nil, pages: state == .ready ? conversion?.pages : nil, state: state,
            isReference: isReference, seen: seen)
    }

    /// - Parameter withApprovals: whether it is said where they are on their way of approval.
    func shown(
        _ papers: [Paper], seen: [PaperID: ReadingCount] = [:], withApprovals: Bool = false, _ reading: Reading
    ) throws -> [PaperShown] {
        let conversions = try reading.conversions(of: papers.compactMap(\.sha256))
        return try papers.map { paper in
            var shown = shown(paper, paper.sha256.flatMap { conversions[$0] }, seen: seen[paper.id])
            if withApprovals {
                let newest = try reading.approvals(ofPaper: paper.first ?? paper.id).first?.route
                shown.approval = newest.map { PaperShown.Approval(id: $0.id, state: $0.state) }
            }
            return shown
        }
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
        guard let classification, classification.isAdmitted else {
            try await refusePaper("\(form.classification ?? ""): \(title)", to: id, as: caller)
            throw ActError.refused(
                code: "classified",
                Sentence(
                    vietnamese:
                        "Tài liệu mật không được đưa vào hệ thống này. Chưa lưu gì. Hãy gửi theo đường văn thư mật.",
                    english:
                        "Classified papers do not enter this system. Nothing was stored. Send it by the registry for classified mail."
                ))
        }
        if let mark = SecrecyMark.mark(in: title) ?? SecrecyMark.mark(in: filename) {
            try await refusePaper("\(mark)?: \(title)", to: id, as: caller)
            throw SecrecyMark.question(mark)
        }
        let now = now()
        return try await store.read { reading in
            let (occurrence, series, plan) = try self.editable(id, caller, reading)
            try self.checkItem(form.item, of: plan)
            var paper = Paper(
                id: PaperID(0), series: series.id, occurrence: form.scope == "series" ? nil : occurrence.id,
                title: title, filename: filename, type: "application/octet-stream", bytes: 0, sha256: nil, link: nil,
                classification: classification, addedBy: caller.person.id, addedAt: now, isWithdrawn: false,
                item: form.item)
            if let replaced = form.replaces { try self.place(&paper, before: replaced, of: occurrence, reading) }
            return paper
        }
    }

    private func refusePaper(_ detail: String, to id: OccurrenceID, as caller: Caller) async throws {
        let now = now()
        try await store.write { writing in
            _ = try self.editable(id, caller, writing.reading)
            try writing.record(
                at: now, who: caller.name, what: "paper.refused", object: "occurrence \(id)", detail: detail)
        }
    }

    func checkItem(_ item: Int?, of plan: MeetingPlan) throws(ActError) {
        guard let item, !plan.agenda.contains(where: { $0.id.rawValue == Int64(item) }) else { return }
        throw .invalid([
            "item": Sentence(
                vietnamese: "Nội dung này không có trong chương trình họp.", english: "The agenda has no such item.")
        ])
    }

    /// Makes a paper the next version of another, for the same meetings.
    func place(
        _ paper: inout Paper, before id: PaperID, of occurrence: Occurrence, _ reading: Reading
    ) throws {
        guard let old = try reading.paper(id), old.series == paper.series, !old.isWithdrawn,
            old.occurrence == nil || old.occurrence == occurrence.id
        else { throw ActError.notFound }
        guard !old.isSuperseded else {
            throw ActError.refused(
                code: "superseded",
                Sentence(
                    vietnamese: "Tài liệu này đã có bản mới hơn. Hãy tải lại trang rồi thay bản mới nhất.",
                    english: "There is a newer version of this paper already. Reload the page and replace that."))
        }
        paper.occurrence = old.occurrence
        paper.item = paper.item ?? old.item
        paper.first = old.first ?? old.id
        paper.version = old.version + 1
    }

    /// Keeps a paper whose file is in its place.
    ///
    /// - Parameters:
    ///   - replaced: the paper into whose place it comes.
    ///   - upload: what it came by; done twice it gives the same paper.
    public func addPaper(
        _ paper: Paper, replacing replaced: PaperID? = nil, upload: Int64? = nil, of id: OccurrenceID,
        as caller: Caller
    ) async throws -> PaperShown {
        let now = now()
        let kept = try await store.write { writing -> Paper in
            if let upload {
                guard let known = try writing.reading.upload(upload) else { throw ActError.notFound }
                if let done = try known.paper.flatMap({ try writing.reading.paper($0) }) { return done }
            }
            let (occurrence, _, _) = try self.editable(id, caller, writing.reading)
            var kept = paper
            if let replaced {
                try self.place(&kept, before: replaced, of: occurrence, writing.reading)
                try writing.supersede(replaced, now: now)
            }
            kept.id = try writing.add(kept)
            if let upload { try writing.finishUpload(upload, as: kept.id, now: now) }
            try writing.record(
                at: now, who: caller.name, what: replaced == nil ? "paper.add" : "paper.replace",
                object: "occurrence \(id)", detail: "\(paper.title) (\(paper.filename), \(paper.sha256 ?? ""))")
            return kept
        }
        // A film takes about as long as it is long: it is to be ready when the chair wants it.
        if let hash = kept.sha256, FilmShelf.canPlay(kept.type) { _ = await films.state(of: hash) }
        return shown(kept)
    }

    /// A paper for somebody who may read one of the meetings it belongs to.
    public func paper(_ id: PaperID, as caller: Caller) async throws -> Paper {
        try await store.read { try self.readablePaper(id, caller, $0).paper }
    }

    func readablePaper(_ id: PaperID, _ caller: Caller, _ reading: Reading) throws -> (paper: Paper, series: Series) {
        guard let paper = try reading.paper(id), !paper.isWithdrawn, let series = try reading.series(paper.series)
        else { throw ActError.notFound }
        // Whoever is to approve or sign it reads it, invited or not.
        if try reading.hasPart(caller.person.id, inApprovalOf: paper.first ?? id) { return (paper, series) }
        if let occurrence = paper.occurrence {
            guard try mayRead(occurrence, caller, reading) else { throw ActError.notFound }
        } else if try !mayRead(series, caller) {
            // Somebody may be on the list of a single meeting.
            let own = try reading.occurrences(of: series.id).filter(\.isEdited)
            guard try own.contains(where: { try mayRead($0.id, caller, reading) }) else { throw ActError.notFound }
        }
        return (paper, series)
    }

    /// All versions of a paper that there are, the newest first.
    public func versions(of id: PaperID, as caller: Caller) async throws -> [PaperShown] {
        try await store.read { reading in
            let paper = try self.readablePaper(id, caller, reading).paper
            return try self.shown(reading.versions(of: paper.first ?? paper.id).reversed(), reading)
        }
    }

    /// Takes a paper away, with its older versions.
    public func withdrawPaper(_ id: PaperID, as caller: Caller) async throws {
        let now = now()
        try await store.write { writing in
            let (paper, series) = try self.readablePaper(id, caller, writing.reading)
            guard caller.rights.mayBook(for: series.plan.organiser) else { throw ActError.forbidden }
            for version in try writing.reading.versions(of: paper.first ?? paper.id) {
                try writing.withdrawPaper(version.id, now: now)
            }
            try writing.record(
                at: now, who: caller.name, what: "paper.withdraw", object: "series \(series.id)", detail: paper.title)
        }
    }
}

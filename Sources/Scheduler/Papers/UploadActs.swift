import Briefing
import Foundation
import Identity
import Papers
import Store

/// How far an upload is.
public struct UploadShown: Encodable, Sendable {
    public var id: Int64
    /// Bytes that are kept: where to go on.
    public var offset: Int
    /// Of the whole file.
    public var bytes: Int
    /// What it has become, when it is whole.
    public var paper: PaperID?
}

/// What came of some more bytes.
public enum UploadStep: Sendable {
    case goesOn(UploadShown)
    case paper(PaperShown)
    /// They do not begin where those end that are kept.
    case wrongOffset(UploadShown)
}

extension SchedulerService {
    private var files: UploadFiles { UploadFiles(folders: settings.papers) }

    /// Begins to take a paper in pieces. What it is said to be is judged first (``admitPaper(_:to:as:)``).
    public func beginUpload(_ form: PaperForm, to id: OccurrenceID, as caller: Caller) async throws -> UploadShown {
        let paper = try await admitPaper(form, to: id, as: caller)
        var check = FormCheck()
        let limit = PaperLimits.bytes(named: paper.filename)
        if let bytes = form.bytes, bytes > limit { throw PaperLimits.tooLarge(limit) }
        let bytes = check.number("bytes", form.bytes, 1...limit)
        try check.finish()
        let upload = try await addUpload(of: paper, form, bytes: bytes, isSingle: false, to: id, as: caller)
        return UploadShown(id: upload.id, offset: 0, bytes: bytes)
    }

    private func addUpload(
        of paper: Paper, _ form: PaperForm, bytes: Int, isSingle: Bool, to id: OccurrenceID, as caller: Caller
    ) async throws -> Upload {
        guard files.freeBytes() - PaperLimits.diskReserve >= bytes else { throw Self.diskFull }
        let upload = Upload(
            person: caller.person.id, occurrence: id, title: paper.title, filename: paper.filename,
            classification: paper.classification, scope: paper.occurrence == nil ? "series" : "this", item: paper.item,
            replaces: form.replaces, bytes: bytes, isSingle: isSingle, touchedAt: now())
        return try await store.write { writing in
            guard try writing.reading.openUploads(of: caller.person.id) < PaperLimits.openUploads else {
                throw ActError.refused(
                    code: "too-many-uploads",
                    Sentence(
                        vietnamese:
                            "Bạn đang có \(PaperLimits.openUploads) tệp gửi dở. Hãy gửi nốt hoặc hủy bớt rồi thử lại.",
                        english:
                            "You have \(PaperLimits.openUploads) files that are not sent whole. Finish or cancel some, and try again."
                    ))
            }
            var kept = upload
            kept.id = try writing.add(upload)
            return kept
        }
    }

    static var diskFull: ActError {
        .refused(
            code: "disk-full",
            Sentence(
                vietnamese: "Máy chủ không còn đủ chỗ lưu tệp này. Hãy báo quản trị hệ thống; chưa lưu gì.",
                english: "The server has no room for this file. Tell the administrator; nothing was stored."))
    }

    /// An upload of whoever asks; there are no others.
    private func ownUpload(_ id: Int64, _ caller: Caller) async throws -> Upload {
        let upload = try await store.read { try $0.upload(id) }
        guard let upload, upload.person == caller.person.id else { throw ActError.notFound }
        return upload
    }

    private func shown(_ upload: Upload) -> UploadShown {
        UploadShown(
            id: upload.id, offset: upload.paper == nil ? files.count(upload.id) : upload.bytes, bytes: upload.bytes,
            paper: upload.paper)
    }

    public func upload(_ id: Int64, as caller: Caller) async throws -> UploadShown {
        shown(try await ownUpload(id, caller))
    }

    /// Takes an upload away that is not whole.
    public func dropUpload(_ id: Int64, as caller: Caller) async throws {
        try await remove(try await ownUpload(id, caller))
    }

    /// Takes some more of a file. What was answered for is on the disk, and so is what came before a line was cut.
    ///
    /// - Parameter offset: where it begins; the number of bytes that are kept.
    public func receive<Body: AsyncSequence & Sendable>(
        _ body: Body, at offset: Int, of id: Int64, as caller: Caller
    ) async throws -> UploadStep where Body.Element == [UInt8] {
        let upload = try await ownUpload(id, caller)
        if let paper = upload.paper {
            guard offset == upload.bytes else { return .wrongOffset(shown(upload)) }
            return .paper(try await shownPaper(paper))
        }
        let file = try files.open(id)
        let turn = uploadTurns.begin(id)
        defer { uploadTurns.end(turn, of: id) }
        guard offset == file.count else { return .wrongOffset(shown(upload)) }
        let count = try await take(body, into: file, from: offset, limit: upload.bytes, turn: turn, of: id)
        let now = now()
        try await store.write { try $0.touchUpload(id, now: now) }
        guard count == upload.bytes else { return .goesOn(shown(upload)) }
        return .paper(try await finish(upload, file, as: caller))
    }

    /// Takes a whole paper in one request: there whole, or not at all.
    public func receivePaper<Body: AsyncSequence & Sendable>(
        _ body: Body, _ form: PaperForm, to id: OccurrenceID, as caller: Caller
    ) async throws -> PaperShown where Body.Element == [UInt8] {
        // All that can be refused is refused before the first byte of the body is read.
        let paper = try await admitPaper(form, to: id, as: caller)
        let limit = PaperLimits.bytes(named: paper.filename)
        let upload = try await addUpload(of: paper, form, bytes: form.bytes ?? 0, isSingle: true, to: id, as: caller)
        do {
            let file = try files.open(upload.id)
            let turn = uploadTurns.begin(upload.id)
            defer { uploadTurns.end(turn, of: upload.id) }
            _ = try await take(body, into: file, from: 0, limit: limit, turn: turn, of: upload.id)
            let kept = try await finish(upload, file, as: caller)
            // Whoever asked may be gone: what is done is put away all the same.
            await Task { try? await self.store.write { try $0.removeUpload(upload.id) } }.value
            return kept
        } catch {
            await Task { try? await self.remove(upload) }.value
            throw error
        }
    }

    /// - Returns: how many bytes there are now.
    private func take<Body: AsyncSequence & Sendable>(
        _ body: Body, into file: OpenFile, from offset: Int, limit: Int, turn: Int, of id: Int64
    ) async throws -> Int where Body.Element == [UInt8] {
        var place = offset
        do {
            do {
                for try await piece in body {
                    guard piece.count <= limit - place else { throw PaperLimits.tooLarge(limit) }
                    let at = place
                    guard try uploadTurns.during(turn, of: id, { try file.write(piece, at: at) }) != nil else {
                        throw Self.overtaken
                    }
                    place += piece.count
                }
            } catch let failure as UploadFiles.Failure where failure.isFull {
                throw Self.diskFull
            } catch let error as ActError {
                throw error
            } catch let error as UploadFiles.Failure {
                throw error
            } catch {
                // The line was cut, or the body is none: what came of it counts.
                throw ActError.refused(
                    code: "cut",
                    Sentence(
                        vietnamese: "Đường truyền bị ngắt khi đang gửi tệp. Hãy gửi tiếp phần còn lại.",
                        english: "The line was cut while the file was sent. Go on with the rest."))
            }
        } catch {
            try? await diskWork.run { Result { try file.flush() } }.get()
            throw error
        }
        try await diskWork.run { Result { try file.flush() } }.get()
        return place
    }

    private static let overtaken = ActError.refused(
        code: "overtaken",
        Sentence(
            vietnamese: "Tệp này đang được gửi tiếp bằng một kết nối khác.",
            english: "This file is being sent over another connection."))

    private func shownPaper(_ id: PaperID) async throws -> PaperShown {
        guard let paper = try await store.read({ try $0.paper(id) }) else { throw ActError.notFound }
        return shown(paper)
    }

    /// Makes a paper of a file that is whole: looked at, among the papers, then in the list. Cut off anywhere and done
    /// again it comes to the same.
    private func finish(_ upload: Upload, _ file: OpenFile, as caller: Caller) async throws -> PaperShown {
        let content = try await diskWork.run { file.content(named: upload.filename) }
        switch content {
        case .failure(let problem):
            try await remove(upload)
            throw ActError.invalid(["file": Sentence(vietnamese: problem.vietnamese, english: problem.english)])
        case .success(let (kind, sha256)):
            try await store.write { try $0.setContent(of: upload.id, sha256: sha256) }
            do {
                try files.keep(upload.id, as: sha256)
            } catch {
                // Another request for the same upload may have come to its end meanwhile.
                guard let paper = try await store.read({ try $0.upload(upload.id)?.paper }) else { throw error }
                return try await shownPaper(paper)
            }
            let now = now()
            let paper = try await store.read { reading in
                guard let occurrence = try reading.occurrence(upload.occurrence) else { throw ActError.notFound }
                return Paper(
                    id: PaperID(0), series: occurrence.series,
                    occurrence: upload.scope == "series" ? nil : occurrence.id, title: upload.title,
                    filename: upload.filename, type: kind.type, bytes: file.count, sha256: sha256, link: nil,
                    classification: upload.classification, addedBy: upload.person, addedAt: now, isWithdrawn: false,
                    item: upload.item)
            }
            let kept = try await addPaper(
                paper, replacing: upload.replaces, upload: upload.id, of: upload.occurrence, as: caller)
            files.remove(upload.id)
            return kept
        }
    }

    /// Takes an upload away, with what of it may stand among the papers without being one.
    private func remove(_ upload: Upload) async throws {
        let files = files
        try await store.write { writing in
            guard let known = try writing.reading.upload(upload.id) else { return }
            try writing.removeUpload(upload.id)
            // Whoever else has this content waits for this transaction before a file of it is made.
            if let sha256 = known.sha256, try !writing.reading.isKept(sha256: sha256, besides: upload.id) {
                files.removeOriginal(sha256)
            }
        }
        files.remove(upload.id)
    }

    /// Takes uploads away with which nobody goes on.
    ///
    /// - Parameter isStart: before the first request is taken: also what a server that was killed has left.
    public func sweepUploads(isStart: Bool) async throws {
        let since = now() - PaperLimits.patience
        let (left, open) = try await store.read { reading in
            (try reading.uploads(untouchedSince: since), try reading.openUploads())
        }
        for upload in left { try await remove(upload) }
        guard isStart else { return }
        for upload in open where upload.isSingle { try await remove(upload) }
        let known = Set(open.lazy.filter { !$0.isSingle }.map(\.id))
        for id in files.all() where !known.contains(id) { files.remove(id) }
    }
}

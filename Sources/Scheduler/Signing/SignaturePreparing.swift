import Briefing
import Foundation
import Identity
import Papers
import Store

/// A file that waits for its signer.
public struct PreparedShown: Encodable, Sendable {
    public var id: String
    public var title: String
    public var version: Int
    /// What is to be signed: SHA-256 of the prepared file but for the place of the signature, hexadecimal.
    public var digest: String
    public var expiresAt: String
    /// Lets the helper on the signer's machine fetch this one file and send its signature; said once.
    public var ticket: String
    /// Where the helper goes.
    public var server: String
    /// The prepared file, for signing by hand.
    public var file: String
}

/// How far a signature is.
public struct SigningShown: Encodable, Sendable {
    public enum State: String, Encodable, Sendable { case waiting, done, dropped }

    public var id: String
    public var state: State
    public var title: String
    public var digest: String
    public var signer: String
    /// The version that bears the signature.
    public var paper: PaperID?
}

extension SchedulerService {
    public struct SigningForm: Decodable, Sendable {
        /// `agency`: agency and time at the top right of page 1 (Nghị định 30/2020/NĐ-CP); `person`: the signer's
        /// name and the time at the bottom right of the last page; `hidden`.
        public var appearance: String?
    }

    /// Seconds for which a file waits for its signature.
    static let signingPatience = 1800

    /// Prepares a paper for the person whose turn it is to sign it.
    public func prepareSignature(_ form: SigningForm, of id: PaperID, as caller: Caller) async throws -> PreparedShown {
        let now = now()
        let (kept, paper) = try await store.read { reading in
            try self.signersTurn(id, caller.person.id, reading)
        }
        guard settings.signing.isOpen else {
            throw ActError.refused(
                code: "signing-closed",
                Sentence(
                    vietnamese:
                        "Máy chủ chưa được cấu hình chứng thư gốc để ký số. Hãy báo quản trị hệ thống (sign-roots).",
                    english:
                        "The server trusts no root certificates, so that nobody can sign. Tell the administrator (sign-roots)."
                ))
        }
        let look: SignatureForm
        let time = SigningTime(seconds: Int64(now))
        let number = kept.number.isEmpty ? nil : kept.number
        switch form.appearance ?? "person" {
        case "agency": look = SignatureForm(agency: kept.agency, number: number, reason: "Ký số", time: time)
        case "person":
            look = SignatureForm(
                signer: caller.person.name, reason: "Ký số", time: time, place: .bottomOfLastPage)
        case "hidden":
            look = SignatureForm(signer: caller.person.name, reason: "Ký số", time: time, isShown: false)
        default:
            throw ActError.invalid([
                "appearance": Sentence(
                    vietnamese: "Không có kiểu hiển thị này.", english: "There is no such appearance.")
            ])
        }
        let file = try signable(paper)
        let name = SecretToken().text
        let place = settings.papers.prepared(name)
        let digest = try await atDesk { _ in
            let prepared = try PreparedPaper(try self.bytes(of: file), form: look)
            try SigningFiles.keep(prepared.bytes, at: place)
            return hexadecimal(prepared.digest)
        }
        let ticket = SecretToken()
        let waiting = try await store.write { writing -> Set<String> in
            let (again, _) = try self.signersTurn(id, caller.person.id, writing.reading)
            try writing.add(
                PreparedSignature(
                    id: name, route: again.route.id, step: again.route.current ?? 0, paper: id,
                    person: caller.person.id, digest: digest, ticket: ticket.hash, madeAt: now,
                    expiresAt: now + Self.signingPatience))
            try writing.record(
                at: now, who: caller.name, what: "approval.prepare", object: "approval \(again.route.id)",
                detail: "\(paper.title) (\(digest))")
            return try writing.reading.waitingPreparations(now: now)
        }
        SigningFiles.sweep(settings.papers.signing, keeping: waiting, now: now)
        return PreparedShown(
            id: name, title: paper.title, version: paper.version, digest: digest,
            expiresAt: localText(now + Self.signingPatience), ticket: ticket.text, server: settings.baseURL,
            file: "/api/signings/\(name)/file")
    }

    /// The route in which it is somebody's turn to sign this version.
    func signersTurn(_ id: PaperID, _ person: PersonID, _ reading: Reading) throws -> (KeptApproval, Paper) {
        guard let paper = try reading.paper(id), !paper.isWithdrawn,
            let kept = try reading.approvals(ofPaper: paper.first ?? id).first(where: { !$0.route.isEnded }),
            try reading.hasPart(person, inApprovalOf: kept.first)
        else { throw ActError.notFound }
        guard kept.route.state == .sign, kept.route.waiting == [person] else {
            throw ApprovalRefusal.notYourTurn.actError
        }
        guard kept.route.paper == id, !paper.isSuperseded else { throw Self.paperChanged }
        return (kept, paper)
    }

    static let paperChanged = ActError.refused(
        code: "paper-changed",
        Sentence(
            vietnamese: "Văn bản đã có phiên bản khác sau khi chuẩn bị ký. Hãy tải lại trang, xem lại rồi ký lại.",
            english: "The paper has another version since it was prepared. Reload the page, read it, and sign again."))

    /// The PDF file of a paper: the paper itself, or what it was converted to.
    private func signable(_ paper: Paper) throws(ActError) -> URL {
        guard let hash = paper.sha256 else { throw .notFound }
        if paper.type == "application/pdf" { return settings.papers.original(hash) }
        let converted = settings.papers.converted(hash)
        guard FileManager.default.fileExists(atPath: converted.path) else {
            throw .refused(
                code: "not-converted",
                Sentence(
                    vietnamese:
                        "Tệp chưa được chuyển sang PDF nên chưa ký được. Hãy chờ chuyển đổi xong hoặc tải lên tệp PDF.",
                    english:
                        "The file is not yet a PDF, so that it cannot be signed. Wait for its conversion, or upload a PDF."
                ))
        }
        return converted
    }

    func bytes(of file: URL) throws -> [UInt8] {
        let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
        guard size <= SigningLimits.fileBytes else { throw SigningError.tooLarge }
        return [UInt8](try Data(contentsOf: file))
    }

    // MARK: What the signer's machine asks

    /// A prepared signature by its number, for its signer.
    public func signing(_ id: String, as caller: Caller) async throws -> SigningShown {
        try await store.read { reading in
            guard let prepared = try reading.prepared(id), prepared.person == caller.person.id else {
                throw ActError.notFound
            }
            return try self.shown(prepared, reading)
        }
    }

    /// The same, for the helper that holds its ticket.
    public func signing(ticket: String) async throws -> SigningShown {
        try await store.read { reading in try self.shown(self.prepared(ticket: ticket, reading), reading) }
    }

    public func preparedFile(_ id: String, as caller: Caller) async throws -> URL {
        try await store.read { reading in
            guard let prepared = try reading.prepared(id), prepared.person == caller.person.id else {
                throw ActError.notFound
            }
            return try self.file(of: prepared)
        }
    }

    public func preparedFile(ticket: String) async throws -> URL {
        try await store.read { reading in try self.file(of: self.prepared(ticket: ticket, reading)) }
    }

    private func file(of prepared: PreparedSignature) throws(ActError) -> URL {
        guard prepared.state == .waiting, prepared.expiresAt > now() else { throw Self.ticketEnded }
        return settings.papers.prepared(prepared.id)
    }

    func prepared(ticket: String, _ reading: Reading) throws -> PreparedSignature {
        guard let token = SecretToken(ticket), let prepared = try reading.prepared(ticket: token.hash) else {
            throw ActError.notFound
        }
        return prepared
    }

    static let ticketEnded = ActError.refused(
        code: "ticket-ended",
        Sentence(
            vietnamese: "Phiên ký đã hết hạn hoặc đã bị thay thế. Hãy bấm “Ký số” trên trang ký duyệt để lấy lệnh mới.",
            english: "This signing has expired or was replaced. Press “Sign” on the approval's page for a new command.")
    )

    func shown(_ prepared: PreparedSignature, _ reading: Reading) throws -> SigningShown {
        let isOver = prepared.state == .waiting && prepared.expiresAt <= now()
        return SigningShown(
            id: prepared.id,
            state: isOver ? .dropped : SigningShown.State(rawValue: prepared.state.rawValue) ?? .dropped,
            title: try reading.paper(prepared.paper)?.title ?? "", digest: prepared.digest,
            signer: try reading.person(prepared.person)?.name ?? "", paper: prepared.result)
    }
}

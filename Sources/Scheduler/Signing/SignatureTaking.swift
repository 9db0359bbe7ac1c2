import Briefing
import Foundation
import Identity
import Papers
import Store

extension SchedulerService {
    /// The longest signature that is read, bytes: more than a prepared file has room for.
    public static let largestSignature = 64 << 10

    /// Takes a signature from its signer: puts it into the prepared file, checks what comes of it, and keeps it as a new
    /// version of the paper. What was taken before is answered again and changes nothing.
    public func takeSignature(_ message: [UInt8], for id: String, as caller: Caller) async throws -> SigningShown {
        let prepared = try await store.read { reading -> PreparedSignature in
            guard let prepared = try reading.prepared(id), prepared.person == caller.person.id else {
                throw ActError.notFound
            }
            return prepared
        }
        return try await take(message, for: prepared)
    }

    /// The same, from the helper that holds the ticket.
    public func takeSignature(_ message: [UInt8], ticket: String) async throws -> SigningShown {
        let prepared = try await store.read { reading in try self.prepared(ticket: ticket, reading) }
        return try await take(message, for: prepared)
    }

    private struct Signed: Sendable {
        var sha256: String
        var bytes: Int
        var signer: String
        var checked: CheckedSignatures
        var anchors: String
    }

    private func take(_ message: [UInt8], for prepared: PreparedSignature) async throws -> SigningShown {
        let now = now()
        if prepared.state == .done { return try await answer(prepared.id) }
        guard prepared.state == .waiting, prepared.expiresAt > now else { throw Self.ticketEnded }
        let signer = try await store.read { reading in
            // Before anybody is asked for a time-stamp.
            _ = try self.signersTurn(prepared.paper, prepared.person, reading)
            return try reading.person(prepared.person)
        }
        guard let signer, signer.isActive else { throw ActError.notFound }
        let signed = try await signed(message, prepared, by: signer, now: now)
        let letters = try await store.write { writing in try self.keep(signed, prepared, by: signer, now, writing) }
        // Somebody else has just brought the same signature.
        guard let letters else { return try await answer(prepared.id) }
        tellLetters(letters)
        try? FileManager.default.removeItem(at: settings.papers.prepared(prepared.id))
        return try await answer(prepared.id)
    }

    private func answer(_ id: String) async throws -> SigningShown {
        try await store.read { reading in
            guard let prepared = try reading.prepared(id) else { throw ActError.notFound }
            return try self.shown(prepared, reading)
        }
    }

    /// The signed file, checked and on the disk under its hash.
    private func signed(
        _ message: [UInt8], _ prepared: PreparedSignature, by signer: Person, now: Int
    ) async throws -> Signed {
        let folders = settings.papers
        return try await atDesk { desk in
            let paper: PreparedPaper
            do {
                paper = try PreparedPaper(reading: try self.bytes(of: folders.prepared(prepared.id)))
            } catch {
                throw Self.ticketEnded
            }
            let bytes: [UInt8]
            do {
                // First without a stamp: no authority is asked for what does not fit.
                _ = try paper.embedding(message)
                bytes = try paper.embedding(try desk.stamped(message))
            } catch let error as SigningError {
                throw ActError.refused(code: "bad-signature", error.sentence)
            }
            let reports = try SignatureCheck.reports(of: bytes, trusting: desk.anchors(now: now), now: Int64(now))
            guard let own = reports.last(where: { !$0.isStamp && $0.integrity != .waiting && $0.later == .nothing })
            else {
                throw ActError.refused(code: "bad-signature", SigningError.signatureDoesNotFit.sentence)
            }
            guard own.isValid else {
                throw ActError.refused(
                    code: "bad-signature",
                    Sentence(
                        vietnamese: "Không nhận chữ ký này. \(own.vietnamese)",
                        english: "This signature is not taken. \(own.english)"))
            }
            let name = own.certificate?.name ?? ""
            try Self.check(name, is: signer, desk.expectation)
            let hash = hexadecimal(sha256(bytes))
            try SigningFiles.keep(bytes, at: folders.original(hash), by: folders.signing)
            return Signed(
                sha256: hash, bytes: bytes.count, signer: name,
                checked: CheckedSignatures(reports), anchors: desk.anchorsName(now: now))
        }
    }

    private static func check(
        _ name: String, is signer: Person, _ expectation: SigningDesk.Expectation
    ) throws(ActError) {
        func plain(_ text: String) -> String {
            text.precomposedStringWithCanonicalMapping.lowercased().split { $0.isWhitespace }.joined(separator: " ")
        }
        guard expectation == .name, plain(name) != plain(signer.name) else { return }
        throw .refused(
            code: "other-signer",
            Sentence(
                vietnamese:
                    "Chứng thư số mang tên “\(name)”, không phải của \(signer.name). Hãy dùng đúng chứng thư số.",
                english: "The certificate says “\(name)” and not \(signer.name). Use the right certificate."))
    }

    /// Keeps the signed file as the paper's next version, and moves its route on.
    /// - Returns: how many letters were queued; nil where the signature had been taken meanwhile.
    private func keep(
        _ signed: Signed, _ prepared: PreparedSignature, by signer: Person, _ now: Int, _ writing: Writing
    ) throws -> Int? {
        let reading = writing.reading
        guard let current = try reading.prepared(prepared.id) else { throw ActError.notFound }
        if current.state == .done { return nil }
        guard current.state == .waiting else { throw Self.ticketEnded }
        let (kept, old) = try signersTurn(prepared.paper, prepared.person, reading)
        guard kept.route.id == prepared.route, kept.route.current == prepared.step else { throw Self.ticketEnded }
        guard let series = try reading.series(old.series) else { throw ActError.notFound }
        var new = old
        new.first = kept.first
        new.version = (try reading.versions(of: kept.first).map(\.version).max() ?? old.version) + 1
        let stem = old.filename.split(separator: ".").dropLast().joined(separator: ".")
        new.filename = (stem.isEmpty ? "van-ban" : stem) + ".pdf"
        new.type = "application/pdf"
        new.bytes = signed.bytes
        new.sha256 = signed.sha256
        new.addedBy = signer.id
        new.addedAt = now
        new.note = "Đã ký số: \(signed.signer)"
        new.id = try writing.add(new)
        try writing.supersede(old.id, now: now)
        let caller = caller(signer)
        let letters = try take(.sign(new.id), on: kept, of: new, series, by: caller, writing)
        try writing.finishPreparation(prepared.id, result: new.id)
        try writing.keepCheckedSignatures(
            signed.sha256, anchors: signed.anchors, reports: try signed.checked.json, now: now)
        return letters
    }
}

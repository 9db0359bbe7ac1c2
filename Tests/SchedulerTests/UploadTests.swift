import Briefing
import Foundation
import Store
import Synchronization
import Testing

@testable import Scheduler

@Suite struct UploadTests {
    private let office: Office
    private let meeting: OccurrenceID

    init() async throws {
        office = try await Office()
        var form = office.form("Giao ban", "2027-01-11T08:00", rule: "FREQ=WEEKLY;COUNT=3", sites: office.sites)
        form.agenda = [.init(title: "Tình hình tuần", owner: "", minutes: 20)]
        meeting = try #require(try await office.meetings(office.book(form).id).first).id
    }

    private struct Cut: Error {}

    /// A request's body, after which the line is cut or not.
    private func body(_ pieces: String..., isCut: Bool = false) -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { stream in
            for piece in pieces { stream.yield(Array(piece.utf8)) }
            stream.finish(throwing: isCut ? Cut() : nil)
        }
    }

    private func form(
        _ filename: String = "bao-cao.txt", bytes: Int? = 12, classification: String = "thuong", title: String? = nil,
        replaces: PaperID? = nil, item: Int? = nil
    ) -> PaperForm {
        PaperForm(
            title: title, classification: classification, scope: "this", filename: filename, item: item,
            replaces: replaces, bytes: bytes)
    }

    private func begin(_ form: PaperForm) async throws -> Int64 {
        try await office.scheduler.beginUpload(form, to: meeting, as: office.secretary).id
    }

    private func send(_ text: String, at offset: Int, of id: Int64) async throws -> UploadStep {
        try await office.scheduler.receive(body(text), at: offset, of: id, as: office.secretary)
    }

    private func whole(_ text: String, _ form: PaperForm) async throws -> PaperShown {
        try await office.scheduler.receivePaper(body(text), form, to: meeting, as: office.secretary)
    }

    private func papers() async throws -> [PaperShown] {
        try await office.scheduler.detail(meeting, as: office.secretary).papers
    }

    /// Names of the files under the papers' folders.
    private func files() -> [String] {
        let folders = office.scheduler.settings.papers
        return [folders.uploads, folders.originals].flatMap {
            (try? FileManager.default.contentsOfDirectory(atPath: $0.path)) ?? []
        }
    }

    private func code(_ act: () async throws -> Void) async -> String {
        do {
            try await act()
            return "done"
        } catch ActError.refused(let code, _) {
            return code
        } catch ActError.notFound {
            return "not-found"
        } catch ActError.tooLarge {
            return "too-large"
        } catch ActError.invalid(let fields) {
            return fields.keys.sorted().joined(separator: " ")
        } catch {
            return "\(error)"
        }
    }

    @Test func `A paper comes in pieces, and its end sent twice gives the same paper`() async throws {
        let id = try await begin(form())
        guard case .goesOn(let step) = try await send("So lieu", at: 0, of: id) else { throw Cut() }
        #expect(step.offset == 7 && step.bytes == 12)
        #expect(try await office.scheduler.upload(id, as: office.secretary).offset == 7)
        #expect(try await papers().isEmpty)
        guard case .paper(let paper) = try await send(" tuan", at: 7, of: id),
            case .paper(let again) = try await send("", at: 12, of: id)
        else { throw Cut() }
        #expect(paper.id == again.id && paper.bytes == 12 && paper.type.hasPrefix("text/plain"))
        #expect(try await papers().map(\.id) == [paper.id])
        let sha256 = try #require(try await office.scheduler.paper(paper.id, as: office.secretary).sha256)
        #expect(files() == [sha256])
        #expect(try Data(contentsOf: office.scheduler.settings.papers.original(sha256)) == Data("So lieu tuan".utf8))
    }

    @Test func `A piece that does not follow is told where to go on, and what a cut line brought counts`() async throws
    {
        let id = try await begin(form())
        let cut = await code {
            _ = try await office.scheduler.receive(
                body("So ", "lieu", isCut: true), at: 0, of: id, as: office.secretary)
        }
        #expect(cut == "cut")
        guard case .wrongOffset(let place) = try await send("So lieu", at: 0, of: id) else { throw Cut() }
        #expect(place.offset == 7)
        #expect(await code { _ = try await send(" tuan va them", at: 7, of: id) } == "too-large")
        #expect(try await office.scheduler.upload(id, as: office.secretary).offset == 7)
    }

    @Test func `A request on a line that was cut writes nothing once another goes on`() async throws {
        let id = try await begin(form())
        let (old, feed) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        feed.yield(Array("So ".utf8))
        let first = Task {
            await code { _ = try await office.scheduler.receive(old, at: 0, of: id, as: office.secretary) }
        }
        while try await office.scheduler.upload(id, as: office.secretary).offset < 3 { await Task.yield() }
        guard case .goesOn = try await send("lieu", at: 3, of: id) else { throw Cut() }
        feed.yield(Array("XXXX".utf8))
        #expect(await first.value == "overtaken")
        guard case .paper(let paper) = try await send(" tuan", at: 7, of: id) else { throw Cut() }
        let sha256 = try #require(try await office.scheduler.paper(paper.id, as: office.secretary).sha256)
        #expect(try Data(contentsOf: office.scheduler.settings.papers.original(sha256)) == Data("So lieu tuan".utf8))
    }

    @Test func `An upload is its sender's alone, and gone when they drop it`() async throws {
        let id = try await begin(form())
        _ = try await send("So lieu", at: 0, of: id)
        #expect(await code { _ = try await office.scheduler.upload(id, as: office.chair) } == "not-found")
        #expect(await code { try await office.scheduler.dropUpload(id, as: office.chair) } == "not-found")
        try await office.scheduler.dropUpload(id, as: office.secretary)
        #expect(files().isEmpty)
        #expect(await code { _ = try await send(" tuan", at: 7, of: id) } == "not-found")
    }

    @Test(arguments: ["mat", "toi-mat", "tuyet-mat"])
    func `What is classified is refused before anything else is looked at, and nothing is made`(level: String)
        async throws
    {
        let begun = await code { _ = try await begin(form("x.exe", bytes: 1 << 40, classification: level)) }
        #expect(begun == "classified")
        let sent = await code { _ = try await whole("noi dung", form(classification: level)) }
        #expect(sent == "classified")
        #expect(files().isEmpty)
    }

    @Test(arguments: [
        ("Báo cáo TUYỆT MẬT.txt", true), ("12_MẬT_phu luc.txt", true), ("BC-TOI MAT.txt", true), ("MẬT.txt", true),
        ("Báo cáo tối mật độ.txt", false), ("MẬT ĐỘ DÂN SỐ.txt", false), ("AN TOÀN BẢO MẬT.txt", false),
        ("MAT TRAN TO QUOC.txt", false), ("PHÁP LỆNH BÍ MẬT NHÀ NƯỚC.txt", false),
    ])
    func `A mark in a name is asked about`(name: String, isMark: Bool) async throws {
        // A name from a Macintosh has its diacritics apart.
        let apart = name.decomposedStringWithCanonicalMapping
        #expect(await code { _ = try await whole("noi dung", form(apart)) } == (isMark ? "classified" : "done"))
        #expect(await code { _ = try await begin(form(title: name)) } == (isMark ? "classified" : "done"))
    }

    @Test func `Too large, too many and empty are refused`() async throws {
        #expect(await code { _ = try await begin(form(bytes: PaperLimits.document + 1)) } == "too-large")
        #expect(await code { _ = try await begin(form(bytes: 0)) } == "bytes")
        _ = try await begin(form("phim.mp4", bytes: PaperLimits.document + 1))
        for _ in 1..<PaperLimits.openUploads { _ = try await begin(form()) }
        #expect(await code { _ = try await begin(form()) } == "too-many-uploads")
        #expect(await code { _ = try await whole("a", form()) } == "too-many-uploads")
    }

    @Test func `A file that is not what its name says leaves nothing`() async throws {
        let id = try await begin(form("bao-cao.pdf"))
        #expect(await code { _ = try await send("So lieu tuan", at: 0, of: id) } == "file")
        #expect(await code { _ = try await whole("So lieu tuan", form("bao-cao.docx")) } == "file")
        #expect(files().isEmpty)
        #expect(await code { _ = try await office.scheduler.upload(id, as: office.secretary) } == "not-found")
    }

    @Test func `What is refused at its end does not take away the file of another paper`() async throws {
        let kept = try await whole("So lieu tuan", form())
        let id = try await begin(form(replaces: kept.id))
        _ = try await whole("Ban moi", form(replaces: kept.id))
        #expect(await code { _ = try await send("So lieu tuan", at: 0, of: id) } == "superseded")
        try await office.scheduler.dropUpload(id, as: office.secretary)
        #expect(files().count == 2)
    }

    @Test func `Uploads with which nobody goes on for a week are taken away, and those of a killed server`()
        async throws
    {
        let left = try await begin(form())
        _ = try await send("So lieu", at: 0, of: left)
        office.advance(seconds: PaperLimits.patience - 10)
        let fresh = try await begin(form())
        _ = try await send("So", at: 0, of: fresh)
        office.advance(seconds: 20)
        // As a server leaves one request's paper that is killed between the file's place and its line in the list.
        let folders = office.scheduler.settings.papers
        let secretary = office.secretary.person.id
        let (meeting, now) = (meeting, office.scheduler.now())
        let single = try await office.scheduler.store.write { writing in
            let id = try writing.add(
                Upload(
                    person: secretary, occurrence: meeting, title: "x", filename: "x.txt", classification: .ordinary,
                    scope: "this", item: nil, replaces: nil, bytes: 0, isSingle: true, touchedAt: now))
            try writing.setContent(of: id, sha256: "abc")
            return id
        }
        try Data("x".utf8).write(to: folders.uploads.appendingPathComponent("\(single)"))
        try FileManager.default.createDirectory(at: folders.originals, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: folders.original("abc"))
        try Data("x".utf8).write(to: folders.uploads.appendingPathComponent("999"))
        try await office.scheduler.sweepUploads(isStart: true)
        #expect(files() == ["\(fresh)"])
        #expect(try await office.scheduler.upload(fresh, as: office.secretary).offset == 2)
    }

    @Test func `A newer version takes a paper's place; the older ones are in its list, and go with it`() async throws {
        let item = try #require(try await office.plan(meeting)?.agenda.first?.id)
        let first = try await whole("Bản một", form(item: Int(item.rawValue)))
        let second = try await whole("Bản hai", form(replaces: first.id))
        #expect(second.version == 2 && second.first == first.id && second.item == Int(item.rawValue))
        #expect(await code { _ = try await whole("Bản ba", form(replaces: first.id)) } == "superseded")
        let third = try await whole("Bản ba", form(replaces: second.id))
        #expect(try await papers().map(\.id) == [third.id])
        let list = try await office.scheduler.versions(of: first.id, as: office.secretary)
        #expect(list.map(\.id) == [third.id, second.id, first.id] && list.map(\.version) == [3, 2, 1])
        #expect(await code { _ = try await whole("x", form(item: 99)) } == "item")
        try await office.scheduler.withdrawPaper(third.id, as: office.secretary)
        #expect(try await papers().isEmpty)
        #expect(await code { _ = try await office.scheduler.paper(first.id, as: office.secretary) } == "not-found")
    }

    @Test func `A classified paper is referred to by its number alone`() async throws {
        func refer(_ title: String, _ level: String) async throws -> PaperShown {
            try await office.scheduler.addReference(
                .init(title: title, note: "Nhận tại văn thư", classification: level), to: meeting, as: office.secretary)
        }
        let shown = try await refer("12/BC-UBND", "toi-mat")
        #expect(shown.title == "Tài liệu tối mật số 12/BC-UBND" && shown.isReference && shown.url.isEmpty)
        #expect(await code { _ = try await refer("12/BC-UBND về bố phòng", "mat") } == "title")
        #expect(await code { _ = try await refer("Kế hoạch bố phòng", "tuyet-mat") } == "title")
        #expect(try await refer("Atlat tỉnh, bản in", "thuong").title == "Atlat tỉnh, bản in")
        #expect(try await papers().count == 2)
    }

    /// The folders whose names were brought to the disk, each with what it then held.
    private final class Kept: Sendable {
        let folders: Mutex<[(name: String, files: [String])]> = Mutex([])

        func note(_ folder: URL) throws {
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            folders.withLock { $0.append((folder.lastPathComponent, files)) }
        }
    }

    @Test func `A file's name is brought to the disk with its folder's, also where another has just made it`() throws {
        let data = FileManager.default.temporaryDirectory.appendingPathComponent("uploads-\(UUID())")
        defer { try? FileManager.default.removeItem(at: data) }
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        let kept = Kept()
        let files = UploadFiles(folders: PaperFolders(in: data), keepNames: { try kept.note($0) })
        try files.open(1).write(Array("a".utf8), at: 0)
        try files.keep(1, as: "abc")
        try files.keep(1, as: "abc")
        let seen = kept.folders.withLock { $0 }
        #expect(seen.map(\.name) == [data.lastPathComponent, "uploads", data.lastPathComponent, "papers", "papers"])
        #expect(seen.map { $0.files.sorted() } == [["uploads"], ["1"], ["papers", "uploads"], ["abc"], ["abc"]])
        struct Broken: Error {}
        let broken = UploadFiles(folders: PaperFolders(in: data), keepNames: { _ in throw Broken() })
        #expect(throws: Broken.self) { try broken.keep(1, as: "def") }
    }
}

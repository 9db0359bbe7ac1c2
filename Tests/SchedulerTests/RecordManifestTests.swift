import Briefing
import Foundation
import Store
import Testing

@testable import Scheduler

@Suite struct `The list of a recording's files` {
    private func folder(_ files: [String: String]) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("manifest-\(UUID())")
        for (path, text) in files {
            let file = folder.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return folder
    }

    @Test func `has journal, pages and film, and nothing that composing leaves behind`() throws {
        let folder = try folder([
            "000000.giaoban-journal": "abc", "pages/1-m.png": "page", "film/film.mp4": "film",
            "film/voices/1-p1.mp4": "voice", "film/lock": "", "film/composer.log": "said", "film/growing.mp4": "part",
            "film/pieces/1": "piece", "film/film.mp4.new": "half", "notes": "other", "film.old/film.mp4": "old",
        ])
        defer { try? FileManager.default.removeItem(at: folder) }
        let manifest = try RecordManifest.reading(folder)
        #expect(
            manifest.files.map(\.path) == [
                "000000.giaoban-journal", "film/film.mp4", "film/voices/1-p1.mp4", "pages/1-m.png",
            ])
        // SHA-256 of "abc" (FIPS 180-4).
        #expect(
            manifest["000000.giaoban-journal"]?.sha256
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(manifest.bytes == 3 + 4 + 5 + 4)
    }

    @Test func `is read back as it was written`() throws {
        let folder = try folder(["000000.giaoban-journal": "abc", "film/voices/1 a.mp4": "voice"])
        defer { try? FileManager.default.removeItem(at: folder) }
        let manifest = try RecordManifest.reading(folder)
        let again = try #require(RecordManifest(parsing: manifest.text))
        #expect(again == manifest && again.sha256 == manifest.sha256)
    }

    @Test(arguments: ["/etc/passwd", "../x", "film/../../x", "film//x", "", ".", "a\\b", "a\u{1}b"])
    func `names no file outside of the folder`(_ path: String) {
        #expect(RecordManifest(parsing: "\(String(repeating: "0", count: 64)) 1 \(path)\n") == nil)
    }
}

@Suite struct `A recording's integrity` {
    private struct Files {
        var contents: [String: String]

        func read(_ path: String, _ take: ([UInt8]) -> Void) throws -> Int64? {
            guard let text = contents[path] else { return nil }
            if text == "unreadable" { throw CocoaError(.fileReadUnknown) }
            take(Array(text.utf8))
            return Int64(text.utf8.count)
        }
    }

    private static let journal = "000000.giaoban-journal"
    private static let film = "film/film.mp4"
    private static let whole = [journal: "abc", film: "film"]

    private func findings(
        _ contents: [String: String], sealed: Bool = true, isJournalInChain: Bool = true, isManifestInChain: Bool = true
    ) throws -> [IntegrityCheck.Finding] {
        let manifest = RecordManifest([
            .init(
                path: Self.journal, bytes: 3, sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            ),
            // SHA-256 of "film".
            .init(
                path: Self.film, bytes: 4, sha256: "d0607f7ad2628b2af9158dfba06ce87166e66b15bf68f8f358f9aa27ccb7c321"),
        ])
        var kept = KeptRecording(id: "x", occurrence: OccurrenceID(1), number: 1, started: 0)
        kept.bytes = 3
        kept.sha256 = manifest.files[0].sha256
        let files = Files(contents: contents)
        return try IntegrityCheck.run(
            .init(
                kept: kept, isJournalInChain: isJournalInChain, manifest: sealed ? manifest : nil,
                isManifestInChain: isManifestInChain,
                segments: contents.keys.filter { $0.hasSuffix(".giaoban-journal") }.sorted()),
            read: files.read)
    }

    @Test func `is whole where all is as it was`() throws {
        #expect(try findings(Self.whole) == [])
        #expect(try findings([Self.journal: "abc"], sealed: false) == [])
    }

    @Test func `tells which file has another content, another length, or is gone`() throws {
        #expect(try findings(Self.whole.merging([Self.film: "fiim"]) { $1 }) == [.content(path: Self.film)])
        #expect(
            try findings(Self.whole.merging([Self.film: "fil"]) { $1 })
                == [.length(path: Self.film, was: 4, is: 3)])
        #expect(try findings([Self.journal: "abc"]) == [.missing(path: Self.film)])
        #expect(try findings(Self.whole.merging([Self.film: "unreadable"]) { $1 }) == [.unreadable(path: Self.film)])
    }

    @Test func `tells of a journal that is another than at its end, also before there is a film`() throws {
        #expect(try findings([Self.journal: "abd"], sealed: false) == [.journal])
        #expect(
            try findings(Self.whole.merging([Self.journal: "abd"]) { $1 }) == [.content(path: Self.journal), .journal])
    }

    @Test func `tells of a segment that was put beside it`() throws {
        let other = "000001.giaoban-journal"
        #expect(try findings(Self.whole.merging([other: "z"]) { $1 }) == [.added(path: other)])
    }

    @Test func `does not believe the database without the chain of acts`() throws {
        #expect(try findings(Self.whole, isJournalInChain: false) == [.journalNotInChain])
        #expect(try findings(Self.whole, isManifestInChain: false) == [.manifestNotInChain])
    }
}

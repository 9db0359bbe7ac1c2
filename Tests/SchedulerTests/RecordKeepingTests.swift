import Briefing
import Foundation
import ICalendar
import Logging
import Store
import Testing

@testable import Scheduler

@Suite struct `The keeping of recordings` {
    /// A closed recording whose film is done, with a journal of three bytes.
    private func recording(_ office: Office) async throws -> KeptRecording {
        let id = try await office.book(office.form("Giao ban", "2027-01-04T07:30", sites: office.sites)).occurrence
        for act in ["open", "record.start", "record.stop"] { try await office.act(act, in: id) }
        let kept = try #require(try await office.scheduler.recordings(of: id).first)
        let folder = office.scheduler.folder(of: kept)
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("film"), withIntermediateDirectories: true)
        let state = """
            {"phase":"done","recording":"","layout":"","composed":1,"journal":1,"progress":1,"resumed":0,"damage":[]}
            """
        for (path, text) in [("000000.giaoban-journal", "abc"), ("film/film.mp4", "film"), ("film/state.json", state)] {
            try Data(text.utf8).write(to: folder.appendingPathComponent(path))
        }
        try await office.scheduler.closeRecording(kept.id)
        return try #require(try await office.scheduler.store.read { try $0.recording(kept.id) })
    }

    private func at(_ text: String) throws -> Int { ProvinceClock.unix(try #require(LocalDateTime(text))) }

    @Test func `checks at night what was not looked at for so many days, by day only what is long overdue`() throws {
        let sealed = try at("2027-01-04T09:00")
        func isDue(_ now: String) throws -> Bool { sealed < RecordKeeping.checkedBefore(try at(now), days: 30) }
        #expect(try !isDue("2027-02-02T23:00"))
        #expect(try isDue("2027-02-03T23:00"))
        #expect(try isDue("2027-02-04T02:00"))
        #expect(try !isDue("2027-02-04T12:00"))
        #expect(try isDue("2027-02-07T12:00"))
    }

    @Test func `asks for those first that wait longest, and not again before their time`() async throws {
        let office = try await Office()
        let kept = try await recording(office)
        try await office.scheduler.seal(kept)
        let store = office.scheduler.store
        let now = office.scheduler.now()
        func due(_ before: Int) async throws -> [String] {
            try await store.read { try $0.recordingsToCheck(before: before, limit: 9).map(\.id) }
        }
        #expect(try await due(now) == [])
        #expect(try await due(now + 1) == [kept.id])
        office.advance(seconds: 100)
        let check = try await office.scheduler.checkIntegrity(of: kept)
        #expect(check.isWhole)
        #expect(try await due(now + 100) == [])
        #expect(try await due(now + 101) == [kept.id])
    }

    @Test func `puts a finding into the chain of acts once, and that it is over`() async throws {
        let office = try await Office()
        let kept = try await recording(office)
        try await office.scheduler.seal(kept)
        let film = office.scheduler.filmFolder(of: kept).appendingPathComponent("film.mp4")
        func acts() async throws -> [String] {
            try await office.scheduler.store.read {
                try $0.acts(on: ["occurrence \(kept.occurrence)"], limit: 9).map(\.what).filter {
                    ["recording.broken", "recording.whole"].contains($0)
                }.reversed()
            }
        }
        _ = try await office.scheduler.checkIntegrity(of: kept)
        #expect(try await acts() == [])
        try Data("fiim".utf8).write(to: film)
        for _ in 0..<2 {
            let check = try await office.scheduler.checkIntegrity(of: kept)
            #expect(check.findings.map(\.last) == ["The content of film/film.mp4 is not what it was."])
        }
        #expect(try await acts() == ["recording.broken"])
        #expect(await office.scheduler.brokenRecordingCount() == 1)
        try Data("film".utf8).write(to: film)
        _ = try await office.scheduler.checkIntegrity(of: kept)
        #expect(try await acts() == ["recording.broken", "recording.whole"])
        #expect(await office.scheduler.brokenRecordingCount() == 0)
    }

    @Test func `seals a film once, and anew when it was made again`() async throws {
        let office = try await Office()
        let kept = try await recording(office)
        let store = office.scheduler.store
        #expect(try await store.read { try $0.unsealedRecordings().map(\.id) } == [kept.id])
        #expect(try await office.scheduler.seal(kept))
        #expect(try await store.read { try $0.unsealedRecordings().map(\.id) } == [])
        let first = try #require(try await store.read { try $0.manifest(of: kept.id) })
        let acts = try await office.acts()
        try await office.scheduler.seal(kept)
        #expect(try await office.acts() == acts)
        try Data("another".utf8).write(to: office.scheduler.filmFolder(of: kept).appendingPathComponent("film.mp4"))
        try await office.scheduler.seal(kept)
        #expect(try await store.read { try $0.manifest(of: kept.id) } != first)
        #expect(try await office.scheduler.checkIntegrity(of: kept).isWhole)
    }

    @Test func `never takes the texts that are left here for the recording, when the rest is in the store`()
        async throws
    {
        let office = try await Office()
        let kept = try await recording(office)
        try await office.scheduler.seal(kept)
        let known = try await office.scheduler.store.read { try $0.manifest(of: kept.id) }
        try await office.scheduler.store.write {
            try $0.begin(storing: kept.id, manifest: "x")
            try $0.drop(kept.id, at: 1, now: 1)
        }
        try FileManager.default.removeItem(
            at: office.scheduler.filmFolder(of: kept).appendingPathComponent("film.mp4"))
        await #expect(throws: SealRefusal.self) { try await office.scheduler.seal(kept) }
        #expect(try await office.scheduler.store.read { try $0.manifest(of: kept.id) } == known)
    }
}

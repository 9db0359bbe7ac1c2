import Briefing
import Foundation
import Store
import Testing

@testable import Scheduler

@Suite struct `The recordings of a meeting` {
    private func meeting(_ office: Office, isRecorded: Bool = false) async throws -> OccurrenceID {
        var form = office.form("Giao ban", "2027-01-04T07:30", sites: office.sites)
        form.recorded = isRecorded
        let id = try await office.book(form).occurrence
        try await office.act("open", in: id)
        return id
    }

    @Test func `have a row each, which says when, and that nothing more is written`() async throws {
        let office = try await Office()
        let id = try await meeting(office)
        #expect(try await office.scheduler.recordings(of: id).isEmpty)
        try await office.act("record.start", in: id)
        try await office.act("record.pause", in: id)
        try await office.act("record.start", in: id)
        let first = try await office.scheduler.recordings(of: id)
        #expect(first.map(\.number) == [1] && first.map(\.state) == [.open])
        try await office.act("record.stop", in: id)
        try await office.act("record.start", in: id)
        try await office.act("close", in: id)
        let both = try await office.scheduler.recordings(of: id)
        #expect(both.map(\.state) == [.ended, .ended])
        #expect(both.map(\.id).first == first.map(\.id).first && Set(both.map(\.id)).count == 2)
        #expect(both.allSatisfy { $0.id.utf8.count == 32 && $0.ended != nil })
    }

    @Test func `begin by themselves where the series says so`() async throws {
        let office = try await Office()
        let id = try await meeting(office, isRecorded: true)
        #expect(try await office.scheduler.recordings(of: id).map(\.state) == [.open])
    }

    @Test func `end when their journal ended where the server was away until their meeting was long over`() async throws
    {
        let office = try await Office()
        let id = try await meeting(office)
        try await office.act("record.start", in: id)
        let recording = try #require(try await office.scheduler.recordings(of: id).first)
        let folder = office.scheduler.folder(of: recording)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let segment = folder.appendingPathComponent("000000.giaoban-journal")
        try Data("abc".utf8).write(to: segment)
        let written = Date(timeIntervalSince1970: Double(recording.started) / 1000 + 1200)
        try FileManager.default.setAttributes([.modificationDate: written], ofItemAtPath: segment.path)
        // An hour after it should have ended it may still go on.
        office.advance(seconds: 3 * 3600)
        try await office.scheduler.closeEndedRecordings()
        #expect(try await office.scheduler.recordings(of: id).map(\.state) == [.open])
        #expect(try await office.scheduler.conduct(of: id).recording?.phase == .recording)
        office.advance(seconds: 6 * 3600)
        try await office.scheduler.closeEndedRecordings()
        let closed = try #require(try await office.scheduler.recordings(of: id).first)
        #expect(closed.state == .closed && closed.ended == recording.started + 1_200_000)
        #expect(try await office.scheduler.conduct(of: id).recording?.phase == .stopped)
        let ends = try await office.scheduler.store.read {
            try $0.acts(before: nil, matching: "recording.ended", limit: 10).count
        }
        #expect(ends == 1)
    }

    @Test func `are closed with the hash of their journal, once, and only when they have ended`() async throws {
        let office = try await Office()
        let id = try await meeting(office)
        try await office.act("record.start", in: id)
        let recording = try #require(try await office.scheduler.recordings(of: id).first)
        let folder = office.scheduler.folder(of: recording)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in [("000001", "def"), ("000000", "abc")] {
            try Data(text.utf8).write(to: folder.appendingPathComponent("\(name).giaoban-journal"))
        }
        try Data("no journal".utf8).write(to: folder.appendingPathComponent("notes"))
        try await office.scheduler.closeRecording(recording.id)
        #expect(try await office.scheduler.recordings(of: id).map(\.state) == [.open])
        try await office.act("record.stop", in: id)
        try await office.scheduler.closeRecording(recording.id)
        let closed = try #require(try await office.scheduler.recordings(of: id).first)
        #expect(closed.state == .closed && closed.bytes == 6)
        // SHA-256 of "abcdef".
        #expect(closed.sha256 == "bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721")
        let acts = try await office.acts()
        try await office.scheduler.closeRecording(recording.id)
        #expect(try await office.acts() == acts)
    }
}

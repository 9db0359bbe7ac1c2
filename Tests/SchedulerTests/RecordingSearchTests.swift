import Archive
import Briefing
import Foundation
import ICalendar
import Store
import Testing

@testable import Scheduler

@Suite struct `Recordings are found` {
    private let office: Office

    init() async throws { office = try await Office() }

    /// A recording of a meeting of its own that began at a time, and what its film has.
    private func recording(
        _ title: String, _ start: String, agenda: [String] = [], _ moments: [RecordingMoment] = []
    ) async throws -> String {
        var form = office.form(title, start, sites: office.sites)
        form.agenda = agenda.map { .init(title: $0, owner: "", minutes: 5) }
        let id = try await office.book(form).occurrence
        office.now = form.start.flatMap(LocalDateTime.init) ?? office.now
        try await office.act("open", in: id)
        try await office.act("record.start", in: id)
        let kept = try #require(try await office.scheduler.recordings(of: id).first)
        if !moments.isEmpty {
            try await office.scheduler.store.write {
                try $0.setMoments(moments, milliseconds: 100_000, of: kept.id)
            }
        }
        return kept.id
    }

    private func found(_ words: String = "", speaker: String = "", series: SeriesID? = nil) async throws -> [String] {
        let question = RecordingQuestion(
            words: SearchQuery(words), speaker: SearchQuery(speaker), series: series, from: nil, until: nil)
        return try await office.scheduler.store.read { reading in
            var ids: [String] = []
            try reading.recordings(question, before: nil) { kept, _ in
                ids.append(kept.id)
                return true
            }
            return ids
        }
    }

    @Test func `by words of the meeting and of the film's chapters, and by who spoke, all of them together`()
        async throws
    {
        let flood = try await recording(
            "Giao ban tuần", "2027-01-04T07:30", agenda: ["Hồ chứa Nặm Cắt"],
            [
                .init(kind: .item, start: 1_000, end: 50_000, text: "Ứng phó bão số 3"),
                .init(kind: .voice, start: 2_000, end: 9_000, text: "Huyện Ba Bể"),
            ])
        let budget = try await recording(
            "Giao ban tuần", "2027-01-05T07:30", agenda: ["Thu ngân sách"],
            [.init(kind: .voice, start: 0, end: 9_000, text: "Huyện Na Rì")])
        #expect(try await Set(found("giao ban")) == [flood, budget])
        #expect(try await found("nam cat") == [flood])
        #expect(try await found("ung pho bao") == [flood])
        #expect(try await found("Bể").isEmpty, "who spoke is another question")
        #expect(try await found(speaker: "ba be") == [flood])
        #expect(try await found("giao ban", speaker: "Na Rì") == [budget])
        #expect(try await found("ngan sach", speaker: "Ba Bể").isEmpty)
    }

    @Test func `as their meeting is written now, not as it was when they were made`() async throws {
        let id = try await recording("Giao ban tuần", "2027-01-04T07:30")
        #expect(try await found("phong chong lut").isEmpty)
        let meeting = try #require(try await office.scheduler.store.read { try $0.recording(id)?.occurrence })
        _ = try await office.edit(meeting, "this") { $0.title = "Phòng, chống lụt bão" }
        #expect(try await found("phong chong lut") == [id])
        #expect(try await found("giao ban").isEmpty)
    }

    @Test func `with the moment at which it is: a speaker's within the chapter of the words`() {
        let moments: [RecordingMoment] = [
            .init(kind: .item, start: 10_000, end: 60_000, text: "Mưa lũ"),
            .init(kind: .voice, start: 5_000, end: 20_000, text: "Huyện Ba Bể"),
            .init(kind: .voice, start: 2_000, end: 4_000, text: "Huyện Ba Bể"),
            .init(kind: .item, start: 60_000, end: 90_000, text: "Ngân sách"),
        ].sorted { $0.start < $1.start }
        func starts(_ words: String, _ speaker: String) -> [Int64] {
            RecordingMoment.found(SearchQuery(words), SearchQuery(speaker), in: moments, limit: 3).map(\.start)
        }
        #expect(starts("mua lu", "") == [10_000])
        #expect(starts("", "ba be") == [2_000, 5_000])
        #expect(starts("mua lu", "ba be") == [10_000])
        // They said nothing of it: where they speak at all.
        #expect(starts("ngan sach", "ba be") == [2_000, 5_000])
        #expect(starts("", "").isEmpty)
    }

    @Test func `turns of a voice are long ones, without their breaths, one name one speaker`() throws {
        let talk = try JSONDecoder().decode(
            FilmTalk.self,
            from: Data(
                """
                {"milliseconds":100000,"silences":[],"speakers":[
                    {"owner":"p1","name":"A","milliseconds":1,"spans":[[0,4000],[8000,12000],[30000,30400]]},
                    {"owner":"p9","name":"A","milliseconds":1,"spans":[[14000,20000]]},
                    {"owner":"p2","name":"B","milliseconds":1,"spans":[[5000,6500]]}]}
                """.utf8))
        #expect(
            RecordingMoment.of(talk) == [
                .init(kind: .voice, start: 0, end: 20_000, text: "A"),
                .init(kind: .voice, start: 5_000, end: 6_500, text: "B"),
            ])
    }
}

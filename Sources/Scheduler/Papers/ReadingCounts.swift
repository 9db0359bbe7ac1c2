import Briefing
import Foundation
import Store

/// How many of the units that were invited have seen a paper.
public struct ReadingCount: Encodable, Hashable, Sendable {
    public var seen: Int
    public var of: Int
}

/// Who has seen a paper, unit by unit.
public struct ReadingsShown: Encodable, Sendable {
    public struct Reader: Encodable, Sendable {
        public var name: String
        public var firstAt: String
        public var lastAt: String
        /// How many of its pages.
        public var pages: Int
        public var downloaded: Bool
    }

    public struct UnitShown: Encodable, Sendable {
        public var unit: UnitID
        public var name: String
        public var seen: Bool
        public var readers: [Reader]
    }

    public var seen: Int
    public var of: Int
    public var units: [UnitShown]
    /// Who is of no invited unit.
    public var others: [Reader]
}

extension SchedulerService {
    /// Pages that have been looked at: one, or some that were gathered.
    public struct ReadingForm: Decodable, Sendable {
        public var page: Int?
        public var pages: [Int]?
    }

    /// Notes that somebody looks at pages of a paper.
    ///
    /// - Parameters:
    ///   - paper: one that the reader may read.
    ///   - reader: a person, or the site at whose screen it is looked at.
    public func read(_ paper: Paper, _ form: ReadingForm, as reader: Invitee) async throws {
        let pages = (form.pages ?? []) + (form.page.map { [$0] } ?? [])
        guard pages.count <= 500, pages.allSatisfy({ (1...PaperReading.mostPages).contains($0) }) else {
            throw ActError.invalid([
                "page": Sentence(
                    vietnamese: "Số trang phải từ 1 đến \(PaperReading.mostPages).",
                    english: "A page is a number from 1 to \(PaperReading.mostPages).")
            ])
        }
        try await noteReading(of: paper.id, by: reader, pages: pages, isDownload: false)
    }

    /// Notes that a paper has been seen: for each reader one line a day.
    ///
    /// Writes nothing where there is nothing new to note for five minutes: pages turned in a meeting reach hundreds of
    /// sites at once.
    public func noteReading(of id: PaperID, by reader: Invitee, pages: [Int], isDownload: Bool) async throws {
        let now = now()
        let day = today
        let known = try await store.read { try $0.reading(of: id, by: reader, day: day) }
        if let known, now - known.lastAt < 300, known.isDownload || !isDownload, known.pages.isSuperset(of: pages) {
            return
        }
        try await store.write { try $0.note(reader, of: id, day: day, pages: pages, isDownload: isDownload, at: now) }
    }

    /// How many invited units have seen each of some papers.
    func readingCounts(_ papers: [Paper], _ plan: MeetingPlan, _ reading: Reading) throws -> [PaperID: ReadingCount] {
        let invited = audience(plan).units
        let seen = try reading.unitsThatRead(papers.map(\.id))
        return Dictionary(
            uniqueKeysWithValues: papers.filter { $0.sha256 != nil }.map { paper in
                (paper.id, ReadingCount(seen: invited.intersection(seen[paper.id] ?? []).count, of: invited.count))
            })
    }

    /// Who has seen a paper; for those who may book for its organiser.
    ///
    /// - Parameter occurrence: the meeting whose invited units are meant; nil for those of the series.
    public func readings(of id: PaperID, at occurrence: OccurrenceID?, as caller: Caller) async throws -> ReadingsShown
    {
        try await store.read { reading in
            let (paper, series) = try self.readablePaper(id, caller, reading)
            guard caller.rights.mayBook(for: series.plan.organiser) else { throw ActError.forbidden }
            var plan = series.plan
            if let occurrence = occurrence ?? paper.occurrence {
                let found = try self.readable(occurrence, caller, reading)
                guard found.1.id == series.id else { throw ActError.notFound }
                plan = found.2
            }
            var readers: [UnitID: [ReadingsShown.Reader]] = [:]
            for line in try reading.readings(of: id) {
                guard let unit = line.unit else { continue }
                let name = line.site.map { self.directory.siteName($0) } ?? line.name
                readers[unit, default: []].append(
                    .init(
                        name: name, firstAt: localText(line.firstAt), lastAt: localText(line.lastAt),
                        pages: line.pages.count, downloaded: line.isDownload))
            }
            let invited = self.audience(plan).units.sorted()
            let units = invited.map { unit in
                ReadingsShown.UnitShown(
                    unit: unit, name: self.directory.tree.name(unit), seen: readers[unit] != nil,
                    readers: readers[unit] ?? [])
            }
            return ReadingsShown(
                seen: units.count(where: \.seen), of: units.count, units: units,
                others: readers.filter { !invited.contains($0.key) }.sorted { $0.key < $1.key }.flatMap(\.value))
        }
    }
}

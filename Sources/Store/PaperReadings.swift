import Briefing
import Foundation
import GRDB
import ICalendar

/// That somebody has seen a paper.
public struct PaperReading: Hashable, Sendable {
    /// Pages beyond are not counted.
    public static let mostPages = 5000

    public var site: SiteID?
    /// Of the person; empty for a site.
    public var name: String
    /// Where the person works, or the site is.
    public var unit: UnitID?
    /// Unix seconds.
    public var firstAt: Int
    public var lastAt: Int
    public var pages: Set<Int>
    public var isDownload: Bool

    fileprivate static func pages(_ bits: Data) -> Set<Int> {
        var found: Set<Int> = []
        for (index, byte) in bits.enumerated() where byte != 0 {
            for bit in 0..<8 where byte >> bit & 1 == 1 { found.insert(index * 8 + bit + 1) }
        }
        return found
    }

    fileprivate static func bits(_ pages: Set<Int>) -> Data {
        let valid = pages.filter { (1...mostPages).contains($0) }
        var bits = Data(count: ((valid.max() ?? 0) + 7) / 8)
        for page in valid { bits[(page - 1) / 8] |= 1 << ((page - 1) % 8) }
        return bits
    }
}

extension Reading {
    /// What a reader has seen of a paper on one day.
    public func reading(of paper: PaperID, by reader: Invitee, day: LocalDate) throws -> PaperReading? {
        let (site, person) = columns(reader)
        return try Row.fetchOne(
            db,
            sql: """
                SELECT *, NULL AS unit, '' AS name FROM paper_reading
                WHERE paper = ? AND coalesce(person, 0) = ? AND coalesce(site, 0) = ? AND day = ?
                """, arguments: [paper, person?.rawValue ?? 0, site?.rawValue ?? 0, day.description]
        ).map(paperReading)
    }

    /// All who have seen a paper, each once, whoever saw it first before the others.
    public func readings(of paper: PaperID) throws -> [PaperReading] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT r.*, coalesce(s.unit, p.unit) AS unit, coalesce(p.name, '') AS name FROM paper_reading r
                LEFT JOIN person p ON p.id = r.person LEFT JOIN site s ON s.id = r.site
                WHERE r.paper = ? ORDER BY r.first_at, r.rowid
                """, arguments: [paper])
        var found: [PaperReading] = []
        var places: [Invitee: Int] = [:]
        for row in rows {
            guard let reader = invitee(row) else { continue }
            let reading = paperReading(row)
            if let place = places[reader] {
                found[place].lastAt = max(found[place].lastAt, reading.lastAt)
                found[place].pages.formUnion(reading.pages)
                found[place].isDownload = found[place].isDownload || reading.isDownload
            } else {
                places[reader] = found.count
                found.append(reading)
            }
        }
        return found
    }

    /// The units of those who have seen some papers.
    public func unitsThatRead(_ papers: [PaperID]) throws -> [PaperID: Set<UnitID>] {
        var found: [PaperID: Set<UnitID>] = [:]
        for part in papers.parts(of: 500) {
            let marks = part.map { _ in "?" }.joined(separator: ", ")
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT DISTINCT r.paper, coalesce(s.unit, p.unit) FROM paper_reading r
                    LEFT JOIN person p ON p.id = r.person LEFT JOIN site s ON s.id = r.site
                    WHERE r.paper IN (\(marks))
                    """, arguments: StatementArguments(part))
            while let row = try rows.next() {
                if let unit: UnitID = row[1] { found[row[0], default: []].insert(unit) }
            }
        }
        return found
    }

    private func paperReading(_ row: Row) -> PaperReading {
        PaperReading(
            site: row["site"], name: row["name"], unit: row["unit"], firstAt: row["first_at"], lastAt: row["last_at"],
            pages: PaperReading.pages(row["pages"]), isDownload: row["is_download"])
    }

    fileprivate func columns(_ reader: Invitee) -> (SiteID?, PersonID?) {
        switch reader {
        case .site(let site): (site, nil)
        case .person(let person): (nil, person)
        }
    }
}

extension Writing {
    /// Adds to what a reader has seen of a paper on one day.
    public func note(
        _ reader: Invitee, of paper: PaperID, day: LocalDate, pages: [Int], isDownload: Bool, at now: Int
    ) throws {
        let known = try reading.reading(of: paper, by: reader, day: day)
        let bits = PaperReading.bits((known?.pages ?? []).union(pages))
        let (site, person) = reading.columns(reader)
        try db.execute(
            sql: """
                INSERT INTO paper_reading (paper, person, site, day, first_at, last_at, pages, is_download)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (paper, coalesce(person, 0), coalesce(site, 0), day) DO UPDATE SET
                    last_at = excluded.last_at, pages = excluded.pages,
                    is_download = max(is_download, excluded.is_download)
                """, arguments: [paper, person, site, day.description, now, now, bits, isDownload])
    }
}

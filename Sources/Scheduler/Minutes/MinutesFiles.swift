import Briefing
import Foundation
import ICalendar
import Print

extension SchedulerService {
    /// The minutes as a PDF, or as a text for an office program to go on with.
    public func minutesFile(_ kind: MadeFile.Kind, of id: OccurrenceID, as caller: Caller) async throws -> MadeFile {
        let minutes = try await readMinutes(of: id, as: caller)
        var document = minutes.draft.document.printed(author: minutes.draft.meeting.agency, created: printedAt)
        // A draft says on each page that it is one.
        if minutes.draft.phase != .ended { document.footer = "DỰ THẢO – \(printedFooter)" }
        return MadeFile(
            kind: kind, name: fileName("bien-ban", minutes, kind),
            bytes: try await PrintQueue.shared.file(kind, of: document))
    }

    /// The roll: a table for programs, or the list with its signature.
    public func rollFile(_ kind: MadeFile.Kind, of id: OccurrenceID, as caller: Caller) async throws -> MadeFile {
        let minutes = try await readMinutes(of: id, as: caller)
        let name = fileName("diem-danh", minutes, kind)
        guard kind != .csv else {
            return MadeFile(
                kind: kind, name: name,
                bytes: CSVWriter(header: RollList.csvHeader, rows: minutes.draft.roll.csvRows).bytes)
        }
        return MadeFile(
            kind: kind, name: name,
            bytes: try await PrintQueue.shared.file(kind, of: sheet(minutes.draft.rollDocument, minutes)))
    }

    /// The result sheet of one vote.
    public func voteFile(_ vote: Int64, of id: OccurrenceID, as caller: Caller) async throws -> MadeFile {
        let minutes = try await readMinutes(of: id, as: caller)
        guard let vote = Int(exactly: vote), let document = minutes.draft.sheet(ofVote: vote) else {
            throw ActError.notFound
        }
        return MadeFile(
            kind: .pdf, name: fileName("bieu-quyet-\(vote)", minutes, .pdf),
            bytes: try await PrintQueue.shared.file(.pdf, of: sheet(document, minutes)))
    }

    private func sheet(_ document: MinutesDocument, _ minutes: ReadMinutes) -> PrintDocument {
        var printed = document.printed(author: minutes.draft.meeting.agency, created: printedAt)
        printed.pageNumbers = .footer
        printed.footer = printedFooter
        return printed
    }

    private func fileName(_ name: String, _ minutes: ReadMinutes, _ kind: MadeFile.Kind) -> String {
        "\(name)-\(minutes.occurrence.start.date)-\(minutes.occurrence.id).\(kind.ending)"
    }
}

extension MinutesDocument {
    /// On A4, in the looks of Nghị định 30/2020/NĐ-CP (Phụ lục I, phần I).
    func printed(author: String, created: String) -> PrintDocument {
        PrintDocument(
            title: title, author: author, created: created, pageNumbers: .top, blocks: blocks.map(\.printed))
    }
}

extension MinutesBlock {
    fileprivate var printed: PrintBlock {
        switch self {
        case .letterhead(let superior, let agency, let number, let placeAndDate):
            .letterhead(
                Letterhead(
                    superior: superior, agency: agency, number: number.isEmpty ? nil : number,
                    placeAndDate: placeAndDate))
        case .title(let kind, let subject): .title(DocumentTitle(kind: kind, subject: subject))
        case .section(let text):
            .paragraph(Paragraph(.bold(text), alignment: .left, size: 13, indent: 10, keepsWithNext: true))
        case .item(let text):
            .paragraph(Paragraph(.bold(text), alignment: .justified, size: 13, indent: 10, keepsWithNext: true))
        case .paragraph(let label, let text):
            .paragraph(
                Paragraph(
                    StyledText.bold(label) + StyledText(label.isEmpty || text.isEmpty ? text : " \(text)"), size: 13,
                    indent: 10))
        case .remark(let text): .paragraph(Paragraph(.italic(text), size: 13, indent: 10))
        case .table(let table):
            .table(
                PrintTable(
                    columns: table.columns.map {
                        .init(StyledText($0.title), fraction: $0.width, alignment: $0.alignment.printed)
                    }, rows: table.rows.map { .cells($0.map { StyledText($0) }) }))
        case .signatures(let left, let right, let recipients):
            .closing(
                Closing(
                    recipients: recipients, position: right.position, name: right.name,
                    left: left.map { .init(position: $0.position, name: $0.name) }))
        }
    }
}

extension MinutesTable.Column.Alignment {
    fileprivate var printed: TextAlignment {
        switch self {
        case .left: .left
        case .centre: .centre
        case .right: .right
        }
    }
}

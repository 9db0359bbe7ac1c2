import Briefing
import Foundation
import ICalendar
import Print
import Store

extension SchedulerService {
    /// Who is invited to a meeting, what they answered and who came: for those who edit it.
    public func inviteeFile(_ kind: MadeFile.Kind, of id: OccurrenceID, as caller: Caller) async throws -> MadeFile {
        let meeting = try await detail(id, as: caller)
        guard meeting.mayEdit else { throw ActError.forbidden }
        let name = "thanh-phan-du-hop-\(meeting.start.date)-\(id)"
        switch kind {
        case .csv:
            return MadeFile(
                kind: .csv, name: "\(name).csv",
                bytes: CSVWriter(header: Self.inviteeHeader, rows: meeting.invitees.map(Self.inviteeRow)).bytes)
        case .pdf, .odt, .docx:
            let document = inviteeSheet(of: meeting, for: caller)
            return MadeFile(
                kind: kind, name: "\(name).\(kind.ending)", bytes: try await PrintQueue.shared.file(kind, of: document))
        }
    }

    static let inviteeHeader = [
        "Đơn vị, cá nhân", "Loại", "Trả lời", "Người dự thay", "Thư điện tử người dự thay", "Ghi chú", "Trả lời lúc",
        "Giấy mời", "Có mặt",
    ]

    private static func inviteeRow(_ invitee: OccurrenceDetail.InviteeShown) -> [String] {
        [
            invitee.name, InviteeWords.kind(invitee.kind), InviteeWords.answer(invitee.answer),
            invitee.delegate?.name ?? "", invitee.delegate?.email ?? "", invitee.note,
            invitee.answeredAt?.replacing("T", with: " ") ?? "", InviteeWords.letter(invitee.mail),
            InviteeWords.attendance(invitee.attendance),
        ]
    }

    private func inviteeSheet(of meeting: OccurrenceDetail, for caller: Caller) -> PrintDocument {
        let letterhead = letterhead(of: UnitID(meeting.organiser.id))
        var when = Sentence.time(from: meeting.start, to: meeting.end).vietnamese
        if let venue = meeting.venue { when += "; tại \(venue.name)" }
        var blocks: [PrintBlock] = [
            .letterhead(letterhead),
            .heading("DANH SÁCH\nTHÀNH PHẦN DỰ HỌP"),
            .paragraph(Paragraph(StyledText.bold(meeting.title), alignment: .centre)),
            .paragraph(Paragraph(StyledText.italic("(\(when))"), alignment: .centre, size: 12)),
            .space(millimetres: 2),
            .table(inviteeTable(of: meeting)),
            .paragraph(Paragraph(StyledText(Self.answerSums(meeting.counts, of: meeting.invitees.count)), size: 12)),
        ]
        if let sums = Self.attendanceSums(meeting.invitees) {
            blocks.append(.paragraph(Paragraph(StyledText(sums), size: 12)))
        }
        blocks.append(.closing(Closing(recipients: [], position: "NGƯỜI LẬP DANH SÁCH", name: caller.person.name)))
        return PrintDocument(
            title: "Danh sách thành phần dự họp – \(meeting.title)", author: letterhead.agency, created: printedAt,
            orientation: .portrait, footer: printedFooter, blocks: blocks)
    }

    private func inviteeTable(of meeting: OccurrenceDetail) -> PrintTable {
        let byKind = Dictionary(grouping: meeting.invitees, by: \.kind)
        var rows: [PrintTable.Row] = []
        var number = 0
        for kind in InviteeWords.order(byKind.keys) {
            let invitees = byKind[kind] ?? []
            rows.append(.group(StyledText("\(InviteeWords.kind(kind)) (\(invitees.count))")))
            for invitee in invitees {
                number += 1
                let delegate = invitee.delegate.map { [$0.name, $0.email] } ?? []
                let words = (delegate + [invitee.note]).filter { !$0.isEmpty }.joined(separator: "; ")
                rows.append(
                    .cells(
                        [
                            "\(number)", invitee.name, InviteeWords.answer(invitee.answer), words,
                            InviteeWords.attendance(invitee.attendance),
                        ].map { StyledText($0) }))
            }
        }
        return PrintTable(
            columns: [
                .init("STT", fraction: 6, alignment: .centre),
                .init("Đơn vị, cá nhân", fraction: 34),
                .init("Trả lời", fraction: 17),
                .init("Người dự thay, ghi chú", fraction: 28),
                // Empty before the roll call: to be written in by hand.
                .init("Có mặt", fraction: 15),
            ], rows: rows)
    }

    private static func answerSums(_ counts: [String: Int], of all: Int) -> String {
        func count(_ answer: Reply.Answer) -> Int { counts[answer.rawValue] ?? 0 }
        return "Tổng số được mời: \(all); sẽ dự: \(count(.accept)); cử người dự thay: \(count(.delegate));"
            + " xin vắng: \(count(.decline)); chưa trả lời: \(count(.none))."
    }

    /// Nil before the roll was called.
    private static func attendanceSums(_ invitees: [OccurrenceDetail.InviteeShown]) -> String? {
        func count(_ state: Attendance) -> Int { invitees.count { $0.attendance == state } }
        let (here, late) = (count(.online) + count(.inPerson), count(.late))
        guard here + late + count(.absent) > 0 else { return nil }
        return "Điểm danh: có mặt \(here + late) điểm cầu, trong đó vào muộn \(late); vắng \(count(.absent))."
    }
}

/// What lists of invitees say, in Vietnamese.
private enum InviteeWords {
    static func answer(_ answer: Reply.Answer) -> String {
        switch answer {
        case .none: "Chưa trả lời"
        case .accept: "Sẽ dự"
        case .decline: "Xin vắng"
        case .delegate: "Cử người dự thay"
        }
    }

    static func attendance(_ attendance: Attendance) -> String {
        switch attendance {
        case .none: ""
        case .online: "Trực tuyến"
        case .inPerson: "Trực tiếp"
        case .late: "Vào muộn"
        case .absent: "Vắng"
        }
    }

    static func letter(_ state: String) -> String {
        switch state {
        case "waiting": "Chờ gửi"
        case "sent": "Đã gửi"
        case "failed": "Không gửi được"
        case "no-address": "Không có địa chỉ thư"
        default: "Chưa gửi"
        }
    }

    static func kind(_ kind: String) -> String {
        kinds.first { $0.key == kind }?.words ?? (kind.isEmpty ? "Khác" : kind)
    }

    /// The known kinds from the province down, others by name, people last.
    static func order(_ found: some Collection<String>) -> [String] {
        let known = kinds.map(\.key).filter { $0 != "person" }
        return known.filter { found.contains($0) } + found.filter { !known.contains($0) && $0 != "person" }.sorted()
            + (found.contains("person") ? ["person"] : [])
    }

    private static let kinds: [(key: String, words: String)] = [
        ("committee", "Ủy ban nhân dân tỉnh"), ("party", "Cơ quan Đảng"), ("department", "Sở, ban, ngành"),
        ("district", "Huyện, thành phố"), ("commune", "Xã, phường, thị trấn"), ("person", "Cá nhân"),
    ]
}

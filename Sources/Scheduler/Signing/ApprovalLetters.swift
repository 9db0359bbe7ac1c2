import Briefing
import Foundation
import ICalendar
import Mail
import Store

extension SchedulerService {
    /// Letters to those whose turn it has become, and to those who have to know how it went.
    /// - Returns: how many.
    func queueApprovalLetters(
        _ act: ApprovalAct, before: ApprovalRoute, after: ApprovalRoute, _ kept: KeptApproval, _ paper: Paper,
        _ series: Series, by caller: Caller, _ writing: Writing
    ) throws -> Int {
        var told: [PersonID: String] = [:]
        let again = Set(before.progress == .running ? before.waiting : [])
        for person in after.waiting where !again.contains(person) {
            told[person] =
                switch after.state {
                case .comment: "Đề nghị cho ý kiến"
                case .approve: "Đề nghị phê duyệt"
                default: "Đề nghị ký số"
                }
        }
        switch act {
        case .giveBack: told[after.owner] = "Văn bản được trả lại"
        case .withdraw: for person in before.waiting { told[person] = "Văn bản đã được rút lại" }
        case .issue:
            for person in after.people where person != caller.person.id { told[person] = "Văn bản đã được ban hành" }
        default:
            if after.state == .ready { told[after.owner] = "Văn bản đã hoàn thành các bước, chờ ban hành" }
        }
        let due = after.current.flatMap { after.steps[$0].due }
        for person in try writing.reading.people(told.keys.sorted()) where person.isActive {
            guard let message = told[person.id] else { continue }
            let isAsked = after.waiting.contains(person.id)
            try queueApprovalLetter(
                message, reason: act.note.isEmpty ? kept.note : act.note,
                due: isAsked ? due.map { "\($0.day)/\($0.month)/\($0.year)" } : nil, to: person, kept.route.id, paper,
                series, writing)
        }
        return told.count
    }

    private func queueApprovalLetter(
        _ message: String, reason: String, due: String?, to person: Person, _ route: ApprovalID, _ paper: Paper,
        _ series: Series, _ writing: Writing
    ) throws {
        let office = office
        let organiser = directory.tree.name(series.plan.organiser)
        let now = now()
        var values = LetterValues(
            province: office.province, agency: organiser, recipient: person.name, title: paper.title,
            time: due ?? "", placeAndDate: placeAndDate)
        values.message = message
        values.reason = reason.isEmpty ? nil : reason
        values.linkURL = "\(settings.baseURL)/ky-duyet/\(route)"
        let rendered = settings.templates.render(.approval, language: .vi, values: values)
        let host = office.mailFrom.split(separator: "@").last.map(String.init) ?? "localhost"
        let letter = Letter(
            id: "\(UUID().uuidString.lowercased())@\(host)",
            from: MailAddress(name: organiser, address: office.mailFrom),
            to: MailAddress(name: person.name, address: person.email), subject: rendered.subject, text: rendered.text,
            html: rendered.html, calendar: nil, attachments: [], date: Int64(now))
        // Without an invitee: it says nothing about an invitation to the meeting.
        try writing.queue(
            QueuedLetter(
                messageID: letter.id, kind: LetterTemplates.Kind.approval.rawValue, toName: person.name,
                toAddress: person.email, subject: rendered.subject, series: series.id, occurrence: paper.occurrence,
                nextTry: now, made: now), body: try JSONEncoder().encode(letter))
    }
}

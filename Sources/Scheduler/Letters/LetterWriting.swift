import Briefing
import Dispatch
import Foundation
import ICalendar
import Mail
import Store
import Synchronization

/// Somebody a letter goes to, on behalf of an invitee.
struct Recipient: Sendable {
    var invitee: Invitee
    var name: String
    var address: String
    var site: String?
    /// Unit, and the site's or person's name, as they stand on their copies of papers.
    var owner: String
}

/// What a letter is about.
struct LetterMatter {
    var kind: LetterTemplates.Kind
    var series: Series
    /// Nil for all of the series.
    var occurrence: Occurrence?
    var plan: MeetingPlan
    var method: CalendarMethod?
    var message = ""
    var oldTime: String?
    var changes: [String] = []
    var reason: String?
    var days: Int?
    var minutes: Int?
    var withPapers = false
}

extension SchedulerService {
    /// The largest papers that a letter carries; larger ones go as links.
    static let attachedBytes = 10 << 20

    func recipients(_ sites: some Collection<SiteID>, _ people: some Collection<PersonID>, _ reading: Reading) throws
        -> [Recipient]
    {
        let directory = directory
        var found: [Recipient] = []
        for id in sites.sorted() {
            guard let site = directory.sites[id], let unit = directory.tree.units[site.unit] else { continue }
            let address = unit.email.flatMap { $0.isEmpty ? nil : $0 } ?? site.technician.email
            if address.isEmpty { continue }
            found.append(
                Recipient(
                    invitee: .site(id), name: unit.name, address: address, site: directory.siteName(id),
                    owner: directory.siteName(id)))
        }
        for person in try reading.people(people.sorted()) where person.isActive {
            found.append(
                Recipient(
                    invitee: .person(person.id), name: person.name, address: person.email, site: nil,
                    owner: "\(directory.tree.name(person.unit)) – \(person.name)"))
        }
        return found
    }

    /// Writes a letter to each recipient and puts all of them into the queue.
    /// - Returns: how many.
    func queue(_ matter: LetterMatter, to recipients: [Recipient], _ writing: Writing) throws -> Int {
        guard !recipients.isEmpty else { return 0 }
        let reading = writing.reading
        let office = office
        let now = now()
        var invitation = try matter.method.map { try invitationCalendar(matter, method: $0, reading) }
        // A letter about a series names its next meeting, and carries that one's papers.
        let upcoming =
            try matter.occurrence
            ?? reading.occurrences(of: matter.series.id).first { $0.state == .planned && $0.end > nowLocal }
        let papers = try matter.withPapers ? upcoming.map { try reading.papers(of: $0) } ?? [] : []
        let organiser = directory.tree.name(matter.plan.organiser)
        let chair = try matter.plan.chair.flatMap { try reading.person($0) }
        let host = office.mailFrom.split(separator: "@").last.map(String.init) ?? "localhost"
        let addressed = recipients.map { recipient in
            let attendee = CalendarAttendee(
                name: recipient.name, mail: recipient.address, answerWanted: matter.method == .request,
                kind: recipient.site == nil ? .individual : .group)
            return (recipient: recipient, calendar: invitation?.part(for: attendee, recipient.invitee))
        }
        // Hundreds of letters are written on all cores: whoever edits waits for them.
        let written: Mutex<[Int: Result<(QueuedLetter, Data), any Error>]> = Mutex([:])
        DispatchQueue.concurrentPerform(iterations: addressed.count) { index in
            let (recipient, calendar) = addressed[index]
            let result = Result {
                let values = self.values(
                    matter, recipient, upcoming: upcoming, organiser: organiser, chair: chair, papers: papers)
                let rendered = settings.templates.render(matter.kind, language: .vi, values: values)
                let letter = Letter(
                    id: "\(UUID().uuidString.lowercased())@\(host)",
                    from: MailAddress(name: organiser, address: office.mailFrom),
                    to: MailAddress(name: recipient.name, address: recipient.address), subject: rendered.subject,
                    text: rendered.text, html: rendered.html, calendar: calendar,
                    attachments: attachments(papers, owner: recipient.owner), date: Int64(now))
                let queued = QueuedLetter(
                    messageID: letter.id, kind: matter.kind.rawValue, toName: recipient.name,
                    toAddress: recipient.address, subject: rendered.subject, series: matter.series.id,
                    occurrence: matter.occurrence?.id, invitee: recipient.invitee, nextTry: now, made: now)
                return (queued, try JSONEncoder().encode(letter))
            }
            written.withLock { $0[index] = result }
        }
        for (_, result) in written.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            let (letter, body) = try result.get()
            try writing.queue(letter, body: body)
        }
        return recipients.count
    }

    private func values(
        _ matter: LetterMatter, _ recipient: Recipient, upcoming: Occurrence?, organiser: String, chair: Person?,
        papers: [Paper]
    ) -> LetterValues {
        let plan = matter.plan
        var values = LetterValues(
            province: office.province, agency: organiser, recipient: recipient.name, title: plan.title,
            time: (upcoming.map { .time(from: $0.start, to: $0.end) } ?? plan.time).vietnamese,
            form: plan.form.vietnamese.capitalised, placeAndDate: placeAndDate)
        values.venue = plan.venue.map { directory.siteName($0) }
        values.site = recipient.site
        values.chair = chair.map { $0.title.isEmpty ? $0.name : "\($0.name) – \($0.title)" }
        if matter.occurrence == nil, plan.rule != nil { values.rule = RuleInWords.vietnamese(plan.recurrence) }
        values.agenda = plan.agenda.map {
            .init(title: $0.title, owner: $0.owner, minutes: $0.minutes > 0 ? $0.minutes : nil)
        }
        values.papers = papers.map {
            .init(title: $0.title, url: $0.link ?? "\(settings.baseURL)/api/papers/\($0.id)")
        }
        values.message = matter.message.isEmpty ? nil : matter.message
        let called = (upcoming?.start ?? plan.start).adding(minutes: -60)
        values.technicianTime = called.vietnameseClock
        if matter.kind != .cancellation {
            let link = AnswerLink(
                series: matter.series.id, occurrence: matter.occurrence?.id, invitee: recipient.invitee
            ).text(secret: settings.secret)
            let address = "\(settings.baseURL)/tra-loi/\(link)"
            values.acceptURL = "\(address)?answer=accept"
            values.declineURL = "\(address)?answer=decline"
            values.delegateURL = "\(address)?answer=delegate"
        }
        if let occurrence = matter.occurrence { values.pageURL = "\(settings.baseURL)/phien/\(occurrence.id)" }
        values.oldTime = matter.oldTime
        values.changes = matter.changes
        values.reason = matter.reason
        values.days = matter.days
        values.minutes = matter.minutes
        return values
    }

    var nowLocal: LocalDateTime { ProvinceClock.local(unix: now()) }

    /// - Parameter owner: whose copies they are.
    private func attachments(_ papers: [Paper], owner: String) -> [Letter.Attachment] {
        var left = Self.attachedBytes
        return papers.compactMap { paper in
            guard let hash = paper.sha256, paper.bytes <= left else { return nil }
            left -= paper.bytes
            return Letter.Attachment(
                filename: paper.filename,
                // Without parameters: a text's code the letter says by itself.
                contentType: String(paper.type.prefix { $0 != ";" }),
                path: settings.papers.original(hash).path, owner: owner)
        }
    }

    /// - Parameter occurrences: of the series, those that the calendar is about; nil for all.
    func meetingCalendar(
        _ series: Series, _ reading: Reading, occurrences: [Occurrence]? = nil
    ) throws -> MeetingCalendar {
        let occurrences = try occurrences ?? reading.occurrences(of: series.id)
        var plans: [OccurrenceID: MeetingPlan] = [:]
        for occurrence in occurrences where occurrence.isEdited {
            plans[occurrence.id] = try effectivePlan(occurrence, series, reading)
        }
        let directory = directory
        let baseURL = settings.baseURL
        return MeetingCalendar(
            series: series, occurrences: occurrences, plans: plans,
            organizer: CalendarOrganizer(name: directory.tree.name(series.plan.organiser), mail: office.mailFrom),
            stamp: now(),
            location: { plan in
                [plan.venue.map { directory.siteName($0) }, plan.form == .inPerson ? nil : "Trực tuyến"]
                    .compactMap { $0 }.joined(separator: ", ")
            },
            url: { occurrence in occurrence.map { "\(baseURL)/phien/\($0.id)" } ?? "\(baseURL)/dinh-ky/\(series.id)" })
    }
}

/// `Tỉnh Bắc Kạn` signs its letters at `Bắc Kạn`.
func placeName(_ province: String) -> String {
    for prefix in ["Tỉnh ", "Thành phố ", "tỉnh ", "thành phố "] where province.hasPrefix(prefix) {
        return String(province.dropFirst(prefix.count))
    }
    return province
}

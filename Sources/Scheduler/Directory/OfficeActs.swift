import Briefing
import Foundation
import ICalendar
import Store
import Synchronization

public struct HolidayShown: Encodable, Sendable {
    public var date: LocalDate
    public var name: String
    public var kind: String
    /// Whether the province set it itself.
    public var own: Bool
}

public struct ActShown: Encodable, Sendable {
    public var id: Int64
    public var at: LocalDateTime
    public var who: String
    public var what: String
    public var object: String
    public var detail: String
}

public struct ActPage: Encodable, Sendable {
    public var lines: [ActShown]
    public var verified: Bool
}

public struct LetterShown: Encodable, Sendable {
    public var id: Int64
    public var to: String
    public var name: String
    public var subject: String
    public var kind: String
    public var state: QueuedLetter.State
    public var attempts: Int
    public var nextTry: LocalDateTime?
    public var sentAt: LocalDateTime?
    public var error: String?
    public var occurrence: OccurrenceID?
    public var series: SeriesID?
}

public struct LetterPage: Encodable, Sendable {
    public var letters: [LetterShown]
    public var counts: [String: Int]
    public var relay: String?
}

extension SchedulerService {
    // MARK: Settings

    public func setOffice(_ form: OfficeForm, as caller: Caller) async throws -> OfficeSettings {
        guard caller.rights.mayEditSettings else { throw ActError.forbidden }
        var check = FormCheck()
        var edited = office
        if let value = form.province { edited.province = check.text("province", value, 1...120) }
        func set(
            _ field: String, _ value: Int?, _ range: ClosedRange<Int>, _ path: WritableKeyPath<OfficeSettings, Int>
        ) {
            if let value { edited[keyPath: path] = check.number(field, value, range) }
        }
        // The law asks for 40 at least.
        set("siteCap", form.siteCap, 40...10_000, \.siteCap)
        set("officeUp", form.officeUp, 64...10_000_000, \.officeUp)
        set("officeDown", form.officeDown, 64...10_000_000, \.officeDown)
        set("reservedToSite", form.reservedToSite, 48...10_000, \.reservedToSite)
        set("reservedFromSite", form.reservedFromSite, 48...10_000, \.reservedFromSite)
        set("invitationDays", form.invitationDays, 0...30, \.invitationDays)
        set("conclusionsDays", form.conclusionsDays, 0...60, \.conclusionsDays)
        set("reminderDays", form.reminderDays, 0...14, \.reminderDays)
        if let targets = form.targets {
            for (kind, value) in targets {
                if !isCode(kind) || targets.count > 50 {
                    check.wrong("targets", "Loại đơn vị không đúng.", "A kind of unit is wrong.")
                }
                edited.targets[kind] = check.number("targets.\(kind)", value, 0...100)
            }
        }
        if let retention = form.retention {
            for (name, years) in retention {
                guard let kind = RecordClass(rawValue: name) else {
                    check.wrong("retention", "Loại họp không đúng.", "A class of meetings is wrong.")
                    continue
                }
                let most = RetentionRules.mostYears
                edited.retention.set(
                    kind, years: years.map { check.number("retention.\(name)", $0, 1...most) })
            }
        }
        if let value = form.mailFrom { edited.mailFrom = check.email("mailFrom", value, isRequired: true) }
        if let value = form.mailName { edited.mailName = check.text("mailName", value, 1...120) }
        try check.finish()
        let (now, kept, before) = (now(), edited, office.retention)
        try await store.write { writing in
            try kept.keep(writing)
            try writing.record(at: now, who: caller.name, what: "settings.edit", object: "settings")
            if kept.retention != before {
                let words = RecordClass.allCases.map { "\($0.rawValue) \(kept.retention[$0].map(String.init) ?? "-")" }
                try writing.record(
                    at: now, who: caller.name, what: "retention.rules", object: "settings",
                    detail: words.joined(separator: ", "))
            }
        }
        try await directoryChanged()
        return kept
    }

    public struct OfficeForm: Decodable, Sendable {
        public var province: String?
        public var siteCap: Int?
        public var officeUp: Int?
        public var officeDown: Int?
        public var reservedToSite: Int?
        public var reservedFromSite: Int?
        public var invitationDays: Int?
        public var conclusionsDays: Int?
        public var reminderDays: Int?
        public var targets: [String: Int]?
        /// Years by class of meeting; null: for ever.
        public var retention: [String: Int?]?
        public var mailFrom: String?
        public var mailName: String?
    }

    // MARK: Holidays

    public func holidays(year: String?) async throws -> [HolidayShown] {
        guard let year = year.flatMap({ Int($0) }), (1900...2199).contains(year) else {
            throw ActError.invalid([
                "year": Sentence(vietnamese: "Năm phải từ 1900 đến 2199.", english: "The year must be 1900 to 2199.")
            ])
        }
        let own = try await store.read { try $0.dayOverrides().filter { $0.day.year == year } }
        let ownDays = Set(own.map(\.day))
        let computed = PublicHolidays.days(of: year).filter { !ownDays.contains($0.date) }.map {
            HolidayShown(date: $0.date, name: $0.vietnamese, kind: $0.kind.rawValue, own: false)
        }
        let set = own.map { HolidayShown(date: $0.day, name: $0.name, kind: $0.kind, own: true) }
        return (computed + set).sorted { $0.date < $1.date }
    }

    public struct HolidayForm: Decodable, Sendable {
        public var kind: String?
        public var name: String?
    }

    /// - Parameter form: nil takes the province's own word for the day away.
    public func setHoliday(_ text: String, _ form: HolidayForm?, as caller: Caller) async throws {
        guard caller.rights.mayEditSettings else { throw ActError.forbidden }
        var check = FormCheck()
        let day = LocalDate(text)
        if day == nil { check.wrong("date", wrongDay.vietnamese, wrongDay.english) }
        var kind: String?
        var name = ""
        if let form {
            name = check.text("name", form.name, 1...120)
            kind = form.kind
            if !["holiday", "day-in-lieu", "working"].contains(kind ?? "") {
                check.wrong(
                    "kind", "Chọn: nghỉ lễ, nghỉ bù hoặc làm bù.", "Choose holiday, day-in-lieu or working.")
            }
        }
        try check.finish()
        guard let day else { throw ActError.notFound }
        let now = now()
        let (keptKind, keptName) = (kind, name)
        try await store.write { writing in
            try writing.setDay(day, kind: keptKind, name: keptName)
            try writing.record(
                at: now, who: caller.name, what: "holiday.set", object: "day \(day)",
                detail: "\(keptKind ?? "-") \(keptName)")
        }
        try await directoryChanged()
    }

    // MARK: The chain of acts

    public func acts(before: Int64?, matching text: String?, as caller: Caller) async throws -> ActPage {
        guard caller.rights.mayReadAudit else { throw ActError.forbidden }
        let key = store.auditKey
        return try await store.read { reading in
            var names: [String: String] = [:]
            let lines = try reading.acts(
                before: before, matching: text.flatMap { $0.isEmpty ? nil : String($0.prefix(100)) }, limit: 100)
            let shown = try lines.map { line in
                if names[line.who] == nil { names[line.who] = try self.name(ofActor: line.who, reading) }
                return ActShown(
                    id: line.id, at: ProvinceClock.local(unix: line.at), who: names[line.who] ?? line.who,
                    what: line.what, object: line.object, detail: line.detail)
            }
            // The whole chain is for `giaoban audit verify`: ten years of acts take longer than a page may.
            var verified = self.verifiedActs.withLock { $0 }
            var isWhole = false
            if case .whole = try reading.verifyActs(key: key, after: &verified) { isWhole = true }
            self.verifiedActs.withLock { $0 = verified }
            return ActPage(lines: shown, verified: isWhole)
        }
    }

    // MARK: Letters

    public func letters(
        state: String?, occurrence: OccurrenceID?, relay: String?, as caller: Caller
    ) async throws -> LetterPage {
        guard caller.rights.mayBookAtAll else { throw ActError.forbidden }
        let state = state.flatMap(QueuedLetter.State.init)
        let isTop = directory.tree.roots.contains {
            caller.rights.holds([.secretary, .administrator, .auditor], over: $0)
        }
        let own = Set(directory.tree.units.keys.filter { caller.rights.mayBook(for: $0) })
        return try await store.read { reading in
            if let occurrence { _ = try self.editable(occurrence, caller, reading) }
            let letters = try reading.letters(
                state: state, occurrence: occurrence, organisers: isTop ? nil : own, limit: 600)
            return LetterPage(
                letters: letters.map { letter in
                    LetterShown(
                        id: letter.id, to: letter.toAddress, name: letter.toName, subject: letter.subject,
                        kind: letter.kind, state: letter.state, attempts: letter.attempts,
                        nextTry: letter.state == .waiting ? ProvinceClock.local(unix: letter.nextTry) : nil,
                        sentAt: letter.sent.map { ProvinceClock.local(unix: $0) },
                        error: letter.error.isEmpty ? nil : letter.error, occurrence: letter.occurrence,
                        series: letter.series)
                }, counts: isTop ? try reading.letterCounts() : [:], relay: isTop ? relay : nil)
        }
    }

    public func retryLetter(_ id: Int64, as caller: Caller) async throws {
        let now = now()
        try await store.write { writing in
            guard let letter = try writing.reading.letter(id: id) else { throw ActError.notFound }
            let organiser = try letter.series.flatMap { try writing.reading.series($0)?.plan.organiser }
            guard caller.rights.mayEditSettings || organiser.map({ caller.rights.mayBook(for: $0) }) == true else {
                throw ActError.notFound
            }
            guard letter.state == .failed else {
                throw ActError.refused(
                    code: "not-failed",
                    Sentence(
                        vietnamese: "Thư này không ở trạng thái lỗi.", english: "This letter has not failed."))
            }
            try writing.retryLetter(id: id, now: now)
            try writing.record(
                at: now, who: caller.name, what: "letter.retry", object: "letter \(id)", detail: letter.toAddress)
        }
        tellLetters(1)
    }
}

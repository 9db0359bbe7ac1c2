import Briefing
import Foundation
import ICalendar
import Store

extension SchedulerService {
    /// Fills an empty store with a province, in one transaction, and books its weekly briefing.
    ///
    /// - Parameters:
    ///   - units: the list of units, as `importUnits` takes it.
    ///   - passwordHash: of all demo accounts.
    public func fillDemo(units: String, province: String, passwordHash: String) async throws {
        let now = now()
        let rows = try UnitList(parsing: units).rows
        try await store.write { writing in
            guard try !writing.reading.hasPeople() else { return }
            var office = OfficeSettings()
            office.province = province
            office.mailFrom = "giaoban@backan.example"
            try office.keep(writing)
            var ids: [String: UnitID] = [:]
            for row in rows {
                let unit = Unit(
                    id: UnitID(0), code: row.code, name: row.name, kind: row.kind, parent: ids[row.parent],
                    email: "\(row.code)@backan.example")
                let id = try writing.add(unit)
                ids[row.code] = id
                let line = LineKind.named(row.line)
                _ = try writing.add(
                    Site(
                        id: SiteID(0), unit: id, name: row.name,
                        line: SiteLine(kind: row.line, down: line?.down ?? 3072, up: line?.up ?? 512),
                        device: row.kind == "commune" ? "kiosk" : "pc",
                        technician: Technician(name: "Tổ kỹ thuật \(row.name)", phone: "0209 3870 \(100 + id.rawValue)")
                    ))
            }
            guard let top = ids["ubnd-tinh"], let office = ids["so-17"] ?? ids["ubnd-tinh"], let district = ids["ba-be"]
            else { return }
            func add(_ name: String, _ email: String, _ title: String, _ unit: UnitID, _ grants: [Grant]) throws {
                let person = Person(
                    id: PersonID(0), name: name, email: email, title: title, phone: "0209 3870 000", unit: unit,
                    grants: grants)
                _ = try writing.add(person, password: passwordHash)
            }
            try add(
                "Hoàng Văn Quản", "quantri@backan.example", "Quản trị hệ thống", office,
                [Grant(role: .administrator, unit: top)])
            try add(
                "Nguyễn Thị Thư", "thuky@backan.example", "Chuyên viên tổng hợp", office,
                [Grant(role: .secretary, unit: top)])
            try add(
                "Trần Văn Chủ", "chutich@backan.example", "Chủ tịch UBND tỉnh", top, [Grant(role: .chair, unit: top)])
            try add(
                "Lý Thị Bể", "babe@backan.example", "Chánh Văn phòng UBND huyện Ba Bể", district,
                [Grant(role: .delegate, unit: district)])
            try writing.record(at: now, who: "system", what: "demo.fill", object: "settings")
        }
        try await directoryChanged()
        try await bookDemoBriefing()
    }

    private func bookDemoBriefing() async throws {
        guard let secretary = try await store.read({ try $0.person(email: "thuky@backan.example") }),
            let chair = try await store.read({ try $0.person(email: "chutich@backan.example") }),
            let top = directory.tree.roots.first
        else { return }
        let sites = directory.sites.values.filter { site in
            ["district", "department", "party", "committee"].contains(directory.tree.units[site.unit]?.kind ?? "")
        }
        // The Friday of next week leaves the invitation its three working days; Monday 7:30 stays free for a first try.
        let friday = today.monday.adding(days: 11)
        var form = SeriesForm()
        form.title = "Giao ban tuần của UBND tỉnh với các sở, ngành và các huyện"
        form.organiser = top
        form.chair = Clearable(chair.id)
        form.start = "\(friday)T14:00"
        form.minutes = 90
        form.rule = "FREQ=WEEKLY;BYDAY=FR"
        form.holidays = HolidayPolicy.nextWorkingDay.rawValue
        form.form = MeetingForm.mixed.rawValue
        form.periodic = true
        form.sites = sites.map(\.id).sorted()
        form.people = []
        form.agenda = [
            .init(title: "Điểm danh, thông qua chương trình", owner: "Văn phòng UBND tỉnh", minutes: 10),
            .init(title: "Tình hình kinh tế - xã hội tuần qua", owner: "Sở Kế hoạch và Đầu tư", minutes: 25),
            .init(title: "Phòng, chống thiên tai", owner: "Sở Nông nghiệp và Phát triển nông thôn", minutes: 20),
            .init(title: "Ý kiến các huyện, thành phố", owner: "Các điểm cầu", minutes: 25),
            .init(title: "Kết luận của Chủ tịch UBND tỉnh", owner: "Chủ trì", minutes: 10),
        ]
        form.notes = "Kỹ thuật các điểm cầu có mặt trước 60 phút để thử đường truyền."
        _ = try await book(form, key: "demo", as: caller(secretary))
    }

    /// Books a meeting that is on just now, so that there is a call to join.
    public func openDemoCall() async throws {
        guard let secretary = try await store.read({ try $0.person(email: "thuky@backan.example") }),
            let top = directory.tree.roots.first
        else { return }
        // The office's own sites: whoever tries out a booking finds the districts free.
        let sites = directory.sites.values.filter {
            $0.unit == top || $0.unit == secretary.unit || directory.tree.units[$0.unit]?.kind == "party"
        }
        var form = SeriesForm()
        form.title = "Thử đường truyền tại trụ sở"
        form.organiser = top
        form.start = "\(nowLocal.adding(minutes: -nowLocal.minute))"
        form.minutes = 240
        form.form = MeetingForm.online.rawValue
        form.sites = sites.map(\.id).sorted()
        form.notes = "Vào phòng, nghe và nói thử; kỹ thuật của tỉnh trực trong phòng."
        _ = try await book(form, key: "demo call", as: caller(secretary))
    }
}

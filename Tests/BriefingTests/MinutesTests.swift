import ICalendar
import Testing

@testable import Briefing

/// Monday 23 November 2026, 7:30 on the province's clock, in Unix ms.
private let start: Int64 = 1_795_393_800_000

@Suite struct MinutesTests {
    private let chair = Seat.person(PersonID(5)), secretary = Seat.person(PersonID(6))
    private let babe = Seat.site(SiteID(1)), nari = Seat.site(SiteID(2)), finance = Seat.site(SiteID(3))

    private func actor(_ seat: Seat, _ role: Actor.Role = .delegate, _ name: String = "") -> Actor {
        Actor(seat: seat, role: role, name: name)
    }

    private var leader: Actor { actor(secretary, .secretary, "Lê Thị Ký") }

    private func conduct() -> Conduct {
        func seat(_ seat: Seat, _ name: String, _ unit: Int64, isInvited: Bool = true, delegate: String = "")
            -> ConductPlan.PlannedSeat
        {
            .init(seat: seat, name: name, unit: UnitID(unit), isInvited: isInvited, delegate: delegate)
        }
        return Conduct(
            plan: ConductPlan(
                title: "Giao ban tuần 48", start: start, end: start + 5_400_000, chair: chair,
                seats: [
                    seat(babe, "Huyện Ba Bể", 1), seat(nari, "Huyện Na Rì", 2, delegate: "Nông Văn Thay"),
                    seat(finance, "Sở Tài chính", 3), seat(chair, "Trần Văn Chủ", 9, isInvited: false),
                    seat(secretary, "Lê Thị Ký", 9, isInvited: false),
                ],
                units: [
                    .init(id: UnitID(1), name: "Huyện Ba Bể", parent: nil, kind: "district"),
                    .init(id: UnitID(2), name: "Huyện Na Rì", parent: nil, kind: "district"),
                    .init(id: UnitID(3), name: "Sở Tài chính", parent: nil, kind: "department"),
                ], agenda: [.init(title: "Thu ngân sách", owner: "Sở Tài chính", minutes: 15)]))
    }

    private func meeting() throws -> MinutesMeeting {
        MinutesMeeting(
            agency: "Văn phòng UBND tỉnh", superior: "UBND tỉnh Bắc Kạn", place: "Bắc Kạn", form: .online,
            venue: "Phòng họp số 1", titles: [chair: "Chủ tịch UBND tỉnh"], secretary: "Lê Thị Ký",
            conclusionsDue: try #require(LocalDate("2026-11-30")), conclusionsDays: 5)
    }

    /// All paragraphs of a document as lines.
    private func words(_ document: MinutesDocument) -> [String] {
        document.blocks.map { block in
            switch block {
            case .paragraph(let label, let text): "\(label) \(text)"
            case .section(let text), .item(let text), .remark(let text): text
            case .title(let kind, let subject): "\(kind) \(subject)"
            case .table(let table): table.rows.map { $0.joined(separator: "|") }.joined(separator: "\n")
            case .letterhead(_, let agency, let number, let place): "\(agency) \(number) \(place)"
            case .signatures(let left, let right, _): "\(left?.name ?? "") \(right.name)"
            }
        }
    }

    private func draft(_ conduct: Conduct, at now: Int64) throws -> MinutesDraft {
        MinutesDraft(of: conduct, meeting: try meeting(), at: now)
    }

    /// Opened, roll, a turn of three minutes on the first item, a vote, a decision, ended.
    private func held(_ kind: VoteForm.Kind = .open, voteOn item: Int? = nil) throws -> Conduct {
        var conduct = conduct()
        for seat in [babe, nari] {
            conduct.happen(.presence(seat, isConnected: true, hasMedia: true, isDevice: false), at: start)
        }
        try conduct.take(.open, by: leader, at: start)
        try conduct.take(.openRoll(minutes: nil), by: leader, at: start)
        try conduct.take(.confirmRoll, by: actor(babe), at: start + 60_000)
        try conduct.take(.confirmRoll, by: actor(nari), at: start + 90_000)
        try conduct.take(.closeRoll, by: leader, at: start + 120_000)
        try conduct.take(.startItem(1), by: leader, at: start + 120_000)
        try conduct.take(.giveFloor(babe, seconds: nil), by: leader, at: start + 180_000)
        try conduct.take(.acceptFloor, by: actor(babe), at: start + 180_000)
        try conduct.take(.endTurn, by: actor(babe), at: start + 380_000)
        try conduct.take(.note(item: 1, "Thu đạt 92% dự toán.\nCòn nợ đọng."), by: leader, at: start + 400_000)
        try conduct.take(.stopItem, by: leader, at: start + 900_000)
        try conduct.take(
            .openVote(
                VoteForm(
                    title: "Thông qua báo cáo", kind: kind, by: .unit, choices: ["Tán thành", "Không tán thành"],
                    rule: .majority, of: .cast, needsQuorum: false, item: item)), by: leader, at: start + 900_000)
        try conduct.take(.castVote(1, choice: 0), by: actor(babe), at: start + 910_000)
        try conduct.take(.castVote(1, choice: 1), by: actor(nari), at: start + 920_000)
        return conduct
    }

    @Test func `Minutes tell the meeting from its opening to its end`() throws {
        var conduct = try held()
        try conduct.take(.closeVote(1), by: leader, at: start + 960_000)
        try conduct.take(
            .addDecision(.init(text: "Thu hồi nợ đọng", due: "2026-12-01", owner: "Sở Tài chính", item: 1)),
            by: leader, at: start + 970_000)
        try conduct.take(.end, by: leader, at: start + 5_400_000)
        let lines = words(try draft(conduct, at: start + 6_000_000).document)
        for said in [
            "VĂN PHÒNG UBND TỈNH Số: …/BB-… Bắc Kạn, ngày 23 tháng 11 năm 2026", "BIÊN BẢN Giao ban tuần 48",
            "Thời gian bắt đầu: 7 giờ 30, ngày 23 tháng 11 năm 2026.",
            "Địa điểm: Họp trực tuyến tới 03 điểm cầu; điểm cầu chính tại Phòng họp số 1.",
            "Chủ trì (chủ tọa): Trần Văn Chủ, Chủ tịch UBND tỉnh.", "- Có mặt (01): Huyện Ba Bể.",
            "- Cử người dự thay (01): Huyện Na Rì (Nông Văn Thay dự thay).", "- Vắng mặt (01): Sở Tài chính.",
            "1. Thu ngân sách", " Trình bày: Sở Tài chính; dự kiến 15 phút; thực hiện 13 phút.",
            "Phát biểu: Huyện Ba Bể (từ 7 giờ 33, 3 phút 20 giây).", " Thu đạt 92% dự toán.", " Còn nợ đọng.",
            "Kết quả: Tán thành: 01 phiếu; Không tán thành: 01 phiếu; tổng số 02/03 phiếu.",
            "- Tán thành (01): Huyện Ba Bể.", "- Không biểu quyết (01): Sở Tài chính.",
            "Kết luận: Không được thông qua.",
            "1. Thu hồi nợ đọng. Đơn vị thực hiện: Sở Tài chính. Thời hạn: ngày 01 tháng 12 năm 2026.",
            " Phiên họp kết thúc vào 9 giờ 00, ngày 23 tháng 11 năm 2026./.", "Lê Thị Ký Trần Văn Chủ",
        ] {
            #expect(lines.contains(said), "\(said)\n\(lines.joined(separator: "\n"))")
        }
        #expect(lines.contains { $0.contains("chậm nhất ngày 30 tháng 11 năm 2026 (trong 05 ngày làm việc") })
    }

    private func form(_ number: String, _ symbol: String) -> ActForm {
        var form = ActForm(do: "minutes.number")
        form.number = number
        form.symbol = symbol
        return form
    }

    @Test func `Minutes bear the number and the symbol that the secretary gives, also when the meeting is over`() throws
    {
        var conduct = try held()
        try conduct.take(.end, by: leader, at: start + 5_400_000)
        let given = try form("12", "BB-VPUBND").act()
        try conduct.take(given, by: leader, at: start + 5_500_000)
        let head = try #require(words(try draft(conduct, at: start + 6_000_000).document).first)
        #expect(head.contains("Số: 12/BB-VPUBND "))
        try conduct.take(form("", "BB-VPUBND").act(), by: leader, at: start + 5_600_000)
        #expect(words(try draft(conduct, at: start + 6_000_000).document).first?.contains("Số: …/BB-VPUBND ") == true)
    }

    @Test(arguments: [
        ("1 2", "BB"), ("12/3", "BB"), ("12345678901", "BB"), ("12", "BB UBND"), ("12", "<b>"), ("1\n2", "BB"),
    ])
    func `A number that no document bears is refused`(number: String, symbol: String) throws {
        #expect(throws: ConductRefusal.self) { try form(number, symbol).act() }
    }

    @Test func `Of a secret ballot there are only counts, and none before it is closed`() throws {
        var conduct = try held(.secret)
        func everything(_ draft: MinutesDraft) throws -> [String] {
            words(draft.document) + words(try #require(draft.sheet(ofVote: 1)))
        }
        let open = try draft(conduct, at: start + 930_000)
        #expect(open.votes.first?.counts == nil && open.votes.first?.ballots == nil && open.votes.first?.silent == nil)
        #expect(!(try everything(open)).contains { $0.contains("01 phiếu") })
        try conduct.take(.closeVote(1), by: leader, at: start + 960_000)
        let closed = try draft(conduct, at: start + 970_000)
        #expect(closed.votes.first?.counts == [1, 1])
        #expect(closed.votes.first?.ballots == nil && closed.votes.first?.silent == nil)
        #expect(
            !(try everything(closed)).contains { $0.hasPrefix("- Tán thành") || $0.contains("DANH SÁCH BIỂU QUYẾT") })
    }

    @Test func `A vote on an item is told at the item and in the part on votes`() throws {
        for item in [1, nil] {
            var conduct = try held(voteOn: item)
            try conduct.take(.closeVote(1), by: leader, at: start + 960_000)
            let lines = words(try draft(conduct, at: start + 970_000).document)
            let part = try #require(lines.firstIndex { $0.hasSuffix("BIỂU QUYẾT") })
            let atItem = "Biểu quyết (số 1): Thông qua báo cáo. Không được thông qua."
            #expect(lines.prefix(part).contains(atItem) == (item == 1))
            #expect(lines.dropFirst(part).contains { $0.contains("1. Thông qua báo cáo") })
        }
        #expect(throws: ConductRefusal.self) { try held(voteOn: 7) }
    }

    @Test func `A roll-call vote names who voted how only once it is closed`() throws {
        var conduct = try held(.roll)
        #expect(try draft(conduct, at: start + 930_000).votes.first?.counts == nil)
        try conduct.take(.closeVote(1), by: leader, at: start + 960_000)
        let vote = try #require(try draft(conduct, at: start + 970_000).votes.first)
        #expect(vote.ballots == [.init(name: "Huyện Ba Bể", choice: 0), .init(name: "Huyện Na Rì", choice: 1)])
        #expect(vote.silent == ["Sở Tài chính"])
        let sheet = words(try #require(try draft(conduct, at: start + 970_000).sheet(ofVote: 1)))
        #expect(sheet.contains { $0.contains("1|Tán thành|1|33,3%") && $0.contains("|Tổng số|3|100,0%") })
        #expect(
            sheet.contains("1|Huyện Ba Bể|Tán thành\n2|Huyện Na Rì|Không tán thành\n3|Sở Tài chính|Không biểu quyết"))
    }

    @Test func `A roll says who vouches for it, or that nobody does`() throws {
        var conduct = try held()
        let unsigned = try draft(conduct, at: start + 900_000)
        #expect(unsigned.roll.csvRows.allSatisfy { $0.last == "Chưa ký" })
        #expect(words(unsigned.rollDocument).contains { $0.contains("CHƯA ĐƯỢC KÝ XÁC NHẬN") })
        try conduct.take(.correctRoll(finance, .late, reason: "Mất điện"), by: leader, at: start + 930_000)
        try conduct.take(.signRoll, by: leader, at: start + 960_000)
        let roll = try draft(conduct, at: start + 9_000_000).roll
        #expect(roll.csvRows.map { $0[2] } == ["Có mặt", "Cử người dự thay", "Vào muộn"])
        #expect(roll.csvRows.last?[6] == "Mất điện")
        #expect(roll.csvRows.allSatisfy { $0.last == "Lê Thị Ký, 7 giờ 46 ngày 23/11/2026" })
        #expect(roll.unitsPresent == 3 && roll.units == 3 && roll.needed == 2 && roll.hasQuorum)
        #expect(roll.signature == "Danh sách do Lê Thị Ký ký xác nhận lúc 7 giờ 46, ngày 23 tháng 11 năm 2026.")
    }

    @Test func `What is still on is told as going on`() throws {
        var conduct = try held()
        try conduct.take(.startItem(1), by: leader, at: start + 1_000_000)
        try conduct.take(.giveFloor(nari, seconds: nil), by: leader, at: start + 1_000_000)
        try conduct.take(.acceptFloor, by: actor(nari), at: start + 1_000_000)
        let lines = words(try draft(conduct, at: start + 1_060_000).document)
        #expect(lines.contains { $0.contains("thực hiện 14 phút (đang tiếp tục)") })
        #expect(lines.contains { $0.contains("Huyện Na Rì (từ 7 giờ 46, đang phát biểu)") })
        #expect(lines.contains { $0.contains("Phiên họp chưa kết thúc") })
    }

    @Test func `A meeting that nobody opened has minutes without a course`() throws {
        let lines = words(try draft(conduct(), at: start - 60_000).document)
        #expect(lines.contains("Thời gian bắt đầu: 7 giờ 30, ngày 23 tháng 11 năm 2026 (theo lịch)."))
        #expect(lines.contains { $0.contains("chưa thực hiện") } && lines.contains { $0.contains("chưa khai mạc") })
        #expect(!lines.contains { $0.contains("Thông báo kết luận") })
    }

    @Test func `Of two units of one name the one that was silent is told`() throws {
        var meeting = ConductMeeting(sites: 3)
        var plan = meeting.conduct.plan
        for index in plan.units.indices where plan.units[index].kind == "commune" {
            plan.units[index].name = "Xã Tân Lập"
        }
        meeting.conduct.happen(.plan(plan), at: meeting.now)
        try meeting.act(.open)
        try meeting.act(
            .openVote(
                VoteForm(
                    title: "Phương án", kind: .open, by: .unit, choices: ["Tán thành", "Không"], rule: .majority,
                    of: .cast, needsQuorum: false)))
        try meeting.act(.castVote(1, choice: 0), ConductMeeting.site(1))
        let vote = try #require(meeting.conduct.votes.first)
        let record = VoteRecord(vote, number: 1, of: meeting.conduct)
        #expect(record.silent == ["Xã Tân Lập", "Xã Tân Lập"])
    }

    @Test func `Lengths are said as people say them`() {
        #expect(MinutesWords.length(seconds: 45) == "45 giây")
        #expect(MinutesWords.length(seconds: 200) == "3 phút 20 giây")
        #expect(MinutesWords.length(seconds: 900) == "15 phút")
        #expect(MinutesWords.length(seconds: 3_900) == "1 giờ 05 phút")
        #expect(MinutesWords.length(seconds: -5) == "0 giây")
    }
}

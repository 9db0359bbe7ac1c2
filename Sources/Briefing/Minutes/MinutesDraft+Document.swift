import ICalendar

/// The minutes as a biên bản (Nghị định 30/2020/NĐ-CP, Phụ lục III, mẫu 1.9), in Vietnamese.
extension MinutesDraft {
    public var document: MinutesDocument {
        var blocks: [MinutesBlock] = [
            meeting.letterhead(number: number.minutesWords, on: (ended ?? began).date),
            .title("BIÊN BẢN", subject: title),
            .paragraph(
                label: "Thời gian bắt đầu:",
                text: MinutesWords.moment(began) + (phase == .planned ? " (theo lịch)." : ".")),
            .paragraph(label: "Địa điểm:", text: placeWords),
            .paragraph(label: "Chủ trì (chủ tọa):", text: chairWords),
            .paragraph(
                label: "Thư ký (người ghi biên bản):", text: meeting.secretary.isEmpty ? "…" : "\(meeting.secretary)."),
        ]
        blocks += attendance
        let parts: [(String, [MinutesBlock])] = [
            ("NỘI DUNG (theo diễn biến phiên họp)", course),
            ("BIỂU QUYẾT", votes.flatMap { $0.minutesBlocks }),
            ("KẾT LUẬN", conclusions),
        ].filter { !$0.1.isEmpty }
        for (index, part) in parts.enumerated() {
            blocks.append(.section("\(MinutesWords.roman(index + 1)). \(part.0)"))
            blocks += part.1
        }
        blocks.append(.paragraph(label: "", text: ending))
        blocks.append(
            .signatures(
                left: .init(position: "THƯ KÝ", name: meeting.secretary),
                right: .init(position: "CHỦ TỌA", name: chair),
                recipients: ["Như thành phần tham dự;", "Lưu: VT, hồ sơ phiên họp."]))
        return MinutesDocument(title: "Biên bản – \(title)", blocks: blocks)
    }

    /// The roll as a list of its own, with who vouches for it.
    public var rollDocument: MinutesDocument {
        MinutesDocument(
            title: "Danh sách điểm danh – \(title)",
            blocks: [
                meeting.letterhead(number: "", on: (ended ?? began).date),
                .title("DANH SÁCH ĐIỂM DANH", subject: title),
                .paragraph(label: "Thời gian:", text: "\(MinutesWords.moment(began))."),
                .paragraph(label: "Kết quả:", text: roll.sums),
                .paragraph(
                    label: roll.signed == nil ? roll.signature : "", text: roll.signed == nil ? "" : roll.signature),
                .table(roll.table),
                .signatures(
                    left: nil, right: .init(position: "NGƯỜI XÁC NHẬN DANH SÁCH", name: roll.signed?.by ?? ""),
                    recipients: []),
            ])
    }

    /// The result sheet of one vote; nil where there is no such vote.
    public func sheet(ofVote id: Int) -> MinutesDocument? {
        guard let vote = votes.first(where: { $0.id == id }) else { return nil }
        return MinutesDocument(
            title: "Kết quả biểu quyết – \(vote.form.title)",
            blocks: [
                meeting.letterhead(number: "", on: (vote.closed ?? vote.began).date),
                .title("KẾT QUẢ BIỂU QUYẾT", subject: vote.form.title),
                .paragraph(label: "Phiên họp:", text: MinutesWords.sentence(title)),
            ] + vote.sheetBlocks + [
                .signatures(
                    left: .init(position: "THƯ KÝ", name: meeting.secretary),
                    right: .init(position: "CHỦ TỌA", name: chair), recipients: [])
            ])
    }

    // MARK: Parts

    private var placeWords: String {
        let online =
            "trực tuyến tới \(MinutesWords.count(sites)) điểm cầu"
            + (meeting.venue.map { "; điểm cầu chính tại \($0)." } ?? ".")
        switch meeting.form {
        case .inPerson: return MinutesWords.sentence(meeting.venue ?? meeting.place)
        case .mixed: return "Họp trực tiếp kết hợp \(online)"
        case .online: return "Họp \(online)"
        }
    }

    private var chairWords: String {
        guard !chair.isEmpty else { return "…" }
        var words = chair
        if !chairTitle.isEmpty { words += ", \(chairTitle)" }
        if let actsFor, !actsFor.isEmpty { words += " (điều hành thay \(actsFor))" }
        return words + "."
    }

    private var attendance: [MinutesBlock] {
        var blocks: [MinutesBlock] = [.paragraph(label: "Thành phần tham dự:", text: roll.sums)]
        func list(_ states: [RollState], _ label: String, _ words: (RollList.Line) -> String) {
            let lines = roll.lines.filter { states.contains($0.state) }
            guard !lines.isEmpty else { return }
            blocks.append(
                .paragraph(
                    label: "- \(label) (\(MinutesWords.count(lines.count))):",
                    text: lines.map(words).joined(separator: "; ") + "."))
        }
        func remarked(_ line: RollList.Line) -> String {
            line.reason.isEmpty ? line.name : "\(line.name) (\(line.reason))"
        }
        list([.present], "Có mặt", \.name)
        list([.late], "Vào muộn") { line in line.at.map { "\(line.name) (\($0.vietnameseClock))" } ?? line.name }
        list([.delegated], "Cử người dự thay") { line in
            line.delegate.isEmpty ? remarked(line) : "\(line.name) (\(line.delegate) dự thay)"
        }
        list([.dropped], "Mất kết nối", remarked)
        list([.absent], "Vắng mặt", remarked)
        list([.expected], "Chưa xác nhận", \.name)
        if let signed = roll.signed {
            blocks.append(
                .remark("(Danh sách điểm danh do \(signed.by) ký xác nhận lúc \(MinutesWords.moment(signed.at)))"))
        }
        return blocks
    }

    private var course: [MinutesBlock] {
        var blocks: [MinutesBlock] = []
        for (index, item) in items.enumerated() {
            blocks.append(.item("\(index + 1). \(item.title)"))
            var facts: [String] = []
            if !item.owner.isEmpty { facts.append("Trình bày: \(item.owner)") }
            if item.planned > 0 { facts.append("dự kiến \(MinutesWords.length(seconds: item.planned * 60))") }
            facts.append(
                item.spent > 0 || item.isOn
                    ? "thực hiện \(MinutesWords.length(seconds: item.spent))\(item.isOn ? " (đang tiếp tục)" : "")"
                    : phase == .ended ? "không thực hiện" : "chưa thực hiện")
            let first = facts.removeFirst()
            let words = ([first.prefix(1).uppercased() + first.dropFirst()] + facts).joined(separator: "; ")
            blocks.append(.paragraph(label: "", text: words + "."))
            blocks += Self.blocks(of: item.speeches) + Self.paragraphs(item.note)
            // Who voted how is told in the part on votes.
            blocks += votes.filter { $0.form.item == item.id }.map {
                .paragraph(label: "Biểu quyết (số \($0.number)):", text: "\($0.form.title). \($0.verdict)")
            }
        }
        guard !otherSpeeches.isEmpty || !note.isEmpty else { return blocks }
        if !items.isEmpty { blocks.append(.item("\(items.count + 1). Nội dung khác")) }
        return blocks + Self.blocks(of: otherSpeeches) + Self.paragraphs(note)
    }

    private static func blocks(of speeches: [Speech]) -> [MinutesBlock] {
        guard !speeches.isEmpty else { return [] }
        let words = speeches.map { speech in
            let length = speech.isOn ? "đang phát biểu" : MinutesWords.length(seconds: speech.seconds)
            return "\(speech.speakers) (từ \(speech.began.vietnameseClock), \(length))"
        }
        return [.paragraph(label: "Phát biểu:", text: words.joined(separator: "; ") + ".")]
    }

    /// What the secretary typed, a paragraph for each line.
    private static func paragraphs(_ text: String) -> [MinutesBlock] {
        text.split(whereSeparator: \.isNewline).map { .paragraph(label: "", text: String($0)) }
    }

    private var conclusions: [MinutesBlock] {
        var blocks: [MinutesBlock] = decisions.enumerated().map { index, decision in
            let form = decision.form
            var words = MinutesWords.sentence(form.text)
            if !form.owner.isEmpty { words += " Đơn vị thực hiện: \(MinutesWords.sentence(form.owner))" }
            if let due = LocalDate(form.due) { words += " Thời hạn: \(MinutesWords.day(due))." }
            return .paragraph(label: "\(index + 1).", text: words)
        }
        if phase != .planned {
            blocks.append(
                .paragraph(
                    label: "",
                    text:
                        "Thông báo kết luận phiên họp được ban hành chậm nhất \(MinutesWords.day(meeting.conclusionsDue)) "
                        + "(trong \(MinutesWords.count(meeting.conclusionsDays)) ngày làm việc sau phiên họp)."))
        }
        return blocks
    }

    private var ending: String {
        guard let ended else {
            return phase == .planned ? "Phiên họp chưa khai mạc." : "Phiên họp chưa kết thúc (dự thảo đang ghi)."
        }
        return "Phiên họp kết thúc vào \(MinutesWords.moment(ended))./."
    }
}

extension MinutesMeeting {
    /// - Parameter number: as it is printed; empty for a list without one.
    func letterhead(number: String, on day: LocalDate) -> MinutesBlock {
        .letterhead(
            superior: superior?.uppercased(), agency: agency.uppercased(), number: number,
            placeAndDate: "\(place), \(MinutesWords.day(day))")
    }
}

extension DocumentNumber {
    /// As the head of minutes bears it, with dots for what is to be written in by hand.
    fileprivate var minutesWords: String {
        "Số: \(number.isEmpty ? "…" : number)/\(symbol.isEmpty ? "BB-…" : symbol)"
    }
}

extension VoteRecord {
    /// Within the minutes.
    var minutesBlocks: [MinutesBlock] {
        var blocks: [MinutesBlock] = [
            .item("\(number). \(form.title)"), .paragraph(label: "Hình thức:", text: procedure),
        ]
        if let countWords { blocks.append(.paragraph(label: "Kết quả:", text: countWords)) }
        for list in lists {
            blocks.append(
                .paragraph(
                    label: "- \(list.choice) (\(MinutesWords.count(list.names.count))):",
                    text: list.names.joined(separator: "; ") + "."))
        }
        blocks.append(.paragraph(label: state == .open ? "" : "Kết luận:", text: verdict))
        return blocks
    }

    /// On a sheet of its own.
    var sheetBlocks: [MinutesBlock] {
        var times = "Bắt đầu \(MinutesWords.moment(began))"
        if let closed { times += "; kết thúc \(closed.vietnameseClock)" }
        var blocks: [MinutesBlock] = [
            .paragraph(label: "Thời gian:", text: times + "."), .paragraph(label: "Hình thức:", text: procedure),
        ]
        if let counts, let cast {
            func share(_ count: Int) -> String {
                guard eligible > 0 else { return "–" }
                let tenths = count * 1000 / eligible
                return "\(tenths / 10),\(tenths % 10)%"
            }
            var rows = zip(form.choices, counts).enumerated().map { index, line in
                ["\(index + 1)", line.0, "\(line.1)", share(line.1)]
            }
            rows.append(["", "Không biểu quyết", "\(max(0, eligible - cast))", share(max(0, eligible - cast))])
            rows.append(["", "Tổng số", "\(eligible)", eligible > 0 ? "100,0%" : "–"])
            blocks.append(
                .table(
                    MinutesTable(
                        columns: [
                            .init("STT", width: 8, alignment: .centre), .init("Phương án", width: 50),
                            .init("Số phiếu", width: 20, alignment: .right),
                            .init("Tỷ lệ", width: 20, alignment: .right),
                        ], rows: rows)))
        }
        blocks.append(.paragraph(label: "Kết luận:", text: verdict))
        if let ballots, let silent, !(ballots.isEmpty && silent.isEmpty) {
            blocks.append(.section("DANH SÁCH BIỂU QUYẾT"))
            let choices = ballots.map { ballot in
                (ballot.name, form.choices.indices.contains(ballot.choice) ? form.choices[ballot.choice] : "")
            }
            let rows = (choices + silent.map { ($0, "Không biểu quyết") }).enumerated()
                .map { ["\($0 + 1)", $1.0, $1.1] }
            blocks.append(
                .table(
                    MinutesTable(
                        columns: [
                            .init("STT", width: 8, alignment: .centre),
                            .init(form.by == .unit ? "Đơn vị" : "Điểm cầu, đại biểu", width: 55),
                            .init("Biểu quyết", width: 35),
                        ], rows: rows)))
        }
        return blocks
    }
}

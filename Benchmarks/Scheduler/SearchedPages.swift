import Briefing
import Foundation
import ICalendar
import Scheduler
import Store

/// Papers of every unit's briefings, their pages full of Vietnamese words: few words are on nearly every page, most are
/// on few, as in what people write (Zipf).
struct SearchedPages {
    let scheduler: SchedulerService
    let today: LocalDate
    var papers = 5_000
    var pagesOfPaper = 20
    var wordsOfPage = 350

    /// On one page of all.
    static let rare = "hồ chứa nước Nặm Cắt"
    /// On one page in a hundred.
    static let phrase = "kế hoạch sản xuất vụ đông xuân"
    private static let common = """
        và của các cho được trong là có về với thực hiện công tác tỉnh huyện xã đơn vị ủy ban nhân dân báo cáo kế hoạch nhiệm vụ \
        theo quy định phát triển kinh tế xã hội đầu tư quản lý nhà nước tổ chức tăng cường chỉ đạo đảm bảo an toàn giao thông \
        nông nghiệp thủy lợi phòng chống thiên tai giáo dục y tế văn hóa ngân sách thu chi năm tháng quý kết quả giải pháp
        """.split(whereSeparator: \.isWhitespace).map(String.init)

    /// The pages, through the same transactions as a server's.
    func fill() async throws {
        let vocabulary = Self.vocabulary()
        var random = Random(state: 7)
        let directory = scheduler.directory
        let sites = directory.sites.values.filter(\.isActive).sorted { $0.id < $1.id }
        let start = LocalDateTime(minuteNumber: (today.dayNumber - 700) * 1440 + 480)
        for (number, site) in sites.enumerated() {
            let count = papers / sites.count + (number < papers % sites.count ? 1 : 0)
            var texts: [[String]] = []
            for paper in 0..<count {
                var pages: [String] = []
                for page in 0..<pagesOfPaper {
                    var words = (0..<wordsOfPage).map { _ in vocabulary[random.rank(of: vocabulary.count)] }
                    if (paper + page) % 100 == 0 { words[9] = Self.phrase }
                    if number == 17, paper == 3, page == 5 { words[40] = Self.rare }
                    pages.append(words.joined(separator: " "))
                }
                texts.append(pages)
            }
            let kept = texts
            try await scheduler.store.write { writing in
                let plan = MeetingPlan(
                    title: "Giao ban \(site.name)", organiser: site.unit, chair: nil, start: start, minutes: 30,
                    rule: try RecurrenceRule(parsing: "FREQ=WEEKLY"), holidays: .keep, form: .online, isPeriodic: true,
                    venue: nil, sites: [site.id], people: [], agenda: [], notes: "")
                let id = try writing.addSeries(
                    plan, uid: "\(UUID())@bench", through: today, follows: nil, now: 0, by: nil)
                let meetings = plan.recurrence.meetings(
                    from: start, through: start.adding(minutes: 100 * 7 * 1440), limit: 100,
                    calendar: scheduler.calendar)
                for (number, pages) in kept.enumerated() {
                    let occurrence = try writing.addOccurrence(of: id, meetings[number], room: UUID().uuidString)
                    let file = "\(site.id)-\(number)"
                    _ = try writing.add(
                        Paper(
                            id: PaperID(0), series: id, occurrence: occurrence, title: "Báo cáo số \(number)",
                            filename: "bao-cao.pdf", type: "application/pdf", bytes: 1, sha256: file, link: nil,
                            classification: .ordinary, addedBy: nil, addedAt: 0, isWithdrawn: false))
                    for (page, text) in pages.enumerated() {
                        try writing.addPage(of: file, number: page + 1, width: 1, height: 1, text: text)
                    }
                }
            }
        }
        while try await scheduler.store.read({ try $0.textsToIndex() }) > 0 {
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Some hundred words of administration, then syllables as Vietnamese forms them.
    private static func vocabulary() -> [String] {
        let initials = "b c ch d đ g gi h k kh l m n ng nh p ph qu r s t th tr v x".split(separator: " ")
        let rhymes = """
            a à á ả ạ an án ang àng áng anh ành ao áo ai ái ay ày âu ấu ân ấn e è em en eng ê ế êm ên ếch i ì í in ính o ò \
            ó on ong òng ông ống ộng ơ ờ ơn ớn u ù ú un ung ùng ư ừ ưng ửng uy ương ường ướng ược iên iền iến yêu iêu oan oàn oang
            """.split(whereSeparator: \.isWhitespace)
        var random = Random(state: 3)
        var rest = initials.flatMap { initial in rhymes.map { String(initial + $0) } }
        rest.shuffle(using: &random)
        return common + rest
    }
}

/// The same numbers every time.
struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var mixed = state ^ (state >> 33)
        mixed = mixed &* 0xff51_afd7_ed55_8ccd
        return mixed ^ (mixed >> 33)
    }

    /// A place in a list of which each is as frequent as its place is early.
    mutating func rank(of count: Int) -> Int {
        let share = Double(next() >> 11) / Double(UInt64(1) << 53)
        return min(count - 1, Int(pow(Double(count + 1), share)) - 1)
    }
}

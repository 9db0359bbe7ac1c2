/// Why a text is no recurrence rule that a briefing can follow.
public enum RecurrenceError: Error, Hashable, Sendable {
    /// Nothing, or longer than `RecurrenceRule.longestText`.
    case unreadable
    /// A part that RFC 5545 §3.3.10 does not know, or that is no `NAME=value`.
    case unknownPart(String)
    case repeatedPart(String)
    case missingFrequency
    /// SECONDLY, MINUTELY, HOURLY, or a word that names no frequency.
    case unsupportedFrequency(String)
    /// A part that would give several meetings a day (BYHOUR, BYMINUTE, BYSECOND), or another calendar (RSCALE, SKIP).
    case unsupportedPart(String)
    /// A value outside what the part allows.
    case badValue(part: String, value: String)
    /// Not 1 to `RecurrenceRule.largestInterval`.
    case badInterval(String)
    /// Not 1 to `RecurrenceRule.largestCount`.
    case badCount(String)
    case badUntil(String)
    case countWithUntil
    /// A part that this frequency does not allow (the table of §3.3.10).
    case partNotAllowed(part: String, frequency: RecurrenceFrequency)
    /// BYSETPOS with nothing to choose from.
    case setPositionAlone
    /// No day of any year can match, as the 30th of February.
    case neverHappens

    /// What to mend, for people.
    public var vietnamese: String {
        switch self {
        case .unreadable: "Không đọc được quy tắc lặp."
        case .unknownPart(let part): "Quy tắc lặp có thành phần không hợp lệ: “\(part)”."
        case .repeatedPart(let part): "Quy tắc lặp nêu \(part) hai lần; hãy bỏ một."
        case .missingFrequency: "Quy tắc lặp thiếu chu kỳ (FREQ): hằng ngày, hằng tuần, hằng tháng hoặc hằng năm."
        case .unsupportedFrequency(let word):
            "Không hỗ trợ chu kỳ “\(word)”; hãy chọn hằng ngày, hằng tuần, hằng tháng hoặc hằng năm."
        case .unsupportedPart(let part): "Không hỗ trợ thành phần \(part): mỗi ngày chỉ có một phiên của một định kỳ."
        case .badValue(let part, let value): "Giá trị “\(value)” của \(part) không hợp lệ."
        case .badInterval(let value):
            "Khoảng cách lặp “\(value)” không hợp lệ; hãy nhập từ 1 đến \(RecurrenceRule.largestInterval)."
        case .badCount(let value): "Số phiên “\(value)” không hợp lệ; hãy nhập từ 1 đến \(RecurrenceRule.largestCount)."
        case .badUntil(let value): "Ngày kết thúc “\(value)” không hợp lệ."
        case .countWithUntil: "Chỉ được chọn một trong hai: số phiên (COUNT) hoặc ngày kết thúc (UNTIL)."
        case .partNotAllowed(let part, let frequency):
            "Thành phần \(part) không dùng được với chu kỳ \(frequency.vietnamese)."
        case .setPositionAlone: "BYSETPOS phải đi cùng một thành phần chọn ngày khác."
        case .neverHappens: "Không có ngày nào khớp với quy tắc lặp này."
        }
    }

    public var english: String {
        switch self {
        case .unreadable: "The recurrence rule cannot be read."
        case .unknownPart(let part): "The recurrence rule has a part that is not known: \"\(part)\"."
        case .repeatedPart(let part): "The recurrence rule says \(part) twice; leave one out."
        case .missingFrequency: "The recurrence rule has no frequency (FREQ): daily, weekly, monthly or yearly."
        case .unsupportedFrequency(let word):
            "The frequency \"\(word)\" is not supported; choose daily, weekly, monthly or yearly."
        case .unsupportedPart(let part): "\(part) is not supported: a series has one meeting a day."
        case .badValue(let part, let value): "\"\(value)\" is no value for \(part)."
        case .badInterval(let value):
            "The interval \"\(value)\" is not valid; give 1 to \(RecurrenceRule.largestInterval)."
        case .badCount(let value):
            "The number of meetings \"\(value)\" is not valid; give 1 to \(RecurrenceRule.largestCount)."
        case .badUntil(let value): "The last day \"\(value)\" is not valid."
        case .countWithUntil: "Choose one of the two: a number of meetings (COUNT) or a last day (UNTIL)."
        case .partNotAllowed(let part, let frequency): "\(part) cannot be used with \(frequency.rawValue)."
        case .setPositionAlone: "BYSETPOS needs another part that chooses days."
        case .neverHappens: "No day ever matches this recurrence rule."
        }
    }
}

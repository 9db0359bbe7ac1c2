import Briefing
import ICalendar
import Print

/// A file that is made for whoever asks, and kept nowhere.
public struct MadeFile: Sendable {
    public enum Kind: String, Sendable {
        case csv = "text/csv; charset=utf-8"
        case pdf = "application/pdf"
        case odt = "application/vnd.oasis.opendocument.text"
        case docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

        /// How its name ends.
        var ending: String {
            switch self {
            case .csv: "csv"
            case .pdf: "pdf"
            case .odt: "odt"
            case .docx: "docx"
            }
        }
    }

    public var kind: Kind
    /// Lower-case ASCII, with its ending.
    public var name: String
    public var bytes: [UInt8]
}

extension SchedulerService {
    /// The head of what somebody prints: their unit, the one above it, place and day.
    func letterhead(of unit: UnitID) -> Letterhead {
        let tree = directory.tree
        return Letterhead(
            superior: tree.parent(of: unit).map { tree.name($0).uppercased() }, agency: tree.name(unit).uppercased(),
            placeAndDate: placeAndDate)
    }

    /// `Bắc Kạn, ngày 23 tháng 11 năm 2026`: where and when the office signs today.
    var placeAndDate: String {
        let day = today
        return Letterhead.placeAndDate(placeName(office.province), day: day.day, month: day.month, year: day.year)
    }

    /// Whence a printed sheet comes, and when.
    var printedFooter: String {
        "Lập từ hệ thống Giao ban, \(nowLocal.vietnameseClock) ngày \(today.vietnamese)"
    }

    /// ISO 8601, as PDF files say it.
    var printedAt: String { "\(nowLocal):00+07:00" }
}

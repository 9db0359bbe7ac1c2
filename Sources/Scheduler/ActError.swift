import Briefing
import Foundation
import Mail

/// Why an act was not done.
public enum ActError: Error, Sendable {
    case notSignedIn
    case forbidden
    /// Not there; or there, and not for whoever asks to know.
    case notFound
    /// What was written does not do: a sentence for each field.
    case invalid([String: Sentence])
    /// The time, a site, a person or a line is taken.
    case conflict(ConflictReport)
    /// Somebody else has edited it since it was read.
    case changedMeanwhile
    /// Refused for a reason of its own.
    case refused(code: String, Sentence)
    /// Too many attempts: seconds to wait.
    case tooOften(seconds: Int)
    case tooLarge(Sentence)
}

/// Gathers what is wrong with a form, all of it at once.
struct FormCheck {
    private(set) var fields: [String: Sentence] = [:]

    mutating func wrong(_ field: String, _ vietnamese: String, _ english: String) {
        if fields[field] == nil { fields[field] = Sentence(vietnamese: vietnamese, english: english) }
    }

    /// A text that must be there and be of bounded length, on one line.
    mutating func text(_ field: String, _ value: String?, _ length: ClosedRange<Int>) -> String {
        let clean = (value ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        if clean.isEmpty, length.lowerBound > 0 {
            wrong(field, "Chưa nhập. Hãy điền mục này.", "This is empty. Fill it in.")
        } else if clean.count > length.upperBound {
            wrong(
                field, "Quá dài: \(clean.count) ký tự, tối đa \(length.upperBound).",
                "Too long: \(clean.count) characters, \(length.upperBound) at most.")
        } else if clean.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            wrong(
                field, "Có ký tự điều khiển. Hãy gõ lại trên một dòng.",
                "It has control characters. Type it on one line.")
        }
        return clean
    }

    /// The same, over several lines.
    mutating func longText(_ field: String, _ value: String?, _ limit: Int) -> String {
        let clean = (value ?? "").replacing("\r\n", with: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
        if clean.count > limit {
            wrong(
                field, "Quá dài: \(clean.count) ký tự, tối đa \(limit).",
                "Too long: \(clean.count) characters, \(limit) at most.")
        } else if clean.unicodeScalars.contains(where: {
            $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t"
        }) {
            wrong(field, "Có ký tự điều khiển. Hãy gõ lại.", "It has control characters. Type it anew.")
        }
        return clean
    }

    mutating func number(_ field: String, _ value: Int?, _ range: ClosedRange<Int>) -> Int {
        guard let value, range.contains(value) else {
            wrong(
                field, "Phải là số từ \(range.lowerBound) đến \(range.upperBound).",
                "It must be a number from \(range.lowerBound) to \(range.upperBound).")
            return range.lowerBound
        }
        return value
    }

    mutating func email(_ field: String, _ value: String?, isRequired: Bool) -> String {
        let clean = text(field, value, (isRequired ? 1 : 0)...254).lowercased()
        if !clean.isEmpty, fields[field] == nil, !MailAddress.isAddress(clean) {
            wrong(
                field, "Không phải địa chỉ thư. Ví dụ: ten@tinh.gov.vn.",
                "Not a mail address. For example: name@province.gov.vn.")
        }
        return clean
    }

    func finish() throws(ActError) {
        if !fields.isEmpty { throw .invalid(fields) }
    }
}

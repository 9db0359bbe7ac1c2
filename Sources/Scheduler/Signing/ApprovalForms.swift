import Briefing
import Foundation
import ICalendar
import Store

extension SchedulerService {
    /// A route as somebody lays it out for a paper.
    public struct ApprovalForm: Decodable, Sendable {
        public struct Step: Decodable, Sendable {
            public var kind: String?
            public var people: [PersonID]?
            /// ISO 8601 day; nil or empty for none.
            public var due: String?
        }

        public var steps: [Step]?
        public var keepsComments: Bool?
        public var agency: String?
        public var number: String?
        public var note: String?
    }

    /// An act on a route.
    public struct ApprovalActForm: Decodable, Sendable {
        /// `submit`, `agree`, `return`, `delegate`, `skip`, `withdraw` or `issue`. What is signed comes with its signature.
        public var `do`: String?
        /// What is said with it; a reason where one is needed.
        public var note: String?
        /// Who stands in.
        public var to: PersonID?
        /// The version that whoever acts has seen; for a submission the version that is submitted.
        public var paper: PaperID?
    }

    func steps(_ form: ApprovalForm) throws(ActError) -> [ApprovalStep] {
        var check = FormCheck()
        var steps: [ApprovalStep] = []
        for (index, step) in (form.steps ?? []).prefix(ApprovalRoute.longest + 1).enumerated() {
            let field = "steps.\(index)"
            guard let kind = step.kind.flatMap(ApprovalStep.Kind.init) else {
                check.wrong("\(field).kind", "Chưa chọn loại bước.", "Choose what the step is.")
                continue
            }
            let people = Array((step.people ?? []).prefix(ApprovalRoute.longest + 1))
            if people.isEmpty {
                check.wrong("\(field).people", "Chưa chọn người thực hiện bước này.", "Choose who does this step.")
            }
            var due: LocalDate?
            if let text = step.due, !text.isEmpty {
                due = LocalDate(text)
                if due == nil { check.wrong("\(field).due", "Ngày không hợp lệ.", "This is no day.") }
            }
            steps.append(ApprovalStep(kind: kind, parts: people.map { .init(person: $0) }, due: due))
        }
        try check.finish()
        if let fault = ApprovalRoute.fault(of: steps) { throw .invalid(["steps": fault.sentence]) }
        return steps
    }

    func act(_ form: ApprovalActForm) throws(ActError) -> ApprovalAct {
        var check = FormCheck()
        let note = check.longText("note", form.note, 2000)
        try check.finish()
        switch form.do {
        case "submit":
            guard let paper = form.paper else { break }
            return .submit(paper)
        case "agree": return .agree(note: note)
        case "return": return .giveBack(reason: note)
        case "delegate":
            guard let person = form.to else {
                throw .invalid([
                    "to": Sentence(vietnamese: "Chưa chọn người được ủy quyền.", english: "Choose who stands in.")
                ])
            }
            return .delegate(to: person, note: note)
        case "skip": return .skip(reason: note)
        case "withdraw": return .withdraw(reason: note)
        case "issue": return .issue
        default: break
        }
        throw .invalid([
            "do": Sentence(vietnamese: "Không có việc này.", english: "There is no such act.")
        ])
    }

    /// Whether all of these have accounts that are in use.
    func check(people ids: some Collection<PersonID>, in field: String, _ reading: Reading) throws {
        for id in ids where try reading.person(id)?.isActive != true {
            throw ActError.invalid([
                field: Sentence(
                    vietnamese: "Không có tài khoản đang hoạt động số \(id).",
                    english: "There is no active account \(id).")
            ])
        }
    }
}

extension ApprovalRefusal {
    var actError: ActError {
        switch self {
        case .notTheOwner: .forbidden
        case .noReason: .invalid(["note": sentence])
        case .inTheStepAlready: .invalid(["to": sentence])
        default: .refused(code: "approval", sentence)
        }
    }
}

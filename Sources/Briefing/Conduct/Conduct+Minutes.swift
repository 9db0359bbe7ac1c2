/// What was decided, with whom it rests and by when.
public struct Decision: Sendable, Equatable {
    public let id: Int
    public var form: DecisionForm
    public var at: Int64
}

/// The number and the symbol of a document: `12` and `BB-UBND` (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục 3).
///
/// Each is empty until somebody has given it.
public struct DocumentNumber: Hashable, Sendable {
    public let number: String
    public let symbol: String

    public init(number: String = "", symbol: String = "") {
        self.number = number
        self.symbol = symbol
    }

    var isWellFormed: Bool {
        number.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            && symbol.allSatisfy { $0.isLetter || $0.isNumber || "-/.&".contains($0) }
    }
}

extension Conduct {
    static let decisionLimit = 500

    mutating func conductMinutes(_ act: ConductAct, at now: Int64) throws(ConductRefusal) {
        switch act {
        case .addDecision(let form):
            guard decisions.count < Self.decisionLimit else {
                throw ConductRefusal("full", "Đã có quá nhiều kết luận.", "There are too many decisions.")
            }
            try check(form.item)
            decisions.append(Decision(id: nextDecision, form: form, at: now))
            nextDecision += 1
        case .editDecision(let id, let form):
            guard let index = decisions.firstIndex(where: { $0.id == id }) else { throw Self.noDecision }
            try check(form.item)
            decisions[index].form = form
        case .removeDecision(let id):
            guard decisions.contains(where: { $0.id == id }) else { throw Self.noDecision }
            decisions.removeAll { $0.id == id }
        case .note(let item, let text):
            try check(item)
            notes[item] = text.isEmpty ? nil : text
        case .numberMinutes(let given): number = given
        default: throw .unknown
        }
    }

    private static let noDecision = ConductRefusal(
        "no-decision", "Kết luận này không còn.", "That decision is not there any more.")

    private func check(_ item: Int?) throws(ConductRefusal) {
        guard let item else { return }
        guard agenda.contains(where: { $0.id == item }) else {
            throw ConductRefusal(
                "no-item", "Nội dung này không có trong chương trình.", "That item is not on the agenda.")
        }
    }
}

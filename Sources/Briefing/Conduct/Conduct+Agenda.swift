extension Conduct {
    /// Most items of an agenda.
    static let itemLimit = 100

    mutating func conductAgenda(_ act: ConductAct, at now: Int64) throws(ConductRefusal) {
        switch act {
        case .startItem(let id):
            guard let index = agenda.firstIndex(where: { $0.id == id }) else { throw Self.noItem }
            guard agenda[index].since == nil else { return }
            stopItem(at: now)
            agenda[index].since = now
            agenda[index].isDone = false
        case .stopItem: stopItem(at: now)
        case .addItem(let item):
            guard agenda.count < Self.itemLimit else {
                throw ConductRefusal(
                    "agenda-full", "Chương trình có tối đa \(Self.itemLimit) nội dung.",
                    "An agenda has at most \(Self.itemLimit) items.")
            }
            append(item)
        case .moveItem(let id, let before):
            guard let from = agenda.firstIndex(where: { $0.id == id }) else { throw Self.noItem }
            let item = agenda.remove(at: from)
            let to = before.flatMap { before in agenda.firstIndex { $0.id == before } } ?? agenda.endIndex
            agenda.insert(item, at: to)
        default: throw .unknown
        }
    }

    /// The agenda item that is on.
    public var runningItem: Int? { agenda.first { $0.since != nil }?.id }

    static let noItem = ConductRefusal(
        "no-item", "Nội dung này không có trong chương trình.", "That item is not on the agenda.")

    mutating func append(_ item: ConductPlan.PlannedItem) {
        agenda.append(Item(id: nextItem, title: item.title, owner: item.owner, minutes: item.minutes))
        nextItem += 1
    }

    mutating func stopItem(at now: Int64) {
        for index in agenda.indices {
            guard let since = agenda[index].since else { continue }
            agenda[index].spent += max(0, now - since)
            agenda[index].since = nil
            agenda[index].isDone = true
        }
    }
}

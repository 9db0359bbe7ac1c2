/// The tree of units as it is asked most: who is below whom.
public struct UnitTree: Sendable {
    public let units: [UnitID: Unit]
    private let parents: [UnitID: UnitID]
    private let children: [UnitID: [UnitID]]

    public init(_ list: [Unit]) {
        units = Dictionary(list.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        parents = Dictionary(
            list.compactMap { unit in unit.parent.map { (unit.id, $0) } }, uniquingKeysWith: { first, _ in first })
        children = Dictionary(grouping: list.filter { $0.parent != nil }, by: { $0.parent ?? $0.id })
            .mapValues { $0.map(\.id) }
    }

    public var roots: [UnitID] { units.values.filter { $0.parent == nil }.map(\.id).sorted() }

    public func name(_ unit: UnitID) -> String { units[unit]?.name ?? "" }

    public func parent(of unit: UnitID) -> UnitID? { parents[unit] }

    public func children(of unit: UnitID) -> [UnitID] { children[unit] ?? [] }

    /// Whether `unit` is `top` or below it. A ring of parents, which no list should hold, ends the walk.
    public func isWithin(_ unit: UnitID, _ top: UnitID) -> Bool {
        var current: UnitID? = unit
        var steps = 0
        while let here = current, steps <= units.count {
            if here == top { return true }
            current = parents[here]
            steps += 1
        }
        return false
    }

    /// A unit and all below it.
    public func subtree(_ top: UnitID) -> Set<UnitID> {
        var found: Set<UnitID> = [top]
        var open = [top]
        while let unit = open.popLast() {
            for child in children[unit] ?? [] where found.insert(child).inserted { open.append(child) }
        }
        return found
    }
}

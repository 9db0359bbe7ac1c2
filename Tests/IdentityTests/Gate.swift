import Foundation

/// Holds everybody who enters until it is opened, and counts how many were inside at once.
final class Gate: @unchecked Sendable {
    // All state is read and written under the condition's lock.
    private let condition = NSCondition()
    private var isOpen = false
    private var inside = 0
    private var mostInside = 0

    var most: Int { condition.withLock { mostInside } }

    func enter() {
        condition.withLock {
            inside += 1
            mostInside = max(mostInside, inside)
            while !isOpen { condition.wait() }
            inside -= 1
        }
    }

    func open() {
        condition.withLock {
            isOpen = true
            condition.broadcast()
        }
    }
}

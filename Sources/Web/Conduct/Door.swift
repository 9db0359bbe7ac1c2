import Briefing
import HTTPTypes
import Scheduler

/// Whether somebody may come into a room's call: the one place that every way in passes.
struct Door: Sendable {
    let scheduler: SchedulerService

    /// Somebody who has been let in.
    struct Entry: Sendable {
        /// nil in a room of no meeting.
        var occurrence: OccurrenceID?
        /// nil for whoever has no seat in the meeting.
        var actor: Actor?
    }

    /// - Throws: ``Refusal`` where a meeting is locked, full of waiting, over, or has sent somebody away.
    func enter(room: String, token: JoinToken?) async throws(Refusal) -> Entry {
        do {
            guard let id = try await scheduler.conductedMeeting(room: room) else { return Entry() }
            guard let claimed = token?.actor(name: { _ in "" }),
                let actor = try await scheduler.arrive(claimed.seat, claimed, in: id)
            else {
                // An operator's token that leads opens every door.
                let isFree =
                    try await scheduler.conduct(of: id).admitsStrangers || token?.rights.contains(.chair) == true
                guard isFree else { throw Refusal.locked }
                return Entry(occurrence: id)
            }
            switch try await scheduler.conduct(of: id).admission(of: actor) {
            case .admitted: return Entry(occurrence: id, actor: actor)
            case .waiting: throw Refusal.waiting
            case .removed: throw Refusal.removed
            case .locked: throw Refusal.locked
            case .ended: throw Refusal.over
            }
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw Refusal.unavailable
        }
    }
}

extension Refusal {
    static let locked = Refusal(
        status: HTTPResponse.Status(code: 423, reasonPhrase: "Locked"), code: "locked",
        vietnamese: "Phiên họp đã khóa. Hãy gọi điện cho thư ký để được vào.",
        english: "The briefing is locked. Call the secretary to be let in.")
    static let waiting = Refusal(
        status: .conflict, code: "waiting", vietnamese: "Đang chờ chủ trì cho vào phiên họp.",
        english: "Waiting to be let in.", headers: [.retryAfter: "2"])
    static let removed = Refusal(
        status: .forbidden, code: "removed", vietnamese: "Điểm cầu đã được mời ra khỏi phiên họp.",
        english: "You have been removed from the briefing.")
    static let over = Refusal(
        status: .gone, code: "ended", vietnamese: "Phiên họp đã kết thúc.", english: "The briefing has ended.")
    static let unavailable = Refusal(
        status: .serviceUnavailable, code: "unavailable",
        vietnamese: "Máy chủ chưa sẵn sàng. Hãy thử lại sau giây lát.",
        english: "The server is not ready. Try again in a moment.", headers: [.retryAfter: "2"])
}

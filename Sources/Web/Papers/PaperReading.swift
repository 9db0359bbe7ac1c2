import Briefing
import Foundation
import Hummingbird
import Scheduler

/// A paper that somebody asks for, and as whom they read it.
struct PaperAsked: Sendable {
    let paper: Paper
    let reader: Invitee
}

extension SchedulerService {
    /// The paper that a request's path names, for who may read it: somebody signed in, the device of an invited site, or
    /// whoever is in the paper's meeting, by the token with which they joined. What one may not read is not found, as what
    /// is not there. A token that is sent decides alone.
    ///
    /// - Parameter secret: with which join tokens are signed.
    func paperAsked(_ request: Request, _ context: CallContext, secret: [UInt8]) async throws -> PaperAsked {
        let token = bearer(request)
        let caller = token == nil ? try await signedIn(request).caller : nil
        guard let number = context.parameters.get("id").flatMap({ Int64($0) }), number > 0 else {
            throw ActError.notFound
        }
        let id = PaperID(number)
        if let caller {
            return PaperAsked(paper: try await paper(id, as: caller), reader: .person(caller.person.id))
        }
        let now = Int64(Date().timeIntervalSince1970)
        if let token, let join = try? JoinToken(verifying: token, secret: secret, now: now) {
            // A guest has a token without a seat: they hear and see, and read nothing by themselves.
            guard let seat = join.actor(name: { _ in "" })?.seat else { throw ActError.notFound }
            let paper = try await paper(id, in: join.room, at: seat)
            return PaperAsked(paper: paper, reader: seat.invitee)
        }
        let site = try await device(bearer: token, isNoted: false).site
        return PaperAsked(paper: try await paper(id, at: site), reader: .site(site))
    }
}

import Hummingbird
import Identity
import Scheduler

extension SchedulerService {
    /// Somebody by their session; what changes something must come from a page of ours.
    func signedIn(_ request: Request) async throws(ActError) -> (caller: Caller, session: SecretToken) {
        guard let session = SessionCookie.read(request) else { throw .notSignedIn }
        let caller = try await caller(session: session)
        if !CrossSite.isSafe(request.method) { try CrossSite.check(request, session: session) }
        return (caller, session)
    }

    /// A device by its token (RFC 6750 §2.1), or somebody by their session. A token that is sent decides alone: browsers
    /// send no such header by themselves, so that no page of another site can have it sent. No address is limited: a
    /// province's sites may all be behind one, they all ask at once when they ring, and a token of 256 random bits is not
    /// found by trying.
    func siteCaller(_ request: Request) async throws(ActError) -> SiteCaller {
        if let token = bearer(request) { return .device(try await device(bearer: token, isNoted: false).site) }
        return .person(try await signedIn(request).caller)
    }
}

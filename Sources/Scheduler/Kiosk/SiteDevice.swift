import Briefing
import Identity
import Logging
import Store

/// A device that stands at a site without anybody to sign in; it acts for its site alone.
public struct SiteDevice: Sendable, Hashable {
    public var site: SiteID
    /// The number of its token.
    public var token: Int64

    /// As the chain of acts names it.
    var name: String { SiteCaller.device(site).name }
}

/// Who asks at a site: its device, or somebody who is signed in.
public enum SiteCaller: Sendable {
    case device(SiteID)
    case person(Caller)

    /// As the chain of acts names them.
    var name: String {
        switch self {
        case .device(let site): "site \(site)"
        case .person(let caller): caller.name
        }
    }
}

extension SchedulerService {
    /// The device that a token's text vouches for.
    ///
    /// - Parameters:
    ///   - text: what came as the bearer token (RFC 6750 §2.1); nil where nothing did.
    ///   - isNoted: whether the device counts as seen. Long polls say no: a ring ends those of all sites at once, and
    ///     nothing is to be written before they are answered.
    /// - Throws: `notSignedIn` for a text that is no token, a token that was revoked, or that of a closed site.
    public func device(bearer text: String?, isNoted: Bool = true) async throws(ActError) -> SiteDevice {
        guard let token = text.flatMap({ SecretToken($0) }) else { throw .notSignedIn }
        let hash = token.hash.bytes
        let now = now()
        let found: AccessToken?
        do {
            found = try await store.read { try $0.token(hash, purpose: .device, now: now) }
        } catch {
            logger.error("a device token could not be read: \(error)")
            throw .notSignedIn
        }
        guard let found, let id = found.site, let site = directory.sites[id], site.isActive else {
            throw .notSignedIn
        }
        if isNoted { await noteSeen(found, now: now) }
        return SiteDevice(site: id, token: found.id)
    }

    /// A device in use is noted as seen this often, in seconds: its page asks every few.
    static let seenPause = 60

    private func noteSeen(_ token: AccessToken, now: Int) async {
        guard now - (token.seen ?? 0) >= Self.seenPause else { return }
        do {
            try await store.write { try $0.touchToken(id: token.id, now: now, pause: Self.seenPause) }
        } catch {
            // Whoever looks at the list sees an older time; the device is let in all the same.
            logger.warning("a device was not noted as seen: \(error)")
        }
    }
}

import Briefing
import Identity
import Store

/// Where somebody's calendar program finds their meetings; the secrets in it are shown once.
public struct CalendarAccess: Encodable, Sendable {
    public var feed: String
    public var caldav: String
    public var user: String
    public var password: String
}

/// Where the calendar of a unit or a site is read; shown once.
public struct FeedAddress: Encodable, Sendable {
    public var feed: String
}

/// What kind of reader an address is for, as its path says it.
public enum FeedKind: String, Sendable, CaseIterable {
    case person = "p"
    case unit = "u"
    case site = "s"
}

extension SchedulerService {
    /// Makes somebody's own addresses; those they had before are worth nothing from then on.
    public func makeCalendar(as caller: Caller) async throws -> CalendarAccess {
        let id = caller.person.id
        let password = SecretToken()
        let feed = SecretToken()
        let now = now()
        try await store.write { writing in
            for (purpose, token) in [(AccessToken.Purpose.feed, feed), (.calendar, password)] {
                try writing.revokeTokens(purpose: purpose, person: id, unit: nil, site: nil, now: now)
                _ = try writing.add(
                    AccessToken(purpose: purpose, name: caller.person.email, person: id, created: now),
                    hash: token.hash.bytes)
            }
            try writing.record(at: now, who: caller.name, what: "calendar.make", object: "person \(id)")
        }
        return CalendarAccess(
            feed: address(.person, feed), caldav: "\(settings.baseURL)/dav/", user: caller.person.email,
            password: password.text)
    }

    /// Of all that a unit organises and is invited to, for those who may read all of it.
    public func makeCalendar(of unit: UnitID, as caller: Caller) async throws -> FeedAddress {
        guard directory.tree.units[unit] != nil else { throw ActError.notFound }
        guard caller.rights.mayBook(for: unit) else { throw ActError.forbidden }
        return try await makeFeed(.unit, unit: unit, site: nil, as: caller)
    }

    /// Of all that a site is invited to, for those who answer for it or look after it.
    public func makeCalendar(of site: SiteID, as caller: Caller) async throws -> FeedAddress {
        guard let unit = directory.sites[site]?.unit else { throw ActError.notFound }
        guard caller.rights.mayAnswer(for: unit) || caller.rights.mayEditDirectory(of: unit) else {
            throw ActError.forbidden
        }
        return try await makeFeed(.site, unit: nil, site: site, as: caller)
    }

    private func makeFeed(
        _ kind: FeedKind, unit: UnitID?, site: SiteID?, as caller: Caller
    ) async throws -> FeedAddress {
        let token = SecretToken()
        let now = now()
        let object = unit.map { "unit \($0)" } ?? site.map { "site \($0)" } ?? ""
        try await store.write { writing in
            try writing.revokeTokens(purpose: .feed, person: nil, unit: unit, site: site, now: now)
            _ = try writing.add(
                AccessToken(purpose: .feed, name: object, unit: unit, site: site, created: now),
                hash: token.hash.bytes)
            try writing.record(at: now, who: caller.name, what: "calendar.make", object: object)
        }
        return FeedAddress(feed: address(kind, token))
    }

    private func address(_ kind: FeedKind, _ token: SecretToken) -> String {
        "\(settings.baseURL)/calendar/\(kind.rawValue)/\(token.text).ics"
    }
}

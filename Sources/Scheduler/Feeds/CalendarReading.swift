import Briefing
import Identity
import Store

extension SchedulerService {
    /// The calendar that an address opens, with what its owner may read now.
    ///
    /// - Parameter token: as it stands in the address.
    /// - Throws: `ActError.notFound` for a token that is unknown, revoked or of another kind, a person whose account is
    ///   closed, a site out of use and a unit that is no more.
    public func feed(_ kind: FeedKind, token: String) async throws -> CalendarFeed {
        guard let hash = SecretToken(token)?.hash.bytes else { throw ActError.notFound }
        let now = now()
        return try await store.read { reading in
            guard let token = try reading.token(hash, purpose: .feed, now: now),
                let (name, scope) = try self.owner(of: token, kind, reading)
            else { throw ActError.notFound }
            return self.feed(of: name, try self.calendarObjects(scope, reading))
        }
    }

    /// The calendar of somebody whose program has signed in.
    public func calendar(of caller: Caller) async throws -> CalendarFeed {
        let scope = CalendarScope(caller, directory)
        return try await store.read { reading in
            self.feed(of: caller.person.name, try self.calendarObjects(scope, reading))
        }
    }

    /// Whoever a calendar program's password belongs to; nil where it is not this person's, or the account is closed.
    ///
    /// - Parameters:
    ///   - user: the e-mail address as typed.
    ///   - password: an app password of `makeCalendar`; the one for the pages does not open calendars, since programs keep
    ///     what they are given for years.
    public func calendarReader(user: String, password: String) async throws -> Caller? {
        guard let hash = SecretToken(password)?.hash.bytes else { return nil }
        let email = user.lowercased()
        let now = now()
        let person = try await store.read { reading -> Person? in
            guard let id = try reading.token(hash, purpose: .calendar, now: now)?.person else { return nil }
            return try reading.person(id)
        }
        guard let person, person.isActive, person.email == email else { return nil }
        return caller(person)
    }

    private func owner(
        of token: AccessToken, _ kind: FeedKind, _ reading: Reading
    ) throws -> (String, CalendarScope)? {
        let directory = directory
        switch kind {
        case .person:
            guard let id = token.person, let person = try reading.person(id), person.isActive else { return nil }
            return (person.name, CalendarScope(caller(person), directory))
        case .unit:
            guard token.person == nil, token.site == nil, let id = token.unit, let unit = directory.tree.units[id],
                unit.until.map({ $0 >= today }) ?? true
            else { return nil }
            return (unit.name, CalendarScope(unit: id, directory))
        case .site:
            guard token.person == nil, let id = token.site, let site = directory.sites[id], site.isActive else {
                return nil
            }
            return (directory.siteName(id), CalendarScope(site: id))
        }
    }

    private func feed(of name: String, _ objects: [CalendarObject]) -> CalendarFeed {
        CalendarFeed(name: "Lịch họp – \(name)", objects: objects.sorted { $0.name < $1.name })
    }
}

import Briefing
import Foundation
import Identity
import Logging
import Store

/// Somebody who has signed in, as the pages see it.
public struct Me: Encodable, Sendable {
    public struct Named: Encodable, Sendable {
        public var id: Int64
        public var name: String
    }

    public struct PersonShown: Encodable, Sendable {
        public var id: Int64
        public var name: String
        public var email: String
        public var title: String
        public var unit: Named
    }

    public struct RoleShown: Encodable, Sendable {
        public var role: Role
        public var unit: Named
    }

    public var person: PersonShown
    public var roles: [RoleShown]
    /// What the pages offer; each act is checked again where it is done.
    public var may: [String]
    public var csrf: String
    public var province: String
    /// Units for which this person answers.
    public var homeUnits: [UnitID]
    /// Units, each with those below it, whose sites this person may convene in an emergency.
    public var convenes: [UnitID]
}

public struct DemoAccount: Codable, Sendable {
    public var email: String
    public var password: String
    public var what: String

    public init(email: String, password: String, what: String) {
        self.email = email
        self.password = password
        self.what = what
    }
}

/// A session as it begins: its secret goes into the cookie, once.
public struct StartedSession: Sendable {
    public var token: SecretToken
    public var me: Me
}

extension SchedulerService {
    /// A session ends after this long without a request, and after `longestSession` in any case.
    static let idleSession = 12 * 3600
    public static let longestSession = 30 * 86_400
    /// CSRF tokens are derived from the session's for this purpose.
    public static let csrfPurpose = "csrf"

    public struct SetupForm: Decodable, Sendable {
        public var name: String?
        public var email: String?
        public var password: String?
        public var province: String?
    }

    public struct SignInForm: Decodable, Sendable {
        public var email: String?
        public var password: String?
    }

    public struct PasswordForm: Decodable, Sendable {
        public var old: String?
        public var new: String?
    }

    public func needsSetup() async throws -> Bool { try await store.read { try !$0.hasPeople() } }

    /// Makes the first administrator, and the unit at the top where there is none.
    public func setUp(_ form: SetupForm, address: String) async throws -> StartedSession {
        var check = FormCheck()
        let name = check.text("name", form.name, 1...120)
        let email = check.email("email", form.email, isRequired: true)
        let province = check.text("province", form.province, 1...120)
        let password = form.password ?? ""
        checkPassword(password, email: email, name: name, field: "password", &check)
        // Before the work that a password's hash is: whoever asks is nobody yet.
        guard try await needsSetup() else { throw ActError.forbidden }
        try check.finish()
        let hash = try await hashPassword(password)
        let now = now()
        let person = try await store.write { writing -> Person in
            guard try !writing.reading.hasPeople() else { throw ActError.forbidden }
            let top = UnitTree(try writing.reading.units()).roots.first
            let unit =
                try top
                ?? writing.add(
                    Unit(id: UnitID(0), code: "ubnd-tinh", name: "UBND \(province)", kind: "committee"))
            var person = Person(
                id: PersonID(0), name: name, email: email, title: "Quản trị hệ thống", phone: "", unit: unit,
                grants: [Grant(role: .administrator, unit: unit), Grant(role: .secretary, unit: unit)])
            person.id = try writing.add(person, password: hash)
            var office = try OfficeSettings(writing.reading)
            office.province = province
            try office.keep(writing)
            try writing.record(at: now, who: "system", what: "setup", object: "person \(person.id)", detail: email)
            return person
        }
        try await directoryChanged()
        return try await startSession(of: person, address: address)
    }

    // MARK: Signing in

    public func signIn(_ form: SignInForm, address: String) async throws -> StartedSession {
        let email = (form.email ?? "").trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        let moment = Duration.seconds(now())
        if let wait = withThrottle({ $0.admit(account: email, address: address, now: moment) }) {
            throw ActError.tooOften(seconds: max(1, Int(wait.components.seconds)))
        }
        let found = try await store.read { reading -> (Person, String?)? in
            guard let person = try reading.person(email: email) else { return nil }
            return (person, try reading.passwordHash(of: person.id))
        }
        // An unknown address takes as long as a wrong password.
        let isRight: Bool
        do {
            isRight = try await passwords.verify(form.password ?? "", against: found?.1)
        } catch {
            // The server was too busy to look: that is nobody's wrong password.
            withThrottle { $0.withdrawn(account: email, address: address) }
            throw ActError.tooOften(seconds: 2)
        }
        guard isRight, let person = found?.0, person.isActive else {
            let now = now()
            if let person = found?.0 {
                try await store.write {
                    try $0.record(
                        at: now, who: "address \(address)", what: "sign-in.refused", object: "person \(person.id)")
                }
            }
            throw ActError.refused(
                code: "wrong-password",
                Sentence(
                    vietnamese:
                        "Địa chỉ thư hoặc mật khẩu không đúng. Hãy kiểm tra phím Caps Lock và bộ gõ tiếng Việt.",
                    english: "The address or the password is wrong. Check Caps Lock and the input method."))
        }
        withThrottle { $0.succeeded(account: email, address: address, now: moment) }
        return try await startSession(of: person, address: address)
    }

    /// Signs in whoever an identity provider vouches for: the account that is bound to the provider's subject, or the one
    /// with the address that the provider has verified, which is bound by it. No account is made.
    public func signIn(
        _ claims: OIDCProvider.Claims, issuer: String, address: String
    ) async throws -> StartedSession {
        // A subject is unique at its issuer only (OpenID Connect Core 1.0 §2).
        let subject = "\(issuer) \(claims.subject)"
        let now = now()
        let person = try await store.write { writing -> Person in
            if let bound = try writing.reading.person(oidcSubject: subject) { return bound }
            guard claims.emailVerified, let email = claims.email,
                let found = try writing.reading.person(email: email), found.isActive
            else { throw ActError.notSignedIn }
            // A provider gives an address to another person, who must not come into the first one's account by it; the
            // subject never changes hands (OpenID Connect Core 1.0 §5.7). Another provider may bind anew.
            if let bound = try writing.reading.oidcSubject(of: found.id), bound.hasPrefix("\(issuer) ") {
                throw ActError.notSignedIn
            }
            try writing.setOIDCSubject(subject, of: found.id)
            try writing.record(
                at: now, who: "system", what: "account.bind", object: "person \(found.id)", detail: subject)
            return found
        }
        guard person.isActive else { throw ActError.notSignedIn }
        return try await startSession(of: person, address: address)
    }

    /// Always with a new secret: a session's number from before a sign-in is worth nothing after it.
    public func startSession(of person: Person, address: String) async throws -> StartedSession {
        let token = SecretToken()
        let now = now()
        try await store.write { writing in
            try writing.addSession(
                token.hash.bytes, person: person.id, now: now, expires: now + Self.idleSession, address: address)
            try writing.record(
                at: now, who: "person \(person.id)", what: "sign-in", object: "person \(person.id)", detail: address)
        }
        return StartedSession(token: token, me: me(caller(person), csrf: token.derived(for: Self.csrfPurpose)))
    }

    /// Whoever a session's secret belongs to.
    public func caller(session token: SecretToken) async throws(ActError) -> Caller {
        let hash = token.hash.bytes
        let now = now()
        let found: (Person, KeptSession)?
        do {
            found = try await store.read { reading -> (Person, KeptSession)? in
                guard let session = try reading.session(hash, now: now),
                    let person = try reading.person(session.person), person.isActive
                else { return nil }
                return (person, session)
            }
            // Once in ten minutes is often enough to say that somebody is still there.
            if let session = found?.1, now - session.seen > 600 {
                let expires = min(now + Self.idleSession, session.created + Self.longestSession)
                try await store.write { try $0.touchSession(hash, now: now, expires: expires) }
            }
        } catch {
            logger.error("a session could not be read: \(error)")
            throw .notSignedIn
        }
        guard let person = found?.0 else { throw .notSignedIn }
        return caller(person)
    }

    public func signOut(_ token: SecretToken) async throws {
        try await store.write { try $0.endSession(token.hash.bytes) }
    }

    public func me(_ caller: Caller, csrf: String) -> Me {
        let directory = directory
        func named(_ unit: UnitID) -> Me.Named { .init(id: unit.rawValue, name: directory.tree.name(unit)) }
        let rights = caller.rights
        var may: [String] = []
        if rights.mayBookAtAll { may.append("series.create") }
        if rights.holds([.administrator]) { may += ["directory.edit", "people.edit"] }
        if !rights.reportTops.isEmpty { may.append("reports.read") }
        if rights.mayReadAudit { may.append("audit.read") }
        if rights.mayFollowRecordsAtAll { may.append("records.keep") }
        if rights.mayReadImportedDossiers { may.append("dossiers.read") }
        if rights.mayEditSettings { may.append("settings.edit") }
        if rights.mayBookAtAll { may.append("mail.read") }
        if !rights.conveningTops.isEmpty { may.append("emergency.raise") }
        let answering = directory.tree.units.keys.filter { rights.isOf($0) && rights.mayAnswer(for: $0) }
        return Me(
            person: .init(
                id: caller.person.id.rawValue, name: caller.person.name, email: caller.person.email,
                title: caller.person.title, unit: named(caller.person.unit)),
            roles: caller.person.grants.map { .init(role: $0.role, unit: named($0.unit)) }, may: may, csrf: csrf,
            province: office.province, homeUnits: answering.sorted(), convenes: rights.conveningTops)
    }

    // MARK: Passwords

    /// - Parameter address: whoever found a session open tries the old password no faster than at the sign-in.
    public func changePassword(
        _ form: PasswordForm, of caller: Caller, session: SecretToken, address: String
    ) async throws {
        let account = "password of \(caller.name)"
        let moment = Duration.seconds(now())
        if let wait = withThrottle({ $0.admit(account: account, address: address, now: moment) }) {
            throw ActError.tooOften(seconds: max(1, Int(wait.components.seconds)))
        }
        let kept = try await store.read { try $0.passwordHash(of: caller.person.id) }
        let isRight: Bool
        do {
            isRight = try await passwords.verify(form.old ?? "", against: kept)
        } catch {
            withThrottle { $0.withdrawn(account: account, address: address) }
            throw ActError.tooOften(seconds: 2)
        }
        if isRight { withThrottle { $0.succeeded(account: account, address: address, now: moment) } }
        guard isRight else {
            throw ActError.invalid([
                "old": Sentence(vietnamese: "Mật khẩu cũ không đúng.", english: "The old password is wrong.")
            ])
        }
        var check = FormCheck()
        let password = form.new ?? ""
        checkPassword(password, email: caller.person.email, name: caller.person.name, field: "new", &check)
        try check.finish()
        let hash = try await hashPassword(password)
        let now = now()
        try await store.write { writing in
            try writing.setPasswordHash(hash, of: caller.person.id)
            try writing.endSessions(of: caller.person.id, except: session.hash.bytes)
            try writing.record(
                at: now, who: caller.name, what: "password.change", object: "person \(caller.person.id)")
        }
    }

    func checkPassword(
        _ password: String, email: String, name: String, field: String, _ check: inout FormCheck
    ) {
        do {
            try PasswordPolicy.check(password, email: email, name: name)
        } catch {
            check.wrong(field, error.vietnamese, error.english)
        }
    }

    func hashPassword(_ password: String) async throws(ActError) -> String {
        do {
            return try await passwords.make(password).text
        } catch {
            throw .tooOften(seconds: 2)
        }
    }
}

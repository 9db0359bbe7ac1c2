import Briefing
import Foundation
import Identity
import Store

public struct DeviceTokenShown: Encodable, Sendable {
    public var id: Int64
    public var name: String
    public var createdAt: String
    public var seenAt: String?
    public var revoked: Bool
}

public struct NewSecret: Encodable, Sendable {
    public var id: Int64
    /// Shown once, kept nowhere.
    public var token: String
}

extension SchedulerService {
    public struct SiteForm: Decodable, Sendable {
        public struct TechnicianForm: Decodable, Sendable {
            public var name: String?
            public var phone: String?
            public var email: String?
        }

        public var unit: UnitID?
        public var name: String?
        public var line: String?
        public var down: Int?
        public var up: Int?
        public var device: String?
        public var technician: TechnicianForm?
        public var active: Bool?
    }

    public struct NameForm: Decodable, Sendable {
        public var name: String?
    }

    public func addSite(_ form: SiteForm, as caller: Caller) async throws -> SiteShown {
        guard let unit = form.unit, let home = directory.tree.units[unit] else {
            throw ActError.invalid([
                "unit": Sentence(vietnamese: "Chưa chọn đơn vị.", english: "Choose the unit.")
            ])
        }
        guard caller.rights.mayEditDirectory(of: unit) else { throw ActError.forbidden }
        let kind = LineKind.named(form.line ?? "adsl-typical")
        let site = try filled(
            Site(
                id: SiteID(0), unit: unit, name: home.name,
                line: SiteLine(kind: "adsl-typical", down: kind?.down ?? 3072, up: kind?.up ?? 512), device: "pc"),
            form)
        let now = now()
        let id = try await store.write { writing -> SiteID in
            let id = try writing.add(site)
            try writing.record(at: now, who: caller.name, what: "site.add", object: "site \(id)", detail: site.name)
            return id
        }
        try await directoryChanged()
        guard let made = directory.sites[id] else { throw ActError.notFound }
        return shown(made, for: caller)
    }

    public func editSite(_ id: SiteID, _ form: SiteForm, as caller: Caller) async throws -> SiteShown {
        guard let site = directory.sites[id] else { throw ActError.notFound }
        guard caller.rights.mayEditDirectory(of: site.unit) else { throw ActError.forbidden }
        if let unit = form.unit {
            guard directory.tree.units[unit] != nil else { throw ActError.notFound }
            guard caller.rights.mayEditDirectory(of: unit) else { throw ActError.forbidden }
        }
        var edited = try filled(site, form)
        edited.unit = form.unit ?? site.unit
        let (now, kept) = (now(), edited)
        try await store.write { writing in
            try writing.update(kept)
            try writing.record(at: now, who: caller.name, what: "site.edit", object: "site \(id)", detail: kept.name)
        }
        try await directoryChanged()
        return shown(kept, for: caller)
    }

    private func filled(_ site: Site, _ form: SiteForm) throws(ActError) -> Site {
        var check = FormCheck()
        var site = site
        if let name = form.name { site.name = check.text("name", name, 1...120) }
        if let line = form.line {
            site.line.kind = check.text("line", line, 1...40)
            // A known kind of line brings its rates.
            if let kind = LineKind.named(site.line.kind) { (site.line.down, site.line.up) = (kind.down, kind.up) }
        }
        if let down = form.down { site.line.down = check.number("down", down, 16...10_000_000) }
        if let up = form.up { site.line.up = check.number("up", up, 16...10_000_000) }
        if let device = form.device {
            site.device = device
            if !["pc", "room", "kiosk"].contains(device) {
                check.wrong("device", "Thiết bị là pc, room hoặc kiosk.", "The device is pc, room or kiosk.")
            }
        }
        if let technician = form.technician {
            if let name = technician.name { site.technician.name = check.text("technician.name", name, 0...120) }
            if let phone = technician.phone {
                site.technician.phone = check.text("technician.phone", phone, 0...40)
                if !phone.allSatisfy({ $0.isASCII && ($0.isNumber || "+-. ()".contains($0)) }) {
                    check.wrong(
                        "technician.phone", "Số điện thoại chỉ gồm chữ số.", "A telephone number has digits only.")
                }
            }
            if let email = technician.email {
                site.technician.email = check.email("technician.email", email, isRequired: false)
            }
        }
        if let active = form.active { site.isActive = active }
        try check.finish()
        return site
    }

    // MARK: Device tokens

    private func site(_ id: SiteID, editableBy caller: Caller) throws(ActError) -> Site {
        guard let site = directory.sites[id] else { throw .notFound }
        guard
            caller.rights.mayEditDirectory(of: site.unit) || caller.rights.holds([.technician], over: site.unit)
        else { throw .forbidden }
        return site
    }

    public func deviceTokens(of id: SiteID, as caller: Caller) async throws -> [DeviceTokenShown] {
        _ = try site(id, editableBy: caller)
        return try await store.read { try $0.tokens(purpose: .device, site: id) }.map {
            DeviceTokenShown(
                id: $0.id, name: $0.name, createdAt: localText($0.created), seenAt: $0.seen.map(localText),
                revoked: $0.isRevoked)
        }
    }

    public func addDeviceToken(_ form: NameForm, of id: SiteID, as caller: Caller) async throws -> NewSecret {
        let site = try site(id, editableBy: caller)
        var check = FormCheck()
        let name = check.text("name", form.name, 1...80)
        try check.finish()
        let token = SecretToken()
        let now = now()
        let number = try await store.write { writing -> Int64 in
            let number = try writing.add(
                AccessToken(purpose: .device, name: name, unit: site.unit, site: id, created: now),
                hash: token.hash.bytes)
            try writing.record(
                at: now, who: caller.name, what: "device-token.add", object: "site \(id)", detail: name)
            return number
        }
        return NewSecret(id: number, token: token.text)
    }

    public func revokeDeviceToken(_ id: Int64, as caller: Caller) async throws {
        guard let token = try await store.read({ try $0.token(id: id) }), token.purpose == .device,
            let kept = token.site, (try? site(kept, editableBy: caller)) != nil
        else {
            // Of another's token not even its number is told.
            throw ActError.notFound
        }
        let now = now()
        try await store.write { writing in
            try writing.revokeToken(id: id, now: now)
            try writing.record(
                at: now, who: caller.name, what: "device-token.revoke", object: "site \(kept)", detail: token.name)
        }
    }
}

/// A kind of line that carriers sell, by the name that lists use.
public struct LineKind: Sendable, Encodable {
    public var name: String
    public var words: String
    public var down: Int
    public var up: Int

    public static let all = [
        LineKind(name: "lan", words: "Mạng nội bộ của tỉnh", down: 100_000, up: 100_000),
        LineKind(name: "leased-2m", words: "Kênh thuê riêng 2 Mbit/s", down: 2048, up: 2048),
        LineKind(name: "adsl-good", words: "ADSL2+ 8 Mbit/s", down: 8192, up: 640),
        LineKind(name: "adsl-typical", words: "ADSL 3 Mbit/s", down: 3072, up: 512),
        LineKind(name: "adsl-bad", words: "ADSL yếu", down: 1024, up: 256),
        LineKind(name: "adsl-worst", words: "ADSL rất yếu", down: 384, up: 128),
        LineKind(name: "3g-hill", words: "3G vùng núi", down: 1500, up: 384),
        LineKind(name: "megawan-64k", words: "MegaWAN 64 kbit/s", down: 64, up: 64),
    ]

    static func named(_ name: String) -> LineKind? { all.first { $0.name == name } }
}

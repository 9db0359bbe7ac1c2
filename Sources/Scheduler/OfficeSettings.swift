import Briefing
import Foundation
import Store

/// What a province sets for itself.
public struct OfficeSettings: Codable, Hashable, Sendable {
    public var province = "Tỉnh"
    /// Simultaneous sites, at least 40 (QĐ 157/QĐ-BTTTT 2022).
    public var siteCap = 300
    /// kbit/s from the office to the sites, and from them.
    public var officeUp = 100_000
    public var officeDown = 100_000
    /// kbit/s that a site is counted with on the office's line.
    public var reservedToSite = 300
    public var reservedFromSite = 150
    /// Working days between an invitation and a periodic meeting (QĐ 45/2018/QĐ-TTg).
    public var invitationDays = 3
    /// Working days from a meeting to the notice of its conclusions.
    public var conclusionsDays = 5
    /// Days before a meeting on which its reminder leaves.
    public var reminderDays = 1
    /// Shares of meetings held online, by kind of unit, in per cent.
    public var targets: [String: Int] = ["committee": 95, "party": 95, "department": 90, "district": 70, "commune": 50]
    /// How long recordings are kept, by class of meeting: for ever until the office says otherwise.
    public var retention = RetentionRules()
    public var mailFrom = "giaoban@localhost"
    public var mailName = "Văn phòng"

    public init() {}

    private static let name = "office"

    init(_ reading: Reading) throws {
        guard let text = try reading.setting(Self.name) else { return }
        self = try JSONDecoder().decode(OfficeSettings.self, from: Data(text.utf8))
    }

    func keep(_ writing: Writing) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try writing.set(Self.name, to: String(decoding: try encoder.encode(self), as: UTF8.self))
    }

    var capacity: Capacity {
        Capacity(
            sites: siteCap, officeUp: officeUp, officeDown: officeDown, reservedToSite: reservedToSite,
            reservedFromSite: reservedFromSite)
    }

    /// Missing keys keep their default: a settings file of an older version still reads.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys, _ standard: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? standard
        }
        let standard = OfficeSettings()
        province = try value(.province, standard.province)
        siteCap = try value(.siteCap, standard.siteCap)
        officeUp = try value(.officeUp, standard.officeUp)
        officeDown = try value(.officeDown, standard.officeDown)
        reservedToSite = try value(.reservedToSite, standard.reservedToSite)
        reservedFromSite = try value(.reservedFromSite, standard.reservedFromSite)
        invitationDays = try value(.invitationDays, standard.invitationDays)
        conclusionsDays = try value(.conclusionsDays, standard.conclusionsDays)
        reminderDays = try value(.reminderDays, standard.reminderDays)
        targets = try value(.targets, standard.targets)
        retention = try value(.retention, standard.retention)
        mailFrom = try value(.mailFrom, standard.mailFrom)
        mailName = try value(.mailName, standard.mailName)
    }
}

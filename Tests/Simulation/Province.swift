/// The lines of a province, as the demo's units have them.
enum Province {
    /// Of 263 units; the 264th is another of the first kind.
    private static let mix = [
        ("adsl-good", 53), ("adsl-typical", 49), ("adsl-bad", 47), ("3g-hill", 46), ("adsl-worst", 46),
        ("leased-2m", 20), ("megawan-64k", 1),
    ]

    /// A line for each site; the first, the chair's, is the provincial office's.
    static func lines(count: Int, seed: UInt64) throws -> [LineProfile] {
        let profiles = try LineProfile.all()
        var random = Seeded(seed, stream: 20)
        var names: [String] = []
        while names.count < count - 1 { for (name, share) in mix { names += Array(repeating: name, count: share) } }
        names.shuffle(using: &random)
        return try (["lan"] + names.prefix(count - 1)).map { name in
            guard let profile = profiles.first(where: { $0.name == name }) else { throw Missing(name: name) }
            return profile
        }
    }

    struct Missing: Error { var name: String }
}

import Briefing
import Store

extension SchedulerService {
    /// The site that is checked: the device's own; of a person the one that they name, or theirs among the invited.
    ///
    /// - Throws: `notFound` where there is no such meeting or site for the caller, `forbidden` where they may not check it.
    func checkedSite(
        _ named: SiteID?, for occurrence: OccurrenceID?, by checker: SiteCaller, _ reading: Reading
    ) throws -> SiteID {
        let plan = try occurrence.map { try meeting($0, reading).2 }
        switch checker {
        case .device(let site):
            guard plan?.sites.contains(site) ?? true, named ?? site == site else { throw ActError.notFound }
            return site
        case .person(let caller):
            let mine = (plan?.sites ?? Set(named.map { [$0] } ?? [])).filter { site in
                directory.unit(of: site).map { caller.rights.mayCheckSite(of: $0) } ?? false
            }
            if let named, mine.contains(named) { return named }
            guard named == nil else {
                let mayKnow =
                    plan.map { caller.rights.mayRead(audience($0)) }
                    ?? (named.map { directory.sites[$0] != nil } ?? false)
                throw mayKnow ? ActError.forbidden : .notFound
            }
            guard let plan else {
                throw ActError.invalid([
                    "site": Sentence(vietnamese: "Chưa chọn điểm cầu.", english: "Choose the site.")
                ])
            }
            // Whoever comes from above has no site of their own here, and says which.
            let own = mine.sorted().first { directory.unit(of: $0).map { caller.rights.isOf($0) } ?? false }
            guard let site = own ?? mine.min() else {
                throw caller.rights.mayRead(audience(plan)) ? ActError.forbidden : .notFound
            }
            return site
        }
    }
}

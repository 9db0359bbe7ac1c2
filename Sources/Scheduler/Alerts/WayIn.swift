import Briefing
import ICalendar
import Store

extension SchedulerService {
    /// The address of an alert's call, with a token for whoever answered.
    func wayIn(
        to alert: Alert, as listener: SiteCaller, site: SiteID?, _ reading: Reading
    ) throws -> JoinLink {
        var expires = alert.expiresAt
        var actor = site.map { Actor(seat: .site($0), role: .delegate, name: directory.siteName($0)) }
        if let id = alert.occurrence, let occurrence = try reading.occurrence(id),
            let series = try reading.series(occurrence.series)
        {
            let plan = try effectivePlan(occurrence, series, reading)
            expires = closing(of: occurrence)
            if case .person(let caller) = listener { actor = self.actor(caller, in: plan) }
        }
        if case .device = listener { actor?.isDevice = true }
        let siteName = site.map { directory.siteName($0) }
        let (name, place): (String, String) =
            switch listener {
            case .person(let caller):
                (caller.person.name, siteName ?? directory.tree.name(caller.person.unit))
            case .device: (siteName ?? "", siteName ?? "")
            }
        return JoinLink(
            url: callAddress(
                room: alert.room, actor, until: expires, title: alert.title, name: name, place: place))
    }
}

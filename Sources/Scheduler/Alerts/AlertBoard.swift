import Briefing

/// Who waits to be told that they ring, and how much each site has been told.
///
/// Versions live in memory alone: they begin with the server's start in milliseconds, so that one from before a restart
/// is no version of this server's, and whoever names it gets the whole at once.
public actor AlertBoard {
    private struct Waiter {
        let sites: Set<SiteID>
        let continuation: CheckedContinuation<Void, Never>
    }

    private let first: Int
    private var last: Int
    private var versions: [SiteID: Int] = [:]
    private var waiters: [Int: Waiter] = [:]
    private var nextWaiter = 0
    private var isStopped = false

    /// - Parameter started: Unix seconds.
    init(started: Int) {
        first = started.multipliedReportingOverflow(by: 1000).partialValue
        last = first
    }

    /// How much has happened to some sites: it grows with each change of any of them.
    public func version(of sites: Set<SiteID>) -> Int {
        // Whoever listens to many sites at once is rare, and so is a site to which anything has happened.
        if sites.count < versions.count { return sites.lazy.compactMap { self.versions[$0] }.max() ?? first }
        return versions.lazy.filter { sites.contains($0.key) }.map(\.value).max() ?? first
    }

    /// Notes that something has happened to sites, and wakes whoever waits for one of them.
    public func changed(_ sites: Set<SiteID>) {
        last += 1
        for site in sites { versions[site] = last }
        for (id, waiter) in waiters where !waiter.sites.isDisjoint(with: sites) {
            waiters[id] = nil
            waiter.continuation.resume()
        }
    }

    /// Returns when something newer than `version` has happened to one of the sites, when the time is over, when the
    /// board has been stopped, or when the task is cancelled.
    public func wait(for sites: Set<SiteID>, after version: Int, atMost time: Duration) async {
        guard !isStopped, !Task.isCancelled, self.version(of: sites) == version else { return }
        let id = nextWaiter
        nextWaiter += 1
        let timer = Task {
            try? await Task.sleep(for: time)
            self.wake(id)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiters[id] = Waiter(sites: sites, continuation: $0) }
        } onCancel: {
            // It comes after the line above, which holds the actor until it waits.
            timer.cancel()
        }
        timer.cancel()
    }

    /// Lets everybody go who waits, and nobody wait any more: the server ends.
    public func stop() {
        isStopped = true
        for waiter in waiters.values { waiter.continuation.resume() }
        waiters = [:]
    }

    private func wake(_ id: Int) { waiters.removeValue(forKey: id)?.continuation.resume() }
}

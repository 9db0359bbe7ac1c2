import Testing

@testable import Recording

/// A disk that recordings fill, looked at every two seconds.
private struct FillingDisk {
    var watch: DiskWatch
    var free: Int64
    var written: Int64 = 0
    var now: Int64 = 0
    /// Bytes a second, of voices, and of pictures while they are kept.
    var voices: Int64 = 10_000
    var pictures: Int64 = 490_000
    /// The first time at which each level was seen, seconds.
    var seen: [DiskWatch.Level: Int64] = [:]
    var changes = 0

    init(free: Int64, _ limits: DiskWatch.Limits) {
        self.free = free
        watch = DiskWatch(limits)
    }

    mutating func pass(seconds: Int64) {
        for _ in 0..<(seconds / 2) {
            let before = watch.level
            let pace = watch.level == .full ? 0 : voices + (watch.level == .voices ? 0 : pictures)
            written += 2 * pace
            free -= 2 * pace
            now += 2_000_000
            watch.look(free: free, written: written, now: now)
            if watch.level != before { changes += 1 }
            if seen[watch.level] == nil { seen[watch.level] = now / 1_000_000 }
        }
    }
}

@Suite struct `The disk of recordings` {
    private let limits = DiskWatch.Limits(warning: 600, shedding: 120, stopping: 30, reserve: 1 << 20)

    @Test func `is told of in time, gives up pictures before voices, and is never full`() {
        // Twenty minutes of all.
        var disk = FillingDisk(free: 600_000_000, limits)
        disk.pass(seconds: 4 * 3600)
        #expect(abs((disk.seen[.low] ?? 0) - 600) < 60)
        #expect(abs((disk.seen[.voices] ?? 0) - 1080) < 60)
        // What two minutes of pictures take is an hour and a half of voices.
        #expect((disk.seen[.full] ?? 0) > 1080 + 4_000)
        #expect(disk.free >= limits.reserve)
        #expect(disk.changes == 3, "nothing comes and goes")
    }

    @Test func `lets pictures come back only when there is room for them`() {
        var disk = FillingDisk(free: 50_000_000, limits)
        disk.pass(seconds: 60)
        #expect(disk.watch.level == .voices)
        // Room for voices for hours, for pictures for two minutes and a half.
        disk.free = 75_000_000 + limits.reserve
        disk.pass(seconds: 20)
        #expect(disk.watch.level == .voices)
        disk.free = 800_000_000
        disk.pass(seconds: 2)
        #expect(disk.watch.level == .fine)
    }

    @Test func `counts what others write as well`() {
        var disk = FillingDisk(free: 6_000_000_000, limits)
        disk.pictures = 0
        disk.pass(seconds: 60)
        #expect(disk.watch.level == .fine)
        for _ in 0..<200 {
            disk.free -= 20_000_000
            disk.pass(seconds: 2)
        }
        #expect(disk.watch.level == .low)
    }

    @Test func `is not frightened by what others write once`() {
        var disk = FillingDisk(free: 66_000_000_000, DiskWatch.Limits())
        disk.pass(seconds: 20)
        disk.free -= 2_000_000_000
        disk.pass(seconds: 600)
        #expect(disk.changes == 0)
    }

    @Test func `says nothing of the time before anything is known, but stops at the reserve`() {
        var watch = DiskWatch(limits)
        watch.look(free: 1 << 40, written: 0, now: 0)
        #expect(watch.level == .fine && watch.secondsLeft == nil)
        watch.look(free: limits.reserve, written: 0, now: 2_000_000)
        #expect(watch.level == .full)
    }
}

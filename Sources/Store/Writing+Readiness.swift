import Briefing
import GRDB

extension Writing {
    /// - Parameter kept: its `id` is not looked at.
    public func add(_ kept: KeptCheck) throws {
        let check = kept.check
        try db.execute(
            sql: """
                INSERT INTO site_check (site, occurrence, checked_at, checked_by, down, up, rtt, loss, mic, mic_peak,
                    camera, speaker, clock) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                kept.site, kept.occurrence, kept.at, kept.by, check.down, check.up, check.rtt, check.loss, check.mic,
                check.micPeak, check.camera.rawValue, check.speaker.rawValue, check.clock,
            ])
    }
}

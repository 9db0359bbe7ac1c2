/// What is kept of a meeting's call, as everybody in it is told.
public struct RecordingState: Sendable, Equatable {
    public enum Phase: String, Sendable, Codable { case recording, paused, stopped }

    /// How the disk does that it goes to.
    public enum Disk: String, Sendable, Codable, CaseIterable {
        case fine
        /// It lasts, but not for long.
        case low
        /// Only voices are kept.
        case voices
        /// Nothing more is written: the recording has ended.
        case full
        /// What is recorded does not get to the disk just now.
        case failing
    }

    /// Counts the recordings of a meeting, from 1 on.
    public var number: Int
    public internal(set) var phase: Phase
    /// Unix ms.
    public var startedAt: Int64
    /// When it came to be recording, paused or stopped, Unix ms.
    public internal(set) var since: Int64
    public internal(set) var disk = Disk.fine
    /// What the disk lasts for at the present pace; nil: nobody needs to know.
    public internal(set) var minutesLeft: Int?

    /// Whether something is written, or will be when it goes on.
    public var isOn: Bool { phase != .stopped }
}

extension Conduct {
    /// Recordings of one meeting.
    static let recordingLimit = 100

    mutating func conductRecording(_ act: ConductAct, at now: Int64) throws(ConductRefusal) {
        guard phase == .open else { throw .notOpen }
        switch act {
        case .record:
            switch recording?.phase {
            case .recording:
                throw ConductRefusal("recording", "Phiên họp đang được ghi.", "The briefing is being recorded already.")
            case .paused: changeRecording(to: .recording, at: now)
            case .stopped, nil: try beginRecording(at: now)
            }
        case .pauseRecording:
            guard recording?.phase == .recording else { throw Self.noRecording }
            changeRecording(to: .paused, at: now)
        case .stopRecording:
            guard recording?.isOn == true else { throw Self.noRecording }
            changeRecording(to: .stopped, at: now)
        default: throw .unknown
        }
    }

    private mutating func beginRecording(at now: Int64) throws(ConductRefusal) {
        let number = (recording?.number ?? 0) + 1
        guard number <= Self.recordingLimit else { throw .unknown }
        recording = RecordingState(number: number, phase: .recording, startedAt: now, since: now)
    }

    private mutating func changeRecording(to phase: RecordingState.Phase, at now: Int64) {
        recording?.phase = phase
        recording?.since = now
    }

    /// The series' standing order, when the meeting opens.
    mutating func recordByStandingOrder(at now: Int64) {
        guard plan.isRecorded, recording == nil else { return }
        recording = RecordingState(number: 1, phase: .recording, startedAt: now, since: now)
    }

    mutating func endRecording(at now: Int64) {
        if recording?.isOn == true { changeRecording(to: .stopped, at: now) }
    }

    /// What the recorder finds of its disk. A full one ends the recording.
    mutating func noteDisk(_ disk: RecordingState.Disk, minutesLeft: Int?, at now: Int64) {
        guard recording?.isOn == true else { return }
        recording?.disk = disk
        recording?.minutesLeft = minutesLeft
        if disk == .full { changeRecording(to: .stopped, at: now) }
    }

    static let noRecording = ConductRefusal(
        "no-recording", "Phiên họp không được ghi.", "The briefing is not being recorded.")
}

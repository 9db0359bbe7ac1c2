import Foundation
import Testing

@testable import Briefing

@Suite struct `The recording of a meeting` {
    private func opened() throws -> ConductMeeting {
        var meeting = ConductMeeting()
        try meeting.act(.open)
        return meeting
    }

    @Test func `is begun, paused and ended by who leads only, while the meeting is open`() throws {
        var meeting = ConductMeeting()
        #expect(meeting.refusal(.record, ConductMeeting.chairs) != nil)
        try meeting.act(.open)
        for act in [ConductAct.record, .pauseRecording, .stopRecording] {
            #expect(meeting.refusal(act, ConductMeeting.site(1)) == "not-leader")
        }
        #expect(meeting.refusal(.pauseRecording, ConductMeeting.chairs) == "no-recording")
        #expect(meeting.refusal(.stopRecording, ConductMeeting.chairs) == "no-recording")
        try meeting.act(.record)
        #expect(meeting.conduct.recording?.phase == .recording)
        #expect(meeting.refusal(.record, ConductMeeting.chairs) == "recording")
        meeting.now += 5_000
        try meeting.act(.pauseRecording, ConductMeeting.secretary)
        #expect(meeting.conduct.recording?.phase == .paused)
        #expect(meeting.conduct.recording?.since == meeting.now)
        #expect(meeting.refusal(.pauseRecording, ConductMeeting.chairs) == "no-recording")
        try meeting.act(.record)
        #expect(meeting.conduct.recording?.number == 1, "it goes on")
        try meeting.act(.stopRecording)
        #expect(meeting.conduct.recording?.isOn == false)
        try meeting.act(.record)
        #expect(meeting.conduct.recording?.number == 2, "another one")
    }

    @Test func `begins with the opening where the series says so, and ends with the meeting`() throws {
        var meeting = ConductMeeting()
        var plan = meeting.conduct.plan
        plan.isRecorded = true
        meeting.conduct.happen(.plan(plan), at: meeting.now)
        #expect(meeting.conduct.recording == nil)
        try meeting.act(.open)
        #expect(meeting.conduct.recording?.phase == .recording)
        try meeting.act(.end)
        #expect(meeting.conduct.recording?.phase == .stopped)
    }

    @Test func `goes on when the server comes back`() throws {
        var meeting = try opened()
        try meeting.act(.record)
        let before = meeting.conduct.recording
        meeting.conduct.happen(.restart, at: meeting.now + 1_000)
        #expect(meeting.conduct.recording == before)
    }

    @Test func `is ended by a full disk, and only warned of before`() throws {
        var meeting = try opened()
        meeting.conduct.happen(.recorder(.low, minutesLeft: 40), at: meeting.now)
        #expect(meeting.conduct.recording == nil)
        try meeting.act(.record)
        for disk in [RecordingState.Disk.low, .voices, .failing] {
            meeting.conduct.happen(.recorder(disk, minutesLeft: 12), at: meeting.now)
            #expect(meeting.conduct.recording?.phase == .recording)
            #expect(meeting.conduct.recording?.disk == disk)
            #expect(meeting.conduct.recording?.minutesLeft == 12)
        }
        meeting.conduct.happen(.recorder(.full, minutesLeft: 0), at: meeting.now)
        #expect(meeting.conduct.recording?.phase == .stopped)
        #expect(meeting.conduct.recording?.disk == .full)
        // Another try starts without the old warning.
        try meeting.act(.record)
        #expect(meeting.conduct.recording?.disk == .fine)
    }

    @Test func `reads a plan without a standing order as one that says no`() throws {
        let plan = ConductMeeting().conduct.plan
        var text = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
        #expect(text.contains("\"isRecorded\":false"))
        text = text.replacing(",\"isRecorded\":false", with: "").replacing("\"isRecorded\":false,", with: "")
        #expect(!text.contains("isRecorded"))
        #expect(try JSONDecoder().decode(ConductPlan.self, from: Data(text.utf8)) == plan)
    }

    @Test func `is kept in the journal as it was done`() throws {
        for (name, act) in [
            ("record.start", ConductAct.record), ("record.pause", .pauseRecording), ("record.stop", .stopRecording),
        ] {
            #expect(try ActForm(do: name).act() == act)
        }
        let act = ConductAct.recorder(.voices, minutesLeft: 7)
        #expect(ActForm(happening: act)?.happening == act)
    }
}

import Briefing
import Foundation
import Logging
import Relay
import RelayRuntime
import Scheduler

/// A room as its recording is told of it.
struct RecordedRoom: Sendable {
    /// Of the recording.
    let folder: URL
    /// nil: nothing has been told yet.
    var scene: RecordingScene?
    /// The page that is told with its image, and what is drawn on it; nil while its image is looked for.
    var page: (page: RecordingScene.Page, marks: [Mark])?
    /// Whether the disk has room for pictures.
    var keepsPictures = true
}

/// What happens in a room that is being recorded goes into its journal.
extension RoomHub {
    /// A room's recording has begun, or goes on: all that is so now is told to it.
    func beginScene(of room: String, in folder: URL) {
        recorded[room] = RecordedRoom(folder: folder)
        followScene(of: room)
    }

    func endScene(of room: String) { recorded[room] = nil }

    /// Pictures give way where the disk fills, and come back.
    func keepPictures(_ keeps: Bool, of room: String) {
        guard recorded[room] != nil, recorded[room]?.keepsPictures != keeps else { return }
        recorded[room]?.keepsPictures = keeps
        choose(in: room)
    }

    /// Tells a room's recording what is new.
    func followScene(of room: String) {
        guard let known = recorded[room] else { return }
        let scene = RecordingScene(
            rosters[room] ?? RoomRoster(), meetings[room]?.conduct, before: known.scene?.pictures ?? [],
            now: Int64(Date().timeIntervalSince1970 * 1000))
        guard scene != known.scene else { return }
        recorded[room]?.scene = scene
        for event in scene.events(since: known.scene) { runtime.recorder.note(event, in: room) }
        if scene.pictures != known.scene?.pictures || known.scene == nil { choose(in: room) }
        if known.scene == nil || scene.page != known.scene?.page {
            show(scene.page, of: room, in: known.folder)
        } else if let told = known.page {
            for event in RecordingScene.events(of: scene.marks, since: told.marks) {
                runtime.recorder.note(event, in: room)
            }
            recorded[room]?.page?.marks = scene.marks
        }
    }

    private func choose(in room: String) {
        guard let known = recorded[room] else { return }
        runtime.recorder.choose(
            known.keepsPictures ? known.scene?.pictures ?? [] : [], screens: known.keepsPictures, in: room)
    }

    private func show(_ page: RecordingScene.Page?, of room: String, in folder: URL) {
        recorded[room]?.page = nil
        guard let page else { return runtime.recorder.note(RecordingScene.event(nil, image: nil), in: room) }
        let scheduler = door.scheduler
        Task {
            let image = try? await scheduler.shownPageImage(page.number, of: page.paper)
            let path = image.flatMap { Self.keep($0, in: folder) }
            if path == nil {
                logger.warning("a page's image is not in its recording", metadata: ["paper": "\(page.paper)"])
            }
            // Meanwhile it may have been turned.
            guard let scene = recorded[room]?.scene, scene.page == page else { return }
            runtime.recorder.note(RecordingScene.event(page, image: path, marks: scene.marks), in: room)
            recorded[room]?.page = (page, scene.marks)
        }
    }

    /// A recording has all that it shows in its own folder: by a second name of the same file where that can be.
    private static func keep(_ image: ShownPageImage, in folder: URL) -> String? {
        let path = "pages/\(image.name)"
        let place = folder.appendingPathComponent(path)
        if FileManager.default.fileExists(atPath: place.path) { return path }
        do {
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            do {
                try FileManager.default.linkItem(at: image.file, to: place)
            } catch {
                try FileManager.default.copyItem(at: image.file, to: place)
            }
            return path
        } catch {
            return nil
        }
    }
}

import Foundation

/// An offer as a real client made it, from Fixtures/.
func fixture(_ name: String) throws -> String {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    return String(decoding: try Data(contentsOf: folder.appending(path: name + ".sdp")), as: UTF8.self)
}

let fixtureNames = ["chromium-camera", "chromium-plain", "firefox-camera", "aiortc"]

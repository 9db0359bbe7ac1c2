import Foundation
import Logging
import Mail
import Store
import Testing

@testable import Scheduler

@Suite struct LetterDispatchTests {
    @Test func `A letter whose text cannot be read is failed and holds up no other`() async throws {
        let office = try await Office()
        let store = office.scheduler.store
        _ = try await store.write { writing in
            try writing.queue(
                QueuedLetter(
                    messageID: "1@x", kind: "update", toName: "", toAddress: "a@example.vn", subject: "", nextTry: 5,
                    made: 5), body: Data("{}".utf8))
        }
        let folder = FileManager.default.temporaryDirectory
        let dispatch = LetterDispatch(
            store: store,
            courier: Courier(
                executable: "/nowhere", relay: try RelaySettings("file:///nowhere"), folder: folder.path),
            folder: folder, logger: Logger(label: "test"), now: { 10 })
        #expect(try await dispatch.sendDue() == 1)
        let letter = try await store.read { try $0.letter(messageID: "1@x") }
        #expect(letter?.state == .failed && letter?.error.isEmpty == false)
        #expect(try await dispatch.sendDue() == 0)
    }
}

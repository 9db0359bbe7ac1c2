import Foundation
import GRDB

@testable import Store

/// A store in a folder of its own, which goes with it.
final class TemporaryStore {
    let file: URL
    static let key = [UInt8](repeating: 3, count: 32)

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        file = folder.appendingPathComponent("giaoban.sqlite")
    }

    deinit { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }

    func open() throws -> Store { try Store(file: file, chainKey: Self.key) }

    /// As somebody with the file and a shell does it, past all that the program guards.
    func tamper(_ sql: String) throws {
        let queue = try DatabaseQueue(path: file.path)
        try queue.write { db in
            try db.execute(sql: "DROP TRIGGER IF EXISTS act_is_not_edited; DROP TRIGGER IF EXISTS act_is_not_removed")
            try db.execute(sql: sql)
        }
        try queue.close()
    }

    func number(_ sql: String) throws -> Int {
        let queue = try DatabaseQueue(path: file.path)
        return try queue.read { try Int.fetchOne($0, sql: sql) ?? -1 }
    }
}

import Briefing
import Foundation
import GRDB

/// Of the directory; Foundation has a `Unit` of measures.
public typealias Unit = Briefing.Unit

/// All that the scheduler keeps, in one SQLite file. Nothing above this module knows a table.
///
/// A change is on the disk when `write` returns: the write-ahead log is flushed with each transaction
/// (`synchronous=FULL`, https://sqlite.org/pragma.html#pragma_synchronous), so what was acknowledged survives a killed
/// process and a cut of the power.
public final class Store: Sendable {
    private let pool: DatabasePool
    private let chainKey: [UInt8]
    /// What a check of the chain of acts needs.
    public var auditKey: [UInt8] { chainKey }

    /// - Parameters:
    ///   - file: made when it is not there.
    ///   - chainKey: 32 bytes, the key of the audit chain.
    /// - Throws: `StoreError` where the file cannot be opened, or is of a newer version than this program.
    public init(file: URL, chainKey: [UInt8]) throws {
        var configuration = Configuration()
        configuration.label = "store"
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA foreign_keys = ON")
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        do {
            pool = try DatabasePool(path: file.path, configuration: configuration)
            let migrator = Schema.migrator
            if try pool.read({ try migrator.hasBeenSuperseded($0) }) { throw StoreError.newer(file.path) }
            try migrator.migrate(pool)
            // What a migration found is put into the index before anybody looks.
            while try pool.write({ try Writing(db: $0, chainKey: chainKey).indexPending(limit: Self.indexedAtOnce) })
                == Self.indexedAtOnce
            {}
        } catch let error as DatabaseError {
            throw StoreError.unusable(file.path, error.message ?? "\(error.resultCode)")
        }
        self.chainKey = chainKey
    }

    /// Reads from one state of the data, beside any writer.
    public func read<Result: Sendable>(_ body: @Sendable @escaping (Reading) throws -> Result) async throws -> Result {
        try await pool.read { try body(Reading(db: $0)) }
    }

    /// One transaction: all of it or nothing. Writers take turns.
    public func write<Result: Sendable>(_ body: @Sendable @escaping (Writing) throws -> Result) async throws -> Result {
        let (result, indexed) = try await pool.write { [chainKey] db in
            let writing = Writing(db: db, chainKey: chainKey)
            let result = try body(writing)
            return (result, try writing.indexPending(limit: Self.indexedAtOnce))
        }
        if indexed == Self.indexedAtOnce { indexRest() }
        return result
    }

    /// The same, for who waits: the command line.
    public func readNow<Result>(_ body: (Reading) throws -> Result) throws -> Result {
        try pool.read { try body(Reading(db: $0)) }
    }

    public func writeNow<Result>(_ body: (Writing) throws -> Result) throws -> Result {
        try pool.write { db in
            let writing = Writing(db: db, chainKey: chainKey)
            let result = try body(writing)
            while try writing.indexPending(limit: Self.indexedAtOnce) == Self.indexedAtOnce {}
            return result
        }
    }

    /// Texts that one transaction puts into the index: a file of a thousand pages keeps no other writer waiting.
    private static let indexedAtOnce = 100

    /// Puts what a large transaction has left into the index, between others' transactions.
    private func indexRest() {
        Task {
            while try await pool.write({ [chainKey] db in
                try Writing(db: db, chainKey: chainKey).indexPending(limit: Self.indexedAtOnce)
            }) == Self.indexedAtOnce {}
        }
    }

    /// Empties the write-ahead log into the database: what it held of earlier states is gone from the disk.
    public func forgetLog() async throws {
        _ = try await pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }

    /// Calls after each transaction of this process that has changed a table, until it is cancelled.
    func observe(table: String, _ changed: @escaping @Sendable () -> Void) -> AnyDatabaseCancellable {
        DatabaseRegionObservation(tracking: Table(table)).start(
            in: pool, onError: { _ in }, onChange: { _ in changed() })
    }

    /// A copy of the whole, taken while it is in use.
    public func backUp(to file: URL) throws {
        let copy = try DatabaseQueue(path: file.path)
        try pool.backup(to: copy)
    }
}

public enum StoreError: Error, CustomStringConvertible {
    case newer(String)
    case unusable(String, String)

    public var description: String {
        switch self {
        case .newer(let path): "\(path) was written by a newer giaoban. Start that version, or restore a backup."
        case .unusable(let path, let reason): "\(path) cannot be used: \(reason). Check the folder's owner and disk."
        }
    }
}

/// Queries, inside one transaction.
public struct Reading {
    let db: Database
}

/// Queries and changes, inside one transaction.
public struct Writing {
    let db: Database
    let chainKey: [UInt8]

    public var reading: Reading { Reading(db: db) }
}

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
        try await pool.write { [chainKey] in try body(Writing(db: $0, chainKey: chainKey)) }
    }

    /// The same, for who waits: the command line.
    public func readNow<Result>(_ body: (Reading) throws -> Result) throws -> Result {
        try pool.read { try body(Reading(db: $0)) }
    }

    public func writeNow<Result>(_ body: (Writing) throws -> Result) throws -> Result {
        try pool.write { try body(Writing(db: $0, chainKey: chainKey)) }
    }

    /// Empties the write-ahead log into the database: what it held of earlier states is gone from the disk.
    public func forgetLog() async throws {
        _ = try await pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
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

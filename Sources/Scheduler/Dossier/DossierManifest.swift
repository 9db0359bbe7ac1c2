import Foundation

/// What an archive of a dossier says of itself: the first file in it, `manifest.json`.
public struct DossierManifest: Codable, Sendable, Equatable {
    public struct File: Codable, Sendable, Equatable {
        public var name: String
        /// Bytes of its contents.
        public var size: UInt64
        /// Of its contents, 64 hexadecimal digits.
        public var sha256: String
        /// Of the bytes that stand for them in the archive, where these are others.
        public var packedSha256: String?
    }

    public static let name = "manifest.json"
    static let formatName = "giaoban-dossier"
    static let newest = 1

    public var format: String
    public var version: Int
    public var title: String
    public var organiser: String
    /// `2026-11-23T07:30`, in the province's time.
    public var start: String
    public var end: String
    /// Of the series (RFC 5545 §3.8.4.7), and the meeting's number on the server that it was held on.
    public var uid: String
    public var occurrence: Int64
    /// In the order of the archive, without the manifest.
    public var files: [File]
}

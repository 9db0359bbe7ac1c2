/// Why a paper has no pages. The raw value is what is kept.
public enum ConversionFailure: String, Error, Sendable, CaseIterable {
    /// It asks for a password.
    case password
    /// Its content cannot be read.
    case damaged
    /// It has more pages than ``PaperConversion/mostPages``.
    case tooManyPages = "too-many-pages"
    /// It takes longer than it may.
    case tooLong = "too-long"
    /// It needs more memory, or grows larger when it is unpacked, than it may.
    case tooLarge = "too-large"
    /// There is nothing in it.
    case empty
    /// Nothing here makes pages of such a file.
    case unsupported
    /// The programs that make pages are not installed.
    case programsMissing = "programs-missing"
    /// The kernel lets no sandbox be made.
    case noSandbox = "no-sandbox"
    /// The server's disk, or the server, is to blame and not the paper.
    case server

    /// Whether the same may go well another time, with nothing changed.
    public var isPassing: Bool { self == .server }
    /// Whether it goes away by what the server's keeper does.
    public var isOfMachine: Bool { [.server, .programsMissing, .noSandbox].contains(self) }
}

/// A conversion that was told to stop.
public enum ConversionEnd: Error, Sendable, Equatable {
    case failed(ConversionFailure, detail: String)
    case stopped
}

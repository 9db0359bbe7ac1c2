/// Makes and verifies password hashes away from the event loop: at most 2 at once (64 MiB), at most 64 waiting, which is
/// some three seconds of work; more are refused.
public struct PasswordWorker: Sendable {
    public enum Failure: Error, Equatable, Sendable {
        /// As many wait as may: ask again in a few seconds (HTTP 503 with Retry-After).
        case tooBusy
        /// `PasswordPolicy` was not asked first, or there is no memory.
        case cannotHash(PasswordHash.Failure)
    }

    private let work: BlockingWork

    public init() { self.init(lanes: 2, room: 64) }

    init(lanes: Int, room: Int) { work = BlockingWork(label: "passwords", lanes: lanes, room: room) }

    /// - Throws: `tooBusy`, `cannotHash`.
    public func make(_ password: String) async throws(Failure) -> PasswordHash {
        let result: Result<PasswordHash, PasswordHash.Failure> = try await run {
            do throws(PasswordHash.Failure) {
                return .success(try PasswordHash.make(password: password))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let hash): return hash
        case .failure(let failure): throw .cannotHash(failure)
        }
    }

    /// Whether the password is that of the hash.
    ///
    /// - Parameter hash: the text that was kept; nil, or a text that is no hash, where nobody has the e-mail address, or
    ///   he has no password: then the answer is false, after as long a time.
    /// - Throws: `tooBusy`.
    public func verify(_ password: String, against hash: String?) async throws(Failure) -> Bool {
        let kept = hash.flatMap { try? PasswordHash($0) }
        return try await run {
            let matches = (kept ?? .decoy).verify(password)
            return matches && kept != nil
        }
    }

    private func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws(Failure) -> Value {
        do throws(BlockingWork.TooBusy) {
            return try await work.run(body)
        } catch {
            throw .tooBusy
        }
    }
}

import ArgumentParser
import Configuration
import SystemPackage

/// Where settings come from: what a flag does not say comes from the environment (GIAOBAN_LISTEN for --listen, and so on), then
/// from the configuration file.
struct SettingSources {
    private let environment = ConfigReader(provider: EnvironmentVariablesProvider())
    private let file: ConfigReader?

    /// - Parameter config: the configuration file as a flag names it; else the environment does, or there is none.
    /// - Throws: `ValidationError` where the file cannot be read.
    init(config: String?) async throws {
        guard let path = config ?? environment.string(forKey: "giaoban.config") else {
            file = nil
            return
        }
        do {
            file = ConfigReader(provider: try await FileProvider<YAMLSnapshot>(filePath: FilePath(path)))
        } catch {
            throw ValidationError("The configuration file \(path) cannot be read: \(error)")
        }
    }

    private func inEnvironment(_ key: String) -> String? {
        environment.string(forKey: ConfigKey(["giaoban"] + key.split(separator: "-").map(String.init)))
    }

    func text(_ flag: String?, _ key: String) -> String? {
        flag ?? inEnvironment(key) ?? file?.string(forKey: ConfigKey([key]))
    }

    /// - Throws: `ValidationError` for what is no number, or none of the range.
    func number(_ flag: Int?, _ key: String, _ standard: Int, _ range: ClosedRange<Int>) throws -> Int {
        var value = flag ?? file?.int(forKey: ConfigKey([key])) ?? standard
        if flag == nil, let given = text(nil, key) {
            guard let parsed = Int(given) else { throw ValidationError("--\(key) must be a number, not \(given).") }
            value = parsed
        }
        guard range.contains(value) else {
            throw ValidationError("--\(key) must be \(range.lowerBound) to \(range.upperBound), not \(value).")
        }
        return value
    }

    func isOn(_ flag: Bool, _ key: String) -> Bool {
        if flag { return true }
        if let given = inEnvironment(key) { return ["1", "true", "yes"].contains(given.lowercased()) }
        return file?.bool(forKey: ConfigKey([key])) ?? false
    }
}

/// What stands on the command line: a name, values, and `--options` with a value or without.
struct Arguments {
    private(set) var values: [String] = []
    private var options: [(name: String, value: String?)] = []

    init(_ words: ArraySlice<String>) {
        var rest = words
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                values.append(word)
                continue
            }
            let value = rest.first.flatMap { $0.hasPrefix("--") ? nil : $0 }
            if value != nil { rest.removeFirst() }
            options.append((String(word.dropFirst(2)), value))
        }
    }

    func has(_ name: String) -> Bool { options.contains { $0.name == name } }
    func text(_ name: String) -> String? { options.last { $0.name == name }?.value }
    func number(_ name: String) -> Double? { text(name).flatMap(Double.init) }
}

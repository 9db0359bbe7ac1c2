import Foundation

/// What another program reads in our files.
enum Poppler {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/pdftotext")

    static func text(_ pdf: [UInt8], _ options: String...) throws -> String {
        try run("pdftotext", ["-enc", "UTF-8"] + options, pdf, trailing: ["-"])
    }

    static func info(_ pdf: [UInt8]) throws -> String { try run("pdfinfo", [], pdf) }

    static func fonts(_ pdf: [UInt8]) throws -> String { try run("pdffonts", [], pdf) }

    static func pageCount(_ pdf: [UInt8]) throws -> Int? {
        try info(pdf).split(separator: "\n").first { $0.hasPrefix("Pages:") }
            .flatMap { Int($0.dropFirst(6).drop { $0 == " " }) }
    }

    private static func run(_ tool: String, _ options: [String], _ pdf: [UInt8], trailing: [String] = []) throws
        -> String
    {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("print-\(UUID().uuidString).pdf")
        try Data(pdf).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/\(tool)")
        process.arguments = options + [file.path] + trailing
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }
}

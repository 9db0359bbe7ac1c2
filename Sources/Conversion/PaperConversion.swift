import Foundation

/// A paper made into pages: a PDF/A where it was none, and of each page three images and its words.
///
/// It blocks, from one thread to its end: see ``Sandbox/run(_:_:inputs:outputs:messages:limits:isStopped:)``.
public struct PaperConversion: Sendable {
    public struct Page: Sendable, Equatable {
        /// From 1.
        public var number: Int
        /// Of the largest image, in pixels.
        public var width: Int
        public var height: Int
        /// In composed letters (Unicode NFC).
        public var text: String
    }

    /// What came of it. The files are `N-s.webp`, `N-m.webp`, `N-l.webp` and `paper.pdf` in the folder, on the disk.
    public struct Result: Sendable {
        public var pages: [Page]
        /// The most memory that its processes had at once, bytes.
        public var peakBytes: Int
        public var milliseconds: Int
    }

    public static let mostPages = 1000
    /// Bytes that words of one page may have: a page that a person reads has some 5 kB.
    static let mostText = 100_000

    private let sandbox = Sandbox()
    private let original: URL
    private let kind: PaperKind
    private let folder: URL
    private let isStopped: @Sendable () -> Bool
    private let progress: @Sendable (_ done: Int, _ total: Int) -> Void

    /// - Parameters:
    ///   - folder: empty; the pages' own. What is in it after a failure is of no use.
    ///   - isStopped: asked ten times a second.
    ///   - progress: told after each page.
    public init(
        of original: URL, kind: PaperKind, into folder: URL, isStopped: @escaping @Sendable () -> Bool = { false },
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) {
        self.original = original
        self.kind = kind
        self.folder = folder
        self.isStopped = isStopped
        self.progress = progress
    }

    /// Programs that are missing here, as Debian packages.
    public static func missingPackages() -> [String] {
        var needed = Sandbox.programs
        needed["/usr/bin/soffice"] =
            "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui libreoffice-draw-nogui"
        for name in ["pdfinfo", "pdftocairo", "pdftotext"] { needed["/usr/bin/\(name)"] = "poppler-utils" }
        for name in ["cwebp", "dwebp", "webpinfo"] { needed["/usr/bin/\(name)"] = "webp" }
        return Set(needed.filter { !FileManager.default.isExecutableFile(atPath: $0.key) }.values).sorted()
    }

    public func run() throws(ConversionEnd) -> Result {
        let missing = Self.missingPackages()
        guard missing.isEmpty else { throw failed(.programsMissing, missing.joined(separator: " ")) }
        var work = Work(started: .now)
        // Inside, nobody is the owner of the server's files (`Sandbox.Input.file`).
        let input = folder.appendingPathComponent("original")
        do {
            try FileManager.default.copyItem(at: original, to: input)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: input.path)
        } catch { throw failed(.server, "\(error)") }
        defer { try? FileManager.default.removeItem(at: input) }
        switch kind {
        case .picture:
            let upright = folder.appendingPathComponent("upright.pdf")
            defer { try? FileManager.default.removeItem(at: upright) }
            if try PaperFiles.turn(input, upright) {
                try drawPages(upright, &work)
            } else {
                try drawPictures(input, &work)
            }
        case .pdf:
            try drawPages(input, &work)
        case .text, .sheet, .slides, .plain:
            let made = try makePDF(input, &work)
            try drawPages(made, &work)
            try PaperFiles.keep([made])
        }
        return Result(pages: work.pages, peakBytes: work.peak, milliseconds: work.milliseconds)
    }

    struct Work {
        var pages: [Page] = []
        var peak = 0
        let started: ContinuousClock.Instant
        var milliseconds: Int { Int(started.duration(to: .now) / .milliseconds(1)) }

        init(started: ContinuousClock.Instant) { self.started = started }
    }

    private func makePDF(_ input: URL, _ work: inout Work) throws(ConversionEnd) -> URL {
        let ending = OfficeConversion.ending(kind)
        try PaperFiles.check(input, ending: ending)
        guard let arguments = OfficeConversion.arguments(kind) else { throw failed(.unsupported, "") }
        let made = folder.appendingPathComponent("paper.pdf")
        let run = try run(
            kind.isTable ? OfficeConversion.tableScript : OfficeConversion.script, arguments,
            inputs: [.init(name: "paper.\(ending)", file: input)], outputs: [made],
            limits: .document, &work)
        guard run.isSuccess, PaperFiles.size(made) > 0 else { throw failed(reason(run, .damaged), run.messages) }
        try PaperFiles.open(made)
        return made
    }

    private func drawPages(_ document: URL, _ work: inout Work) throws(ConversionEnd) {
        let facts = try facts(document, &work)
        guard facts.pages > 0 else { throw failed(.empty, "no pages") }
        guard facts.pages <= Self.mostPages else { throw failed(.tooManyPages, "\(facts.pages)") }
        let words = folder.appendingPathComponent("words")
        defer { try? FileManager.default.removeItem(at: words) }
        for number in 1...facts.pages {
            guard let size = facts.sizes[number],
                let largest = PageImages.largest(width: size.width, height: size.height)
            else { throw failed(.damaged, "page \(number) has no size") }
            let images = PaperFiles.images(of: number, in: folder)
            let run = try run(
                PageImages.pageScript, ["\(number)", "\(largest.width)", "\(largest.height)"],
                inputs: [.init(name: "paper.pdf", file: document)], outputs: images + [words], limits: .page, &work)
            guard run.isSuccess else { throw failed(reason(run, .damaged), "page \(number): \(run.messages)") }
            let text = PaperFiles.text(words, most: Self.mostText)
            try finish(
                Page(number: number, width: largest.width, height: largest.height, text: text), of: facts.pages, &work)
        }
    }

    private func drawPictures(_ input: URL, _ work: inout Work) throws(ConversionEnd) {
        let places = try PaperFiles.pictures(input)
        guard places.count <= Self.mostPages else { throw failed(.tooManyPages, "\(places.count)") }
        let facts = folder.appendingPathComponent("facts")
        defer { try? FileManager.default.removeItem(at: facts) }
        for (index, place) in places.enumerated() {
            let images = PaperFiles.images(of: index + 1, in: folder)
            let run = try run(
                PageImages.pictureScript, [place], inputs: [.init(name: "paper", file: input)],
                outputs: images + [facts],
                limits: .page, &work)
            guard run.isSuccess, let size = PaperFiles.pictureSize(facts) else {
                throw failed(reason(run, .damaged), "picture \(index + 1): \(run.messages)")
            }
            try finish(
                Page(number: index + 1, width: size.width, height: size.height, text: ""), of: places.count, &work)
        }
    }

    private func finish(_ page: Page, of total: Int, _ work: inout Work) throws(ConversionEnd) {
        try PaperFiles.keep(PaperFiles.images(of: page.number, in: folder))
        work.pages.append(page)
        progress(page.number, total)
    }

    private func facts(_ document: URL, _ work: inout Work) throws(ConversionEnd) -> DocumentFacts {
        let file = folder.appendingPathComponent("facts")
        defer { try? FileManager.default.removeItem(at: file) }
        let run = try run(
            DocumentFacts.script, ["\(Self.mostPages)"], inputs: [.init(name: "paper.pdf", file: document)],
            outputs: [file],
            limits: .page, &work)
        guard run.isSuccess, let facts = DocumentFacts(PaperFiles.text(file, most: 1 << 20)) else {
            throw failed(run.messages.contains("Incorrect password") ? .password : reason(run, .damaged), run.messages)
        }
        return facts
    }

    private func run(
        _ script: String, _ arguments: [String], inputs: [Sandbox.Input], outputs: [URL], limits: SandboxLimits,
        _ work: inout Work
    ) throws(ConversionEnd) -> Sandbox.Ending {
        do {
            let ending = try sandbox.run(
                script, arguments, inputs: inputs, outputs: outputs,
                messages: folder.appendingPathComponent("messages"), limits: limits, isStopped: isStopped)
            work.peak = max(work.peak, ending.peakBytes)
            if ending.cause == .stopped { throw ConversionEnd.stopped }
            return ending
        } catch let end as ConversionEnd {
            throw end
        } catch let error as SandboxError {
            switch error {
            case .missing: throw failed(.programsMissing, "\(error)")
            case .refused: throw failed(.noSandbox, "\(error)")
            case .system: throw failed(.server, "\(error)")
            }
        } catch { throw failed(.server, "\(error)") }
    }

    /// - Parameter otherwise: where the run itself does not tell.
    private func reason(_ run: Sandbox.Ending, _ otherwise: ConversionFailure) -> ConversionFailure {
        switch run.cause {
        case .late:
            // One that had little of the processor waited for others: it may go well when they are done.
            return run.processorSeconds < Double(SandboxLimits.page.processorSeconds) / 2 ? .server : .tooLong
        case .large: return .tooLarge
        // Ended by RLIMIT_CPU (SIGXCPU, or SIGKILL after it), by RLIMIT_FSIZE (SIGXFSZ).
        case .exited(128 + 24), .exited(128 + 9): return .tooLong
        case .exited(128 + 25): return .tooLarge
        // What no more memory was given to says so (C++'s std::bad_alloc), what WebP has no numbers for too (RFC 9649 §2.7).
        case .exited where ["bad_alloc", "Out of memory", "BAD_DIMENSION"].contains(where: run.messages.contains):
            return .tooLarge
        case .exited, .stopped: return otherwise
        }
    }

    private func failed(_ reason: ConversionFailure, _ detail: String) -> ConversionEnd {
        .failed(reason, detail: String(detail.prefix(500)))
    }
}

import Briefing
import Dispatch
import Print

/// Prints one document after another on a thread of its own: setting hundreds of rows takes a tenth of a second, in
/// which nobody else's request shall wait.
actor PrintQueue {
    /// Of the whole process: it has one set of fonts, and few processors.
    static let shared = PrintQueue(room: 16)

    private let queue = DispatchQueue(label: "print", qos: .userInitiated)
    private let room: Int
    private var waiting = 0

    /// - Parameter room: how many documents may wait.
    init(room: Int) { self.room = room }

    /// - Throws: `ActError.tooOften` where as many wait as may; `ActError.tooLarge`, `ActError.refused` where the
    ///   document cannot be printed.
    func pdf(of document: PrintDocument) async throws(ActError) -> [UInt8] {
        guard waiting < room else { throw .tooOften(seconds: 5) }
        waiting += 1
        let result = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Self.print(document)) }
        }
        waiting -= 1
        switch result {
        case .success(let bytes): return bytes
        case .failure(let error):
            let sentence = Sentence(vietnamese: error.vietnamese, english: error.english)
            switch error {
            case .tooManyPages, .tooMuchText: throw .tooLarge(sentence)
            case .columns, .cells, .noFont, .drawing: throw .refused(code: "not-printed", sentence)
            }
        }
    }

    private static func print(_ document: PrintDocument) -> Result<[UInt8], PrintError> {
        do throws(PrintError) { return .success(try PDF.pages(of: document)) } catch { return .failure(error) }
    }
}

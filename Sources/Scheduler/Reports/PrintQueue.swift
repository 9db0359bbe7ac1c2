import Briefing
import Identity
import Print

/// Prints one document after another on a thread of its own: setting hundreds of rows takes a tenth of a second, in
/// which nobody else's request shall wait.
struct PrintQueue {
    /// Of the whole process: it has one set of fonts, and few processors.
    static let shared = PrintQueue()

    private let work = BlockingWork(label: "print", lanes: 1, room: 15)

    /// - Throws: `ActError.tooOften` where as many wait as may; `ActError.tooLarge`, `ActError.refused` where the
    ///   document cannot be printed.
    func pdf(of document: PrintDocument) async throws(ActError) -> [UInt8] { try await file(.pdf, of: document) }

    /// The same in another form; what is no table of its own is a PDF.
    func file(_ kind: MadeFile.Kind, of document: PrintDocument) async throws(ActError) -> [UInt8] {
        let result: Result<[UInt8], PrintError>
        do throws(BlockingWork.TooBusy) {
            result = try await work.run { Self.print(document, as: kind) }
        } catch {
            throw .tooOften(seconds: 5)
        }
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

    private static func print(_ document: PrintDocument, as kind: MadeFile.Kind) -> Result<[UInt8], PrintError> {
        do throws(PrintError) {
            switch kind {
            case .odt: return .success(try ODT.file(of: document))
            case .docx: return .success(try DOCX.file(of: document))
            case .pdf, .csv: return .success(try PDF.pages(of: document))
            }
        } catch {
            return .failure(error)
        }
    }
}

import Briefing
import Foundation
import Identity
import Logging
import Papers
import Store

/// A paper's file as whoever asks gets it.
public enum PaperCopy: Sendable {
    /// As it was sent.
    case original
    /// As it was sent: it is signed, and every byte counts.
    case signed
    /// With whose copy it is on each page.
    case marked([UInt8])
}

extension SchedulerService {
    /// The copy of a paper for whoever asks; that they have it is noted.
    ///
    /// Everybody but the organiser's own people gets PDF files with their unit and name on each page.
    /// - Parameter wantsOriginal: without that; only for the organiser.
    public func copy(of id: PaperID, wantsOriginal: Bool, as caller: Caller) async throws -> (Paper, PaperCopy) {
        let (paper, isOrganiser) = try await store.read { reading in
            let (paper, series) = try self.readablePaper(id, caller, reading)
            return (paper, caller.rights.mayBook(for: series.plan.organiser))
        }
        guard !wantsOriginal || isOrganiser else { throw ActError.forbidden }
        guard let sha256 = paper.sha256 else { return (paper, .original) }
        try await noteReading(of: id, by: .person(caller.person.id), pages: [], isDownload: true)
        guard !isOrganiser, paper.type == FileKind.pdf.type else { return (paper, .original) }
        let text = "\(directory.tree.name(caller.person.unit)) – \(caller.person.name)"
        let file = settings.papers.original(sha256)
        let marked = try await diskWork.run {
            () -> Result<Watermark.Outcome, SigningError> in
            do throws(SigningError) {
                guard let data = try? Data(contentsOf: file) else { throw .notPDF }
                return .success(try Watermark.mark([UInt8](data), with: text))
            } catch {
                return .failure(error)
            }
        }
        switch marked {
        case .success(.marked(let bytes)): return (paper, .marked(bytes))
        case .success(.signed): return (paper, .signed)
        case .failure(let error):
            // One that other programs would have to repair is still to be read.
            logger.info("paper \(id) is given out without a mark: \(error)")
            return (paper, .original)
        }
    }
}

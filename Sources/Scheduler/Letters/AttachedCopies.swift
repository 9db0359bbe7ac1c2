import Foundation
import Logging
import Mail
import Papers

/// The papers that a letter carries, as its recipient gets them: those that are PDF with unit and name on each page, as where
/// they are downloaded.
struct AttachedCopies {
    let logger: Logger

    /// A file's bytes as they leave; nil where it cannot be read.
    ///
    /// Takes about as long as reading the file. Marked copies are made for each letter when it leaves and kept nowhere.
    func bytes(of attachment: Letter.Attachment) -> Data? {
        guard let data = FileManager.default.contents(atPath: attachment.path) else { return nil }
        guard let owner = attachment.owner, attachment.contentType == FileKind.pdf.type else { return data }
        do throws(SigningError) {
            switch try Watermark.mark([UInt8](data), with: owner) {
            case .marked(let bytes): return Data(bytes)
            // Every byte of it counts.
            case .signed: return data
            }
        } catch {
            // One that other programs would have to repair is still to be read.
            logger.info("\(attachment.path) is sent without a mark: \(error)")
            return data
        }
    }
}

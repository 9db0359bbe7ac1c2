import Foundation
import Glibc

/// A mailbox as a folder of files (Maildir): `new/` holds what nobody has read, `cur/` what has been.
struct Maildir {
    let path: String

    func fetch(limit: Int) throws(MailboxError) -> [ReceivedLetter] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path + "/new")
        } catch {
            throw .folder("\(path)/new")
        }
        var letters: [ReceivedLetter] = []
        // Names begin with the second of delivery.
        for name in names.filter({ !$0.hasPrefix(".") }).sorted() {
            guard letters.count < limit else { break }
            // Another reader may have moved it meanwhile.
            guard let file = FileHandle(forReadingAtPath: "\(path)/new/\(name)"),
                let data = try? file.read(upToCount: Mailbox.letterBytes)
            else { continue }
            letters.append(ReceivedLetter(parsing: Array(data), handle: name))
        }
        return letters
    }

    func acknowledge(_ handles: [String]) throws(MailboxError) {
        for name in handles where !name.isEmpty && !name.contains("/") {
            // S: seen.
            let read = name.contains(":2,") ? name : name + ":2,S"
            guard rename("\(path)/new/\(name)", "\(path)/cur/\(read)") == 0 || errno == ENOENT else {
                throw .folder(systemWords())
            }
        }
    }
}

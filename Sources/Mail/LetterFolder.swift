import Glibc

/// Puts letters into a folder as `.eml` files: for a demo with no relay.
struct LetterFolder {
    let path: String

    /// The file is named after the letter's id: the same letter twice is one file.
    func deliver(_ job: DeliveryJob) -> DeliveryOutcome {
        guard DeliveryJob.isID(job.id), !job.id.hasPrefix(".") else {
            return .refused(code: 0, text: "not an id that can name a file")
        }
        _ = mkdir(path, 0o700)
        let input = open(job.path, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { return .refused(code: 0, text: "\(job.path): \(systemWords())") }
        let letter = Descriptor(owning: input)
        let temporary = "\(path)/.\(job.id).new"
        let output = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { return .delayed(code: 0, text: "\(path): \(systemWords())") }
        let copy = Descriptor(owning: output)
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(letter.number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0, count == 0 || copy.write(Array(chunk[..<count])) else {
                return .delayed(code: 0, text: systemWords())
            }
            if count == 0 { break }
        }
        guard fsync(output) == 0, rename(temporary, "\(path)/\(job.id).eml") == 0 else {
            return .delayed(code: 0, text: systemWords())
        }
        return .sent(reply: "\(path)/\(job.id).eml")
    }
}

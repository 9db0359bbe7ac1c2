import Foundation
import Glibc

/// What the kernel tells of a process and those that it began (proc(5)).
enum ProcessTree {
    /// Bytes of memory that a process and its descendants have for themselves: resident and in no file.
    static func memory(of root: pid_t) -> Int {
        let page = max(sysconf(Int32(_SC_PAGESIZE)), 4096)
        var total = 0
        var waiting = [root]
        var seen = 0
        // A bound, since a tree may grow while it is read.
        while let process = waiting.popLast(), seen < 1000 {
            seen += 1
            let numbers = words("/proc/\(process)/statm")
            if numbers.count > 2, let resident = Int(numbers[1]), let shared = Int(numbers[2]), resident > shared {
                total += (resident - shared) * page
            }
            waiting += words("/proc/\(process)/task/\(process)/children").compactMap { pid_t($0) }
        }
        return total
    }

    private static func words(_ path: String) -> [Substring] {
        guard let file = fopen(path, "re") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self).split(whereSeparator: \.isWhitespace)
    }
}

/// NAL units as MP4 holds them.
enum LengthPrefixed {
    /// Each unit of a byte stream (ITU-T H.264 annex B) behind its length in four bytes (ISO/IEC 14496-15 §5.3.3) instead of
    /// a start code.
    static func units(of stream: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(stream.count + 8)
        stream.withUnsafeBufferPointer { bytes in
            var begin: Int?
            var place = 0
            func close(at end: Int) {
                guard let begin else { return }
                var last = end
                // Zeros before a start code are none of the unit (annex B.1.2).
                while last > begin, bytes[last - 1] == 0 { last -= 1 }
                guard last > begin else { return }
                MovieBoxes.append(UInt32(clamping: last - begin), to: &out)
                out += bytes[begin..<last]
            }
            while place + 2 < bytes.count {
                // A start code ends with 1: what is above cannot be within one.
                if bytes[place + 2] > 1 {
                    place += 3
                } else if bytes[place] == 0, bytes[place + 1] == 0, bytes[place + 2] == 1 {
                    close(at: place)
                    place += 3
                    begin = place
                } else {
                    place += 1
                }
            }
            close(at: bytes.count)
        }
        return out
    }
}

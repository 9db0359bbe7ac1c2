/// Boxes of ISO base media files (ISO/IEC 14496-12 §4.2), as bytes, big endian.
enum MovieBoxes {
    /// Bytes of a title, and chapters of a file, that its list of chapters can hold.
    private static let mostTitle = 255
    private static let mostChapters = 255

    static func append(_ value: some FixedWidthInteger, to out: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { out += $0 }
    }

    static func box(_ name: String, _ content: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        append(UInt32(clamping: content.count + 8), to: &out)
        return out + Array(name.utf8.prefix(4)) + content
    }

    /// The boxes that stand one after the other: each with its name and its bytes, head included. What is no box ends them.
    static func list(_ bytes: ArraySlice<UInt8>) -> [(name: String, bytes: ArraySlice<UInt8>)] {
        var rest = bytes
        var boxes: [(String, ArraySlice<UInt8>)] = []
        while rest.count >= 8 {
            let size = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard size >= 8, size <= rest.count else { break }
            boxes.append((String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self), rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return boxes
    }

    /// A `moov` that says how long all of its fragments are, and which chapters there are.
    ///
    /// - Parameters:
    ///   - moov: of a film in fragments.
    ///   - length: milliseconds: the unit of libavformat's movie headers.
    ///   - preSkip: by track, ticks of its media that come before the film begins.
    static func complete(
        _ moov: ArraySlice<UInt8>, length: Int64, chapters: [Chapter], preSkip: [Int64]
    ) -> [UInt8] {
        var content: [UInt8] = []
        var hasUserData = false
        var skips = preSkip[...]
        for inner in list(moov.dropFirst(8)) {
            switch inner.name {
            case "mvex": content += box("mvex", extendsHeader(length) + inner.bytes.dropFirst(8))
            case "trak":
                let skip = skips.popFirst() ?? 0
                content += skip > 0 ? track(inner.bytes, skipping: skip) : Array(inner.bytes)
            case "udta":
                hasUserData = true
                content += box("udta", inner.bytes.dropFirst(8) + chapterList(chapters))
            default: content += inner.bytes
            }
        }
        if !hasUserData, !chapters.isEmpty { content += box("udta", chapterList(chapters)) }
        return box("moov", content)
    }

    /// A `trak` that begins with some of its media (ISO/IEC 14496-12 §8.6.6); an edit without a length goes on through all
    /// fragments.
    private static func track(_ trak: ArraySlice<UInt8>, skipping ticks: Int64) -> [UInt8] {
        var list: [UInt8] = [0, 0, 0, 0]
        append(UInt32(1), to: &list)
        append(UInt32(0), to: &list)
        append(UInt32(clamping: ticks), to: &list)
        append(UInt32(0x0001_0000), to: &list)
        return box(
            "trak",
            self.list(trak.dropFirst(8)).reduce(into: []) { content, inner in
                content += inner.bytes
                // §8.6.5: behind the track's header.
                if inner.name == "tkhd" { content += box("edts", box("elst", list)) }
            })
    }

    /// ISO/IEC 14496-12 §8.8.2.
    private static func extendsHeader(_ length: Int64) -> [UInt8] {
        var content: [UInt8] = [0, 0, 0, 0]
        append(UInt32(clamping: length), to: &content)
        return box("mehd", content)
    }

    /// Nero's list of chapters, as libavformat reads and writes it: begins in units of 100 ns.
    private static func chapterList(_ chapters: [Chapter]) -> [UInt8] {
        guard !chapters.isEmpty else { return [] }
        let kept = Chapters.most(mostChapters, of: chapters)
        var content: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, UInt8(clamping: kept.count)]
        for chapter in kept {
            append(UInt64(clamping: chapter.start) &* 10_000, to: &content)
            // Cut at a letter, not within one.
            var title = ""
            for letter in chapter.title where title.utf8.count + letter.utf8.count <= mostTitle { title.append(letter) }
            content.append(UInt8(clamping: title.utf8.count))
            content += title.utf8
        }
        return box("chpl", content)
    }

    /// An index of fragments (ISO/IEC 14496-12 §8.16.3): each begins with a keyframe.
    ///
    /// - Parameters:
    ///   - timescale: ticks in a second.
    ///   - gap: bytes between its end and the first fragment.
    ///   - fragments: bytes and ticks of each; 65,535 at most.
    static func index(
        track: UInt32, timescale: UInt32, gap: Int, _ fragments: [(bytes: Int, ticks: Int64)]
    ) -> [UInt8] {
        var content: [UInt8] = [0, 0, 0, 0]
        append(track, to: &content)
        append(timescale, to: &content)
        append(UInt32(0), to: &content)
        append(UInt32(clamping: gap), to: &content)
        append(UInt16(0), to: &content)
        append(UInt16(clamping: fragments.count), to: &content)
        for fragment in fragments {
            append(UInt32(clamping: fragment.bytes) & 0x7FFF_FFFF, to: &content)
            append(UInt32(clamping: fragment.ticks), to: &content)
            append(UInt32(0x9000_0000), to: &content)
        }
        return box("sidx", content)
    }
}

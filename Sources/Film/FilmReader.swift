/// The frames of a prepared film, one after the other from any point at which it can be entered.
public struct FilmReader {
    public let summary: FilmFile.Summary
    private let file: ByteSource
    private var offset: UInt64 = 0

    /// - Throws: ``FilmError`` for a file that is no film.
    public init(_ file: ByteSource) throws(FilmError) {
        self.file = file
        summary = try FilmFile.Summary(of: file)
    }

    /// Goes to the last point at or before a time.
    ///
    /// - Returns: the point's own time, ms.
    @discardableResult
    public mutating func seek(to time: UInt32) -> UInt32 {
        let entry = min(time / FilmFile.step, summary.indexCount - 1)
        let place = summary.indexOffset + UInt64(entry) * UInt64(FilmFile.entryLength)
        guard let bytes = file.bytes(at: place, count: FilmFile.entryLength),
            let found = bytes.littleEndian(UInt32.self, at: 0), let start = bytes.littleEndian(UInt64.self, at: 4)
        else {
            offset = summary.indexOffset
            return time
        }
        offset = min(start, summary.indexOffset)
        return found
    }

    /// The next frame; nil at the end, and where the file is not what it should be.
    public mutating func next() -> FilmFrame? {
        guard offset < summary.indexOffset, let header = file.bytes(at: offset, count: FilmFile.frameHeaderLength),
            let time = header.littleEndian(UInt32.self, at: 0), let track = FilmTrack(rawValue: header[4]),
            let length = header.littleEndian(UInt32.self, at: 8), length <= FilmFile.frameLimit,
            let bytes = file.bytes(at: offset + UInt64(FilmFile.frameHeaderLength), count: Int(length))
        else {
            offset = summary.indexOffset
            return nil
        }
        offset += UInt64(FilmFile.frameHeaderLength) + UInt64(length)
        return FilmFrame(track: track, time: time, isKeyframe: header[5] == 1, bytes: bytes)
    }
}

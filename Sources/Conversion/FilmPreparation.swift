import Film
import Foundation

/// Makes of a file with picture or sound what can be played in a call: VP8 in two sizes with a keyframe at each point, and
/// Opus. The encoder runs where it can reach nothing but the file.
public struct FilmPreparation: Sendable {
    /// Why a file cannot be played.
    public enum Failure: Error, Sendable {
        /// Neither picture nor sound that can be read.
        case unreadable
        /// Longer than is played, or it took too long.
        case tooLong
        /// This machine cannot do it: what is missing, in its own words.
        case unavailable(String)
    }

    /// Reads `/in/film`; writes the small picture to descriptor 3, the large one to 4, the sound to 5.
    ///
    /// One picture in 25 a second, a keyframe every 50: the points of a film (``FilmFile/step``). Nothing is referred to but
    /// what has been shown, so that each picture has its place in time. Sound is resampled to begin with the picture and to
    /// stay with it. A cover on a recording (`attached_pic`) is no picture.
    static let script = """
        set -u
        safe='-nostdin -hide_banner -loglevel error -protocol_whitelist file,pipe'
        list=$(ffprobe -v error -protocol_whitelist file -show_entries stream=codec_type:stream_disposition=attached_pic \
            -of compact=p=0:nk=0 /in/film) || exit 3
        pictures=$(printf '%s\\n' "$list" | grep 'codec_type=video' | grep -vc 'attached_pic=1')
        sounds=$(printf '%s\\n' "$list" | grep -c 'codec_type=audio')
        [ "$pictures" -gt 0 ] || [ "$sounds" -gt 0 ] || exit 3
        if [ "$pictures" -gt 0 ]; then
            vp8='-c:v libvpx -g 50 -keyint_min 50 -auto-alt-ref 0 -lag-in-frames 0 -deadline good -cpu-used 5 -threads 2'
            fit='scale=w=640:h=360:force_original_aspect_ratio=decrease:force_divisible_by=4,setsar=1,format=yuv420p'
            ffmpeg $safe -i /in/film -filter_complex \
                "[0:V:0]fps=25:start_time=0,$fit,split=2[large][whole];[whole]scale=iw/2:ih/2[small]" \
                -map '[small]' $vp8 -force_key_frames 'expr:gte(t,n_forced*2)' -b:v 120k -maxrate 150k -bufsize 240k \
                -t 43200 -f ivf pipe:3 \
                -map '[large]' $vp8 -force_key_frames 'expr:gte(t,n_forced*2)' -b:v 350k -maxrate 440k -bufsize 700k \
                -t 43200 -f ivf pipe:4 || exit 4
        fi
        if [ "$sounds" -gt 0 ]; then
            ffmpeg $safe -i /in/film -map 0:a:0 -af aresample=async=1:first_pts=0 -ac 1 -ar 48000 -c:a libopus -b:a 32k \
                -frame_duration 20 -application audio -t 43200 -f ogg pipe:5 || exit 5
        fi
        """

    private let isStopped: @Sendable () -> Bool

    /// - Parameter isStopped: asked while the encoder runs: whether nobody waits for the film any more.
    public init(isStopped: @escaping @Sendable () -> Bool = { false }) { self.isStopped = isStopped }

    /// Prepares a film: it is there whole, on the disk, or not at all. Takes up to the film's own length, and blocks.
    ///
    /// - Parameters:
    ///   - original: the file as it came.
    ///   - film: where the film is to be; its folder exists.
    public func prepare(_ original: URL, as film: URL) throws {
        let files = FileManager.default
        let folder = film.deletingLastPathComponent().appendingPathComponent("new-\(UUID().uuidString)")
        try files.createDirectory(
            at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? files.removeItem(at: folder) }
        try encode(original, in: folder)
        let made = folder.appendingPathComponent("film")
        guard files.createFile(atPath: made.path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw CocoaError(.fileWriteUnknown)
        }
        let handle = try FileHandle(forWritingTo: made)
        defer { try? handle.close() }
        let pictures = ["small.ivf", "large.ivf"].compactMap { source(folder.appendingPathComponent($0)) }
        do {
            _ = try FilmWriter.write(pictures: pictures, sound: source(folder.appendingPathComponent("sound.ogg"))) {
                try handle.write(contentsOf: $0)
            }
        } catch is FilmError {
            throw Failure.unreadable
        }
        try handle.synchronize()
        guard rename(made.path, film.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    private func encode(_ original: URL, in folder: URL) throws {
        let missing = Self.missingPackages()
        guard missing.isEmpty else { throw Failure.unavailable("not installed: \(missing.joined(separator: " "))") }
        // Inside, nobody is the owner of the server's files (`Sandbox.Input.file`).
        let input = folder.appendingPathComponent("original")
        try FileManager.default.copyItem(at: original, to: input)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: input.path)
        defer { try? FileManager.default.removeItem(at: input) }
        let ending: Sandbox.Ending
        do {
            ending = try Sandbox().run(
                Self.script, inputs: [.init(name: "film", file: input)],
                outputs: Self.streams.map { folder.appendingPathComponent($0) },
                messages: folder.appendingPathComponent("messages"), limits: .film, isStopped: isStopped)
        } catch {
            throw Failure.unavailable("\(error)")
        }
        switch ending.cause {
        case .exited(0): return
        case .late: throw Failure.tooLong
        case .stopped: throw CancellationError()
        case .exited, .large: throw Failure.unreadable
        }
    }

    /// What the encoder writes, by descriptor from 3 on.
    private static let streams = ["small.ivf", "large.ivf", "sound.ogg"]

    private static func missingPackages() -> [String] {
        var needed = Sandbox.programs
        for name in ["ffmpeg", "ffprobe"] { needed["/usr/bin/\(name)"] = "ffmpeg" }
        return Set(needed.filter { !FileManager.default.isExecutableFile(atPath: $0.key) }.values).sorted()
    }

    /// What a prepared film is; nil where there is none.
    public static func summary(of film: URL) -> FilmFile.Summary? {
        Self.source(film).flatMap { try? FilmReader($0).summary }
    }

    private func source(_ file: URL) -> ByteSource? { Self.source(file) }

    /// nil for a file that is not there, or empty.
    private static func source(_ file: URL) -> ByteSource? {
        guard let data = try? Data(contentsOf: file, options: .alwaysMapped), !data.isEmpty else { return nil }
        return ByteSource(length: UInt64(data.count)) { offset, count in
            guard let start = Int(exactly: offset), start <= data.count else { return [] }
            return [UInt8](data[start...].prefix(count))
        }
    }
}

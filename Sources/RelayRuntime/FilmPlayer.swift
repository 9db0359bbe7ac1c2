import CSockets
import Dispatch
import Film
import Foundation
import Glibc
import Relay
import Synchronization

/// One thread that plays one film: reads its file, and hands each packet, when it is due, to the workers.
///
/// The disk is read here, so that a slow one delays the film and nothing else.
final class FilmPlayer: Sendable {
    /// What the thread is to do.
    private enum Command {
        case play(at: UInt32)
        case pause(at: UInt32)
        case stop
    }

    let film: PlayedFilm
    private let commands = Mutex<[Command]>([])
    private let bell = DispatchSemaphore(value: 0)
    private let outlets: [(pipe: PacketPipe, mailbox: Mailbox)]
    /// To the recorder, which looks by itself.
    let recorded: PacketPipe
    private let start: Mutex<Playback?>

    /// Longest sleep, µs: a clock that is set while it sleeps changes nothing for longer.
    private static let nap: Int64 = 1_000_000

    init(
        _ film: PlayedFilm, playback: sending Playback, outlets: [(pipe: PacketPipe, mailbox: Mailbox)],
        recorded: PacketPipe
    ) {
        self.film = film
        self.outlets = outlets
        self.recorded = recorded
        start = Mutex(playback)
    }

    /// Begins the thread, which ends with ``stop()``.
    func run() {
        let thread = Thread { [self] in loop() }
        thread.stackSize = 1 << 20
        thread.name = "film"
        thread.start()
    }

    func play(at time: UInt32) { post(.play(at: time)) }
    func pause(at time: UInt32) { post(.pause(at: time)) }
    func stop() { post(.stop) }

    private func post(_ command: Command) {
        commands.withLock { $0.append(command) }
        bell.signal()
    }

    private func loop() {
        guard var playback = start.withLock({ $0.take() }) else { return }
        _ = csockets_name_thread("film")
        while true {
            let taken = commands.withLock { commands in
                defer { commands = [] }
                return commands
            }
            let now = csockets_monotonic_us()
            for command in taken {
                switch command {
                case .play(let time): playback.play(at: time, now: now)
                case .pause(let time): playback.pause(at: time, now: now)
                case .stop: return
                }
            }
            var isFilled = false
            let sizes = playback.summary.sizes
            let wallClockOffset = csockets_realtime_us() - now
            playback.advance(to: now) { packet, due in
                let height =
                    packet.track.isPicture && packet.track.quality < sizes.count
                    ? sizes[packet.track.quality].height : 0
                for outlet in outlets {
                    isFilled = outlet.pipe.write(packet, height: height, due: due, now: now) || isFilled
                }
                _ = recorded.write(packet, height: height, due: due, now: now, wallClockOffset: wallClockOffset)
            }
            if isFilled { for outlet in outlets { outlet.mailbox.ring() } }
            let wait = min(max((playback.nextDue ?? .max) &- csockets_monotonic_us(), 0), Self.nap)
            _ = bell.wait(timeout: .now() + .microseconds(Int(wait)))
        }
    }
}

/// A file of the disk, opened for a film's reader; closed with the last of its users.
private final class OpenFile {
    private let descriptor: Int32

    init?(path: String) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    var length: UInt64? {
        let end = lseek(descriptor, 0, SEEK_END)
        return end < 0 ? nil : UInt64(end)
    }

    /// As much of it as there is.
    func read(_ count: Int, at offset: UInt64) -> [UInt8] {
        guard count > 0, let start = Int(exactly: offset) else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, start + filled)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return }
                filled += got
            }
        }
    }
}

extension ByteSource {
    /// A file of the disk; nil where it cannot be opened.
    ///
    /// What lies ahead is read in large pieces, for a reader that goes forward.
    public init?(path: String) {
        guard let file = OpenFile(path: path), let length = file.length else { return nil }
        var (window, start): ([UInt8], UInt64) = ([], 0)
        self.init(length: length) { offset, count in
            let end = start + UInt64(window.count)
            if offset < start || offset > end || UInt64(count) > end - offset {
                window = file.read(max(count, 1 << 18), at: offset)
                start = offset
            }
            return Array(window[Int(offset - start)...].prefix(count))
        }
    }
}

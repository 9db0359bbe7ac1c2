import Archive
import ArgumentParser
import Foundation

/// `giaoban archive cut`: a passage of a film as its own file.
struct ArchiveCut: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cut", abstract: "Cut a passage out of a film as a file of its own.",
        discussion: """
            giaoban archive cut films/42/film.mp4 --from 83.5 --to 240 --out thu-ngan-sach.mp4
            giaoban archive cut films/42/film.mp4 --out ban-sao.mp4 --mark "Nguyễn Thị Hoa · Sở Y tế · 22/11/2026 09:14"

            Exact to the picture, with the chapters of the passage; the whole film where no seconds are named. Takes \
            film.mp4, low.mp4 or sound.mp4. Runs at a low priority. The file is there when it is whole. Ends with 0 when it \
            is, with 3 where it was stopped, with 1 where it cannot be made: then it says why.
            """)

    @Argument(help: "The film's file.")
    var film: String

    @Option(help: "Where the passage begins: seconds of the film, 83.5 for example.")
    var from: Double?

    @Option(help: "Where it ends.")
    var to: Double?

    @Option(help: "The passage's file.")
    var out: String

    @Option(help: "Text that is laid over all of the picture, faintly: for whom the copy was made.")
    var mark: String?

    @Option(help: "File that tells how far it is, as JSON.")
    var state: String?

    @OptionGroup var background: BackgroundOptions

    func run() throws {
        let stop = background.begin()
        do {
            let cut = FilmCut(
                FilmCut.Settings(
                    film: URL(fileURLWithPath: film), out: URL(fileURLWithPath: out), from: from, to: to, mark: mark,
                    state: state.map { URL(fileURLWithPath: $0) }), isStopped: { stop.came })
            let told = try cut.run()
            guard told.phase == .done else {
                print("Đã dừng, chưa có đoạn cắt. Stopped: there is no passage.")
                throw ExitCode(3)
            }
            print("Đã cắt \(told.to - told.from) giây. The passage of \(told.to - told.from) s is done.")
        } catch let error as ArchiveError {
            throw background.failure(error)
        }
    }
}

import Foundation
import Testing

@testable import Web

/// Strokes on their way to pages.
@Suite struct InkBoardTests {
    private func form(
        _ points: [Int], stroke: String = "a", tool: String = "pen", end: Bool = false
    ) throws -> InkBoard.Form {
        let text =
            #"{"type":"ink","paper":1,"page":2,"stroke":"\#(stroke)","tool":"\#(tool)","points":\#(points),"end":\#(end)}"#
        return try JSONDecoder().decode(InkBoard.Form.self, from: Data(text.utf8))
    }

    private func texts(_ board: InkBoard, _ reader: inout InkBoard.Reader, now: Double) -> [String] {
        var made: [String: String] = [:]
        return board.news(for: &reader, 9, now: now, made: &made).texts
    }

    private struct Told: Decodable {
        var points: [Int]
        var end: Bool?
    }

    private func told(_ texts: [String]) throws -> [Told] {
        try texts.map { try JSONDecoder().decode(Told.self, from: Data($0.utf8)) }
    }

    @Test func `Each page is told each point once, what has come meanwhile together`() throws {
        var board = InkBoard()
        var reader = InkBoard.Reader()
        board.take(try form([1, 2]), of: 1, now: 0)
        board.take(try form([3, 4]), of: 1, now: 0.01)
        #expect(try told(texts(board, &reader, now: 0.05)).map(\.points) == [[1, 2, 3, 4]])
        #expect(texts(board, &reader, now: 0.1).isEmpty)
        board.take(try form([5, 6], end: true), of: 1, now: 0.11)
        let last = try told(texts(board, &reader, now: 0.15))
        #expect(last.map(\.points) == [[5, 6]])
        #expect(last.first?.end == true)
        var made: [String: String] = [:]
        var own = InkBoard.Reader()
        #expect(board.news(for: &own, 1, now: 0.2, made: &made).texts.isEmpty)
        var late = InkBoard.Reader()
        #expect(try told(texts(board, &late, now: 0.2)).map(\.points) == [[1, 2, 3, 4, 5, 6]])
    }

    @Test func `Of a pointer only where it is now`() throws {
        var board = InkBoard()
        var reader = InkBoard.Reader()
        for place in 1...5 { board.take(try form([place, place], tool: "pointer"), of: 1, now: 0) }
        #expect(try told(texts(board, &reader, now: 0.05)).map(\.points) == [[5, 5]])
    }

    @Test(arguments: [(true, 1000.0), (false, 8000.0)])
    func `A page is never told more than its line may carry, and all of it in the end`(
        isThin: Bool, bytesPerSecond: Double
    ) throws {
        var board = InkBoard()
        var reader = InkBoard.Reader()
        reader.isThin = isThin
        var bytes = 0.0
        for step in 1...400 {
            let now = Double(step) * 0.05
            board.take(try form((0..<32).map { $0 * 100 + step }, end: step == 400), of: 1, now: now)
            for text in texts(board, &reader, now: now) { bytes += Double(text.utf8.count) + 90 }
        }
        for step in 401...440 {
            _ = texts(board, &reader, now: Double(step) * 0.05)
        }
        #expect(bytes <= 20 * bytesPerSecond + 3000)
        #expect(bytes >= 10 * 1000)
        #expect(texts(board, &reader, now: 30).isEmpty)
    }

    @Test func `What has been left is forgotten, and no page makes strokes without end`() throws {
        var board = InkBoard()
        for number in 1...100 { board.take(try form([1, 1], stroke: "s\(number)"), of: 1, now: 0) }
        var reader = InkBoard.Reader()
        #expect(texts(board, &reader, now: 0.05).count <= 16)
        board.forget(now: 6)
        #expect(board.isEmpty)
    }

    @Test func `However fast somebody writes, each new stroke is told`() throws {
        var board = InkBoard()
        var reader = InkBoard.Reader()
        for number in 1...100 {
            let now = Double(number) * 0.05
            board.take(try form([number, number], stroke: "s\(number)", end: true), of: 1, now: now)
            #expect(try told(texts(board, &reader, now: now)).map(\.points) == [[number, number]])
        }
    }

    @Test(arguments: [[1], [1, 10_001], [-1, 2], [Int](repeating: 1, count: 66), []])
    func `What are no points of a page is not taken`(points: [Int]) throws {
        #expect(try !form(points).isValid)
    }

    @Test func `A name in which a text could hide is not taken`() throws {
        #expect(try !form([1, 1], stroke: "a b").isValid)
        #expect(try form([1, 1], stroke: "x1Zz").isValid)
        #expect(try form([], end: true).isValid)
    }
}

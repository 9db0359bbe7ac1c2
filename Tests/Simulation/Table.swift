import Foundation

/// Rows of text in columns, as wide as they need to be.
struct Table {
    private var rows: [[String]] = []

    init(_ heads: [String]) { rows.append(heads) }

    mutating func add(_ row: [String]) { rows.append(row) }

    func write() {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                let gap = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + gap : gap + cell
            }
            say(cells.joined(separator: "  "))
        }
    }
}

/// A line of output, at once: a long run is watched.
func say(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

func decimal(_ value: Double, _ places: Int = 1) -> String { String(format: "%.\(places)f", value) }
func percent(_ share: Double, _ places: Int = 1) -> String { decimal(share * 100, places) }
func milliseconds(_ time: Int64) -> String { "\((time + 500) / 1_000)" }

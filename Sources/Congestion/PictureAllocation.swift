/// Which pictures a line carries, and how good each may be.
///
/// Voices are reserved before this is asked. What is left goes out in the order of sacrifice read backwards: the main
/// picture moves, then it is recognisable, then all the others move, then the main picture gets as good as it is shown,
/// then the others do, one after another. What a line cannot carry is therefore taken from the last of the others
/// first, and from the main picture last.
public enum PictureAllocation {
    /// A way to send a picture.
    public struct Rung: Sendable, Equatable {
        /// bit/s on the wire.
        public var rate: Int
        /// Good enough to recognise somebody when shown large.
        public var isRecognisable: Bool

        public init(rate: Int, isRecognisable: Bool) {
            self.rate = rate
            self.isRecognisable = isRecognisable
        }
    }

    /// A picture that is shown.
    public struct Demand: Sendable {
        /// From the least to the best that is of use, each dearer than the one before; empty: nothing can be sent.
        public var rungs: [Rung]
        /// Shown large.
        public var isMain: Bool

        public init(rungs: [Rung], isMain: Bool) {
            self.rungs = rungs
            self.isMain = isMain
        }
    }

    /// How many rungs each of `demands`, the most important first, may climb: 0 is a picture that stands still.
    ///
    /// - Parameter budget: bit/s for all of them.
    public static func climb(_ demands: [Demand], budget: Int) -> [Int] {
        var height = [Int](repeating: 0, count: demands.count)
        var left = budget
        /// Raises one picture, rung by rung, as long as it is worth it and there is room.
        func raise(_ index: Int, while isWorthIt: (Int) -> Bool) {
            while height[index] < demands[index].rungs.count, isWorthIt(height[index]) {
                let before = height[index] > 0 ? demands[index].rungs[height[index] - 1].rate : 0
                let more = demands[index].rungs[height[index]].rate - before
                guard more <= left else { return }
                left -= more
                height[index] += 1
            }
        }
        for index in demands.indices where demands[index].isMain {
            raise(index) { reached in reached == 0 || !demands[index].rungs[reached - 1].isRecognisable }
        }
        for index in demands.indices where !demands[index].isMain { raise(index) { $0 == 0 } }
        for index in demands.indices where demands[index].isMain { raise(index) { _ in true } }
        for index in demands.indices where !demands[index].isMain { raise(index) { _ in true } }
        return height
    }

    /// What a choice costs, bit/s.
    public static func cost(_ demands: [Demand], _ heights: [Int]) -> Int {
        var sum = 0
        for (demand, height) in zip(demands, heights) where height > 0 && height <= demand.rungs.count {
            sum += demand.rungs[height - 1].rate
        }
        return sum
    }
}

/// A graph that is being walked over.
struct GraphWalk {
    /// What the calls give, in their order, each with the last call that reads it: `Int.max` for what the graph gives.
    private let results: [(name: String, lastUse: Int)]
    /// Where the results of each call begin in `results`, and the end.
    private let starts: [Int]
    /// The position of the call at hand.
    var position = 0

    init(_ graph: ProgramGraph) {
        var uses: [String: Int] = [:]
        for (position, call) in graph.calls.enumerated() {
            for input in call.inputs { for name in input.value.names { uses[name] = position } }
        }
        for output in graph.outputs { for name in output.names { uses[name] = .max } }
        var results: [(name: String, lastUse: Int)] = []
        var starts = [0]
        for call in graph.calls {
            for output in call.outputs { for name in output.names { results.append((name, uses[name] ?? -1)) } }
            starts.append(results.count)
        }
        (self.results, self.starts) = (results, starts)
    }

    /// How many results of a call are there up to the last one that is read.
    func readOutputs(of call: ProgramCall) -> Int {
        var place = starts[position]
        var count = 0
        for (number, output) in call.outputs.enumerated() {
            for _ in output.names {
                if results[place].lastUse >= 0 { count = number + 1 }
                place += 1
            }
        }
        return count
    }

    /// What the calls from `start` on and before the one at hand give that this one or a later one reads.
    func namesReadLater(from start: Int) -> some Sequence<String> {
        results[starts[start]..<starts[position]].lazy.filter { $0.lastUse >= position }.map(\.name)
    }
}

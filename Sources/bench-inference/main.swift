import CheckpointIO
import Engine
import ModelGraph
import ModelZoo
import PlatformC
import ProgramImport
import TensorCore
import Verification

// Times models with seeded weights on a seeded input, for `scripts/bench`: prints a line of tab-separated figures for
// each and writes its logits to FOLDER/<name>.f32. With --layers first, a line for each step follows: microseconds,
// share of the whole in per cent, shape, operation and module. Of a BATCH above one each thread takes some images through
// a plan of its own, which the lines are of. A MODEL that ends in .pt2 is an exported program. It gets
// seeded weights too, and its line also says how many milliseconds reading and importing it took.
//
// --check times nothing: it prints what PlanCheck finds, one line per model. For `scripts/check_plans`.
// --import prints for each program the least time, in milliseconds, that reading and importing it took in RUNS runs.
// --plan prints the least time, in milliseconds, of making a plan for the weights of IN and of reading them once, and
// the ratio.
let usage = """
    usage: bench-inference [--layers] THREADS SECONDS BATCH SIZE FOLDER MODEL…
           bench-inference --check SIZE MODEL…
           bench-inference --import RUNS PROGRAM.pt2…
           bench-inference --plan RUNS THREADS SIZE MODEL IN
    """
let words = Array(CommandLine.arguments.dropFirst())
if words.first == "--check" { check(words.dropFirst()) }
if words.first == "--import" { timeImports(words.dropFirst()) }
if words.first == "--plan" { timePlan(words.dropFirst()) }
let showsLayers = words.first == "--layers"
let arguments = showsLayers ? Array(words.dropFirst()) : words
let numbers = arguments.prefix(4).compactMap { Int($0) }
guard numbers.count == 4, numbers.allSatisfy({ $0 > 0 }), arguments.count > 5 else { fail(usage) }
do {
    for name in arguments[5...] {
        let size = PlanReplicas.batchSize(of: numbers[2], replicas: numbers[0])
        var (model, graph, time) = try opened(name, batch: size, side: numbers[3])
        if size < numbers[2], graph.shape(of: graph.output).first != size {
            (model, graph, time) = try opened(name, batch: numbers[2], side: numbers[3])
        }
        let run = try InferenceRun(graph, images: numbers[2], threads: numbers[0], seconds: numbers[1])
        try run.writeOutput(to: "\(arguments[4])/\(model).f32")
        print("\(model)\t\(run.figures)" + (time.map { "\t\($0)" } ?? ""))
        if showsLayers { for line in try run.layers() { print(line) } }
    }
} catch {
    fail("bench-inference: \(error)")
}

/// A model by its name, or an exported program and the milliseconds that reading and importing it took.
func opened(_ name: String, batch: Int, side: Int) throws -> (name: String, graph: Graph, milliseconds: String?) {
    guard name.hasSuffix(".pt2") else {
        let model = try ModelZoo.model(named: name)
        return (model.name, try model.graph(input: [batch, model.inputChannels, side, side]), nil)
    }
    let clock = ContinuousClock()
    let start = clock.now
    let graph = try ExportedProgram(Checkpoint.open(name)).graph(.init(inputShape: [batch, 3, side, side]))
    let time = thousandths(milliseconds(clock.now - start))
    let file = name.split(separator: "/").last.map { String($0.dropLast(4)) } ?? name
    return (file, graph, time)
}

/// Ends with exit code 2 at the first program that is not imported.
func timeImports(_ words: ArraySlice<String>) -> Never {
    guard let runs = words.first.flatMap({ Int($0) }), runs > 0, words.count > 1 else { fail(usage) }
    let clock = ContinuousClock()
    for path in words.dropFirst() {
        do {
            var least = Duration.seconds(3600)
            for _ in 0..<runs {
                let start = clock.now
                _ = try ExportedProgram(Checkpoint.open(path)).graph()
                least = min(least, clock.now - start)
            }
            print("\(path)\t\(thousandths(milliseconds(least)))")
        } catch {
            fail("bench-inference: \(path): \(error)")
        }
    }
    exit(0)
}

/// Ends with exit code 2 if IN cannot be read or does not fit.
func timePlan(_ words: ArraySlice<String>) -> Never {
    let numbers = words.prefix(3).compactMap { Int($0) }
    guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 }), words.count == 5 else { fail(usage) }
    let names = Array(words.suffix(2))
    do {
        let (model, graph, _) = try opened(names[0], batch: 1, side: numbers[2])
        let time = try PlanningTime(graph, checkpoint: names[1], threads: numbers[1], runs: numbers[0])
        print("\(model)\t\(time.figures)")
    } catch {
        fail("bench-inference: \(error)")
    }
    exit(0)
}

/// Ends with exit code 1 if a model's bits depend on what computes them.
func check(_ words: ArraySlice<String>) -> Never {
    guard let size = words.first.flatMap({ Int($0) }), size > 0, words.count > 1 else { fail(usage) }
    var isRight = true
    do {
        for name in words.dropFirst() {
            let model = try ModelZoo.model(named: name)
            let found = try PlanCheck(try model.graph(input: [1, model.inputChannels, size, size]))
            print("\(model.name)\t\(found.figures)")
            isRight = isRight && found.differing.isEmpty
        }
    } catch {
        fail("bench-inference: \(error)")
    }
    exit(isRight ? 0 : 1)
}

func fail(_ message: String) -> Never {
    let line = Array((message + "\n").utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(2)
}

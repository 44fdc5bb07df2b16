import Engine
import ModelGraph
import ModelZoo
import TensorCore
import Verification

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

// Runs models with seeded weights on a seeded input and prints one line of JSON for each: `scripts/bench` reads it.
// Usage: bench-inference THREADS SECONDS BATCH SIZE MODEL…

let arguments = CommandLine.arguments.dropFirst()
let numbers = arguments.prefix(4).compactMap { Int($0) }
guard numbers.count == 4, numbers.allSatisfy({ $0 > 0 }), arguments.count > 4 else {
    fail("usage: bench-inference THREADS SECONDS BATCH SIZE MODEL…")
}
do {
    for name in arguments.dropFirst(4) {
        let model = try ModelZoo.model(named: name)
        let run = try InferenceRun(
            model.graph(input: [numbers[2], 3, numbers[3], numbers[3]]), threads: numbers[0], seconds: numbers[1])
        print(run.line(name: name))
    }
} catch {
    fail("bench-inference: \(error)")
}

func fail(_ message: String) -> Never {
    let line = Array((message + "\n").utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(2)
}

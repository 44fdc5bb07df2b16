import PlatformC

// bench-images FILE BACKEND FILTER OUT: the tensor of an image file goes to OUT as raw float32; then, for each line of
// standard input, a number of runs, the nanoseconds that one of them took go to standard output.
let words = CommandLine.arguments
guard words.count == 5 else { fail("usage: bench-images FILE cv2|pillow FILTER OUT") }
do {
    let bench = try ImageBench(path: words[1], backend: words[2], filter: words[3])
    try bench.write(to: words[4])
    while let line = readLine(), let runs = Int(line), runs > 0 {
        print(try bench.nanoseconds(runs: runs))
        fflush(nil)
    }
} catch {
    fail("bench-images: \(error)")
}

func fail(_ message: String) -> Never {
    let line = Array((message + "\n").utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    exit(2)
}

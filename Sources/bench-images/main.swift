#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

// bench-images FILE BACKEND FILTER OUT: the tensor of an image file goes to OUT as raw float32; then, for each line of
// standard input, a number of runs, the nanoseconds that one of them took go to standard output.
let words = CommandLine.arguments
guard words.count == 5 else { fatalError("usage: bench-images FILE cv2|pillow FILTER OUT") }
let bench = try ImageBench(path: words[1], ImageBench.Method(backend: words[2], filter: words[3]))
try bench.write(to: words[4])
while let line = readLine(), let runs = Int(line) {
    print(try bench.nanoseconds(runs: runs))
    fflush(nil)
}

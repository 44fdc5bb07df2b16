import ByteIO
import JSON
import PlatformC
import TensorCore

/// A checkpoint ready to be written: which tensors go into which file. No tensor has been read yet.
package struct OutputPlan: Sendable {
    /// The path as given: that of the file, or what the names of several are made of.
    package let path: String
    /// What the files cannot hold and what is done about it, one sentence each.
    package private(set) var notes: [String]
    /// How many bytes of storages are left out because no tensor sees them.
    package let savedBytes: Int

    private(set) var files: [OutputFile]
    /// Which file holds which tensor, where there are several.
    let index: OutputIndex?

    /// - Parameter notes: about what the files hold.
    init(path: String, notes: [String], savedBytes: Int, files: [OutputFile], index: OutputIndex?) {
        self.path = path
        self.savedBytes = savedBytes
        self.files = files
        self.index = index
        self.notes = notes
        if let note = emptiness { self.notes.append(note) }
        let stale = StaleFiles(beside: path, written: paths)
        if let note = stale.note { self.notes.append(note) }
    }

    /// Whether the values around the state dict are written, too.
    package internal(set) var holdsWholeCheckpoint = false

    /// Whether files that exist already are left alone, so that writing fails.
    package var keepsExisting = false

    /// Copies records without reading them, so that their checksums are not compared.
    package mutating func trustChecksums() {
        for index in files.indices { files[index].trustsChecksums = true }
    }

    /// The note on files without a single element.
    private var emptiness: String? {
        let tensors = files.flatMap(\.expected.tensors)
        guard tensors.allSatisfy({ $0.shape.contains(0) }) else { return nil }
        return tensors.isEmpty ? "no tensor is written: there is none" : "every tensor that is written is empty"
    }

    /// A file that was written.
    package struct WrittenFile: Sendable, Equatable {
        package let path: String
        package let byteCount: Int
    }

    /// The files' paths, the index last.
    package var paths: [String] { files.map(\.path) + (index.map { [$0.path] } ?? []) }

    /// Writes the files, whole or not at all; each is opened and looked at before any takes its name. The same input
    /// gives the same bytes.
    ///
    /// The index of several files comes last, and until then there is none: an old one goes before the first new file
    /// comes, and so does a file at `path` itself, which readers would prefer to the index.
    /// - Parameter progress: called with the bytes written so far and all, after each tensor.
    /// - Returns: the files in the order of `paths`.
    @discardableResult
    package func write(
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(CheckpointError) -> [WrittenFile] {
        guard let index else {
            let file = try begin(files[0].path)
            try writeOnly(to: file, progress)
            try io(path) { () throws(IOError) in try file.commit() }
            return [WrittenFile(path: path, byteCount: file.position)]
        }
        let total = files.reduce(0) { $0 &+ $1.byteCount() }
        var done = 0
        func count(_ written: Int) {
            done &+= written
            progress(done, total)
        }
        let lookAhead = LookAhead(files.flatMap(\.computed), path: path)
        defer { lookAhead.stop() }
        var set = AtomicFileSet(isNew: keepsExisting)
        if keepsExisting { try io(path) { () throws(IOError) in try AtomicFile.checkFree(path) } }
        for file in files { try io(file.path) { () throws(IOError) in _ = try set.addPart(path: file.path) } }
        let naming = try begin(index.path)
        for (file, part) in zip(files, set.parts) { try file.write(to: part, lookAhead, written: count) }
        try io(index.path) { () throws(IOError) in try naming.write(Array(index.json.text.utf8)) }
        let written = zip(paths, set.parts + [naming]).map { WrittenFile(path: $0, byteCount: $1.position) }
        try io(path) { () throws(IOError) in try set.commit(naming: naming, replaced: [path]) }
        return written
    }

    /// Writes one file whose name follows from its bytes.
    /// - Parameters:
    ///   - progress: called with the bytes written so far and all, after each tensor.
    ///   - name: gives the path, in the folder of `path`, once the whole file is written and looked at.
    /// - Precondition: the plan is of one file.
    package func writeFile(
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }, namedBy name: (Bytes) throws -> String
    ) throws -> WrittenFile {
        precondition(index == nil, "several files have their names from the first")
        let file = try begin(path)
        try writeOnly(to: file, progress)
        try file.redirect(to: try name(try file.contents()))
        try file.commit()
        return WrittenFile(path: file.path, byteCount: file.position)
    }

    /// Writes one file to a stream, whole or not at all: all of it is first written to the folder for temporary files,
    /// under no name, and looked at.
    /// - Parameters:
    ///   - descriptor: of the stream.
    ///   - progress: called with the bytes written so far and all, after each tensor.
    /// - Precondition: the plan is of one file.
    package func write(
        toStream descriptor: Int32, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(CheckpointError) -> WrittenFile {
        precondition(index == nil, "a stream takes one file")
        let file: AtomicFile
        do throws(IOError) { file = try AtomicFile(unnamedIn: temporaryFolder, path: temporaryFolder) } catch {
            throw CheckpointError(path, .io(error))
        }
        try writeOnly(to: file, progress)
        let count = file.position
        try io(path) { () throws(IOError) in try file.send(to: descriptor) }
        return WrittenFile(path: path, byteCount: count)
    }

    /// Writes all of the only file and looks at it; it is not committed yet.
    private func writeOnly(
        to file: AtomicFile, _ progress: (_ done: Int, _ total: Int) -> Void
    ) throws(CheckpointError) {
        let lookAhead = LookAhead(files[0].computed, path: path)
        defer { lookAhead.stop() }
        let total = files[0].byteCount()
        var done = 0
        try files[0].write(to: file, lookAhead) { written in
            done &+= written
            progress(done, total)
        }
    }

    private func begin(_ path: String) throws(CheckpointError) -> AtomicFile {
        do throws(IOError) { return try AtomicFile(path: path, isNew: keepsExisting) } catch {
            throw CheckpointError(path, .io(error))
        }
    }

    private func io(_ path: String, _ body: () throws(IOError) -> Void) throws(CheckpointError) {
        do throws(IOError) { try body() } catch { throw CheckpointError(path, .io(error)) }
    }
}

/// What `model.safetensors.index.json` says.
struct OutputIndex: Sendable {
    let path: String
    /// Bytes of all tensors, shared memory counted once.
    let totalSize: Int
    /// Key → file name, file by file.
    let weightMap: [(key: Key, file: String)]

    var json: JSONValue {
        [
            "metadata": ["total_size": .int(totalSize)],
            "weight_map": .object(weightMap.map { JSONValue.Field(name: $0.key.text, value: .string($0.file)) }),
        ]
    }
}

import ByteIO
import Pickle
import TarArchive
import TensorCore
import TensorFlowBundle
import ZipArchive

/// Why a checkpoint cannot be read or written: one sentence that starts with the file.
public struct CheckpointError: Error, Equatable, Sendable {
    /// The path as given.
    public let path: String
    package let reason: Reason

    package init(_ path: String, _ reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// What is wrong with the file; each names the place as far as it is known.
    package enum Reason: Equatable, Sendable {
        case io(IOError)
        case archive(ZipError)
        case tar(TarError)
        /// The index of a TensorFlow checkpoint.
        case bundle(BundleError)
        /// A file that belongs to the checkpoint cannot be opened.
        case missingPart(key: Key, IOError)
        case safetensors(SafetensorsError)
        /// The files of a checkpoint in several files do not fit together.
        case shard(ShardError)
        /// The pieces of a distributed checkpoint do not make one.
        case pieces(PieceError)
        /// `entry` is the archive's entry; empty for an array that is a file.
        case numpy(entry: String, NumPyError)
        /// `entry` is the archive's entry, or the part of a legacy stream.
        case pickle(entry: String, PickleError)
        /// An exported program.
        case program(ProgramFileError)
        /// The content is not a checkpoint, or none that is read yet; the text says what it is.
        case notCheckpoint(String)
        /// A tensor needs more bytes than its storage holds.
        case shortStorage(key: Key, storage: String, needed: Int, held: Int)
        /// The file holds more bytes for a storage than the pickle says that it has.
        case longStorage(key: Key, storage: String, declared: Int, held: Int)
        /// The file has no bytes for a storage.
        case missingStorage(key: Key, storage: String, needed: Int)
        /// Shape, strides and offset that no tensor can have.
        case layout(key: Key, LayoutError)
        /// A stream ends inside a storage; `missing` bytes would make the file whole, where that is known.
        case cutStorage(String, ByteError, missing: Int?)
        /// A legacy stream ends inside one of its pickles.
        case cutPickle(entry: String, PickleError)
        /// A storage's persistent id makes no sense. `entry` and offset are those of its opcode.
        case persistentID(entry: String, offset: Int?, String)
        /// A tensor spreads over so much more memory than its storage that it is not laid out.
        case spreadTooFar(needed: Int, held: Int)
        /// A tensor has no elements that could be read.
        case noElements(UnreadableTensor)
        /// A tensor that is to be written has no elements.
        case tensorWithoutElements(key: Key, UnreadableTensor)
        /// A prefix that cannot be taken off the keys; the text says why.
        case prefix(String)
        /// Keys that cannot be edited as asked.
        case keyEdit(String)
        /// The pickle leaves a value to a buffer that should travel beside it.
        case outOfBandBuffer(Key)
        /// A tensor's constructor has other arguments than it takes.
        case tensor(key: Key, String)
        /// The archive holds two entries of this name.
        case duplicateRecord(String)
        /// Containers nest deeper than the limit.
        case tooDeep(limit: Int)
        /// Shared containers multiply to more values than the limit.
        case tooManyValues(limit: Int)
        /// The keys of the tensors are longer in all than the limit, in bytes.
        case keysTooLong(limit: Int)
        /// Two values have the same key: their paths join to it, or it is given twice for writing.
        case duplicateKey(Key)
        /// What is to be written holds a persistent id that names no storage.
        case unknownPersistentID
        /// A computed tensor gave another number of bytes than its type and shape need.
        case computedSize(key: Key, expected: Int, found: Int)
        /// A computed tensor could not be computed; the text is its error's.
        case computation(key: Key, String)
        /// Tensors that the format to write has no form for.
        case notHeld(format: String, [Unheld])
        /// A safetensors header of more bytes than its readers take.
        case headerTooLong(limit: Int)
        /// A storage to write has become shorter than it was when the checkpoint was opened.
        case shrunkStorage(String, needed: Int, held: Int)
        /// The file that was written, opened again before it took its name, does not hold what it should.
        case writtenWrong(tensors: Int, of: Int)
        /// The name of a file to write does not say in which format.
        case unknownExtension
        /// The dotted path leads to no dictionary; `candidates` are the keys at the last container reached.
        case noContainer(path: String, candidates: [String])
        /// A module whose class alone knows the names that its state dict gives its tensors.
        case packedModule(path: String, className: String)
        /// Several sets of weights stand beside optimizers, by their paths, and nobody says which is meant.
        case severalSets([String], optimizers: [String])
    }

    /// A tensor that a format cannot hold.
    package struct Unheld: Equatable, Sendable {
        package let key: Key
        /// The tensor's dtype, or what makes it.
        package let what: String
    }
}

extension CheckpointError: CustomStringConvertible {
    /// The file, and what is wrong with it: one sentence.
    public var description: String {
        // These sentences name the file themselves.
        if case .io(let error) = reason { return error.description }
        let separator = if case .notCheckpoint = reason { " " } else { ": " }
        return "\(path)\(separator)\(reason)"
    }
}

extension CheckpointError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .io(let error): error.description
        case .archive(let error): error.description
        case .tar(let error): error.description
        case .bundle(let error): error.description
        case .missingPart(let key, let error): "'\(key)' lies in a file that is missing: \(error)"
        case .safetensors(let error): error.description
        case .shard(let error): error.description
        case .pieces(let error): error.description
        case .numpy(let entry, let error): entry.isEmpty ? error.description : "\(entry): \(error)"
        case .pickle(let entry, let error): "\(entry) \(error)"
        case .program(let error): error.description
        case .notCheckpoint(let text): text
        case .shortStorage(let key, let storage, let needed, let held):
            "'\(key)' needs \(grouped(needed)) bytes of storage \(storage), which holds \(grouped(held))"
        case .longStorage(let key, let storage, let declared, let held):
            "storage \(storage) of '\(key)' has \(grouped(declared)) bytes by the pickle, its record holds \(grouped(held))"
        case .missingStorage(let key, let storage, let needed):
            "'\(key)' needs \(grouped(needed)) bytes of storage \(storage), which the file does not hold"
        case .layout(let key, let error): "'\(key)': \(error)"
        case .cutStorage(let storage, let error, let missing):
            "storage \(storage) \(error): the file is cut short"
                + (missing.map { ", \(grouped($0)) of its bytes are missing" } ?? "")
        case .cutPickle(let entry, let error):
            "\(entry) \(error): the file is cut short before its tensors"
        case .persistentID(let entry, let offset, let text):
            entry + (offset.map { " @0x\(String($0, radix: 16))" } ?? "")
                + ": a persistent id names no storage: \(text)"
        case .spreadTooFar(let needed, let held):
            "a tensor spreads \(grouped(held)) bytes over \(grouped(needed))"
        case .noElements(let why): why.description
        case .tensorWithoutElements(let key, let why): "'\(key)': \(why)"
        case .prefix(let text): text
        case .keyEdit(let text): text
        case .outOfBandBuffer(let key):
            "'\(key)' is a buffer beside the pickle (NEXT_BUFFER), which a checkpoint has no place for"
        case .tensor(let key, let text): "'\(key)' is not a tensor: \(text)"
        case .duplicateRecord(let name): "the archive holds '\(name)' twice"
        case .tooDeep(let limit): "values nest deeper than \(limit) levels"
        case .tooManyValues(let limit): "shared containers multiply to more than \(grouped(limit)) values"
        case .keysTooLong(let limit):
            "long names on shared containers multiply to keys of more than \(grouped(limit)) bytes"
        case .duplicateKey(let key): "two values have the key '\(key)'"
        case .unknownExtension: "name it .pth, .pt, .ckpt, .bin or .safetensors, which chooses the format"
        case .unknownPersistentID: "a persistent id that names no storage cannot be written"
        case .computedSize(let key, let expected, let found):
            "'\(key)' was computed as \(grouped(found)) bytes, its type and shape need \(grouped(expected))"
        case .computation(let key, let text): "'\(key)': \(text)"
        case .notHeld(let format, let tensors):
            "\(format) cannot hold \(OutputLosses.listed(tensors.map { "'\($0.key)' (\($0.what))" })); nothing is written"
        case .headerTooLong(let limit):
            "its header would have more than the \(grouped(limit)) bytes that readers of safetensors take"
        case .shrunkStorage(let storage, let needed, let held):
            "storage \(storage) holds \(grouped(held)) bytes, where \(grouped(needed)) are to be written"
        case .writtenWrong(let wrong, let count):
            "was written, but \(grouped(wrong)) of \(grouped(count)) tensors are not as they should be; it is discarded"
        case .packedModule(let path, let className):
            (path.isEmpty ? "the file holds" : "'\(path)' is") + " a module of the class \(className), which packs its "
                + "tensors: only Python knows what its state dict calls them; save the module's state_dict()"
        case .severalSets(let weights, let optimizers):
            "it holds \(weights.count) sets of weights, \(OutputLosses.listed(weights.map { "'\($0)'" })), beside "
                + (optimizers.count == 1 ? "the optimizer" : "the optimizers")
                + " \(OutputLosses.listed(optimizers.map { "'\($0)'" })): --state-key NAME takes one of the sets"
        case .noContainer(let path, let candidates):
            (path.isEmpty ? "the file does not hold a dictionary" : "the file holds no dictionary at '\(path)'")
                + (candidates.isEmpty ? "" : "; found \(candidates.prefix(8).joined(separator: ", "))")
        }
    }
}

/// `1234567` as `1,234,567`.
package func grouped(_ number: Int) -> String {
    var digits = String(number.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
        groups.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
    }
    return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}

import ByteIO
import TestSupport
import Testing
import ZipArchive

/// Checks that a file is the one that `torch.save` wrote: byte for byte, or, where that names modules of NumPy 2 which
/// older ones lack, record for record with the names that both know.
func expectWritten(_ path: String, like original: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let (found, expected) = (try MappedFile(path: path).bytes, try MappedFile(path: original).bytes)
    let (written, saved) = (try ZipArchive(found), try ZipArchive(expected))
    let pickle = try #require(saved.entries.first { $0.name.hasSuffix("/data.pkl") })
    let names = try withCommonNames(Array(saved.data(of: pickle)))
    guard try names != Array(saved.data(of: pickle)) else {
        #expect(found == expected, sourceLocation: sourceLocation)
        return
    }
    #expect(written.entries.map(\.name) == saved.entries.map(\.name), sourceLocation: sourceLocation)
    for (entry, other) in zip(written.entries, saved.entries) where !entry.name.hasSuffix("serialization_id") {
        let data = try other.index == pickle.index ? names : Array(saved.data(of: other))
        #expect(try Array(written.data(of: entry)) == data, "\(entry.name)", sourceLocation: sourceLocation)
    }
}

/// A pickle of protocol 2 with `numpy.core` for `numpy._core`.
private func withCommonNames(_ pickle: [UInt8]) -> [UInt8] {
    let (old, new) = (Array("numpy._core".utf8), Array("numpy.core".utf8))
    var result: [UInt8] = []
    var index = 0
    while index < pickle.count {
        if pickle[index...].starts(with: old) {
            result += new
            index += old.count
        } else {
            result.append(pickle[index])
            index += 1
        }
    }
    return result
}

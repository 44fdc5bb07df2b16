import ByteIO
import Pickle

/// A torch zip archive that was unpacked: a folder with `data.pkl` and its storages in `data`.
///
/// macOS unpacks a `.pth` that it takes for a zip archive; then the records lie in the only folder inside.
struct TorchFolder {
    private let path: String

    /// - Returns: nil for any other folder.
    static func open(_ listing: FolderListing) throws(CheckpointError) -> CheckpointSource? {
        if listing.names.contains("data.pkl") { return try TorchFolder(path: listing.path).source() }
        let visible = listing.names.filter { !$0.hasPrefix(".") }
        guard visible.count == 1, let inner = try? FolderListing(path: listing.path(of: visible[0])),
            inner.names.contains("data.pkl")
        else { return nil }
        return try TorchFolder(path: inner.path).source()
    }

    /// - Parameter path: of a file.
    /// - Returns: nil unless it is the `data.pkl` of such a folder, beside its storages and the version of the format.
    static func open(around path: String) throws(CheckpointError) -> CheckpointSource? {
        let name = "data.pkl"
        guard path.utf8.elementsEqual(name.utf8) || path.hasSuffix("/" + name) else { return nil }
        let folder = path.utf8.count == name.utf8.count ? "." : String(path.dropLast(name.count + 1))
        guard let listing = try? FolderListing(path: folder.isEmpty ? "/" : folder), listing.names.contains("version"),
            listing.names.contains("data")
        else { return nil }
        return try TorchFolder(path: listing.path).source()
    }

    private func source() throws(CheckpointError) -> CheckpointSource {
        let graph: PickleGraph
        let pickle = try record("data.pkl")
        do throws(PickleError) {
            graph = try PickleReader.read(pickle)
        } catch {
            throw CheckpointError(path, .pickle(entry: "data.pkl", error))
        }
        var order = ByteOrder.little
        if let text = try? record("byteorder").utf8Text {
            guard let found = ByteOrder(rawValue: text) else {
                throw CheckpointError(path, .notCheckpoint("has the byte order '\(text)', neither little nor big"))
            }
            order = found
        }
        let survey = try StorageSurvey(graph, path: path, entry: "data.pkl")
        let storages = try StorageTable(survey) { (reference) throws(CheckpointError) in
            // Only numbers are accepted: a name from the pickle must not lead to another folder.
            guard reference.number != nil, let bytes = try? record("data/" + reference.name) else { return .missing }
            return .bytes(bytes, of: reference.dtype ?? .uint8, order)
        }
        return CheckpointSource(
            path: path, format: .torchFolder, graph: graph, storages: storages,
            notes: ["the folder is an unpacked torch zip, whose checksums are lost"])
    }

    private func record(_ name: String) throws(CheckpointError) -> Bytes {
        do throws(IOError) {
            return try MappedFile(path: path + "/" + name).bytes
        } catch {
            throw CheckpointError(path, .io(error))
        }
    }
}

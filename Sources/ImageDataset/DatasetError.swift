/// Why a dataset cannot be read.
package enum DatasetError: Error, Equatable, CustomStringConvertible {
    /// Something is wrong with the config's dataset: where, and what.
    case config(place: String, reason: String)
    /// No subfolder of the folder of images has a file with one of the extensions.
    case noFiles(folder: String, extensions: [String])
    /// The folder has another number of subfolders than there are classes.
    case classCount(folder: String, found: Int, expected: Int)
    /// A line of an annotation file, counted from 1.
    case line(file: String, line: Int, reason: String)
    /// A path leads out of the folder with the data.
    case outside(path: String, target: String, folder: String)
    /// Subfolders are nested more deeply than is followed.
    case tooDeep(folder: String, limit: Int)
    /// A file or folder that cannot be used as it is.
    case unusable(path: String, reason: String)

    package var description: String {
        switch self {
        case .config(let place, let reason): "\(place): \(reason)"
        case .noFiles(let folder, let extensions):
            "\(folder): its subfolders have no file that ends in \(extensions.joined(separator: ", "))"
        case .classCount(let folder, let found, let expected):
            "\(folder): has \(found) subfolders, where there are \(expected) classes; "
                + "name the folder that holds one folder per class, or the config's 'classes'"
        case .line(let file, let line, let reason): "\(file):\(line): \(reason)"
        case .outside(let path, let target, let folder):
            "\(path): leads to \(target), outside \(folder); --follow-links permits it"
        case .tooDeep(let folder, let limit): "\(folder): more than \(limit) folders inside one another"
        case .unusable(let path, let reason): "\(path): \(reason)"
        }
    }
}

import Foundation
import TestSupport

/// Networks by their keys and shapes: `make_route_networks.py` made `fixtures/routes/networks.txt`.
enum RouteNetworks {
    struct Tensor {
        let key: String
        let dtype: String
        let shape: [Int]
    }

    private static let all = Result { try read() }

    private static func read() throws -> [String: [Tensor]] {
        let text = try String(contentsOfFile: fixture("routes/networks.txt"), encoding: .utf8)
        var networks: [String: [Tensor]] = [:]
        var name = ""
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ").map(String.init)
            if words[0] == "network" {
                name = words[1]
                continue
            }
            for path in expanded(words[0]) {
                networks[name, default: []] += words.dropFirst().map { word in
                    let parts = word.split(separator: ":", maxSplits: 1)
                    let (dtype, extents) = (parts[1].prefix { $0 != "[" }, parts[1].drop { $0 != "[" })
                    return Tensor(
                        key: path == "-" ? String(parts[0]) : "\(path).\(parts[0])", dtype: String(dtype),
                        shape: extents.dropFirst().dropLast().split(separator: ",").compactMap { Int($0) })
                }
            }
        }
        return networks
    }

    /// A path for each number of its ranges `{0-11}`.
    private static func expanded(_ path: String) -> [String] {
        guard let open = path.firstIndex(of: "{"), let close = path.firstIndex(of: "}") else { return [path] }
        let bounds = path[path.index(after: open)..<close].split(separator: "-").compactMap { Int($0) }
        return (bounds[0]...bounds[1]).flatMap { number in
            expanded("\(path[..<open])\(number)\(path[path.index(after: close)...])")
        }
    }

    /// A safetensors file of the network's keys and shapes, whose data is a hole in the file.
    static func file(of network: String, _ folder: TemporaryFolder) throws -> String {
        guard let tensors = try all.get()[network] else { throw CocoaError(.fileNoSuchFile) }
        var end = 0
        let fields = tensors.map { tensor in
            let size = tensor.shape.reduce(tensor.dtype.isEmpty ? 4 : 8, *)
            defer { end += size }
            return "\"\(tensor.key)\":{\"dtype\":\"\(tensor.dtype.isEmpty ? "F32" : "I64")\",\"shape\":\(tensor.shape),"
                + "\"data_offsets\":[\(end),\(end + size)]}"
        }
        let header = Array("{\(fields.joined(separator: ","))}".utf8)
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
        let path = try folder.write("network.safetensors", length + header)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: UInt64(8 + header.count + end))
        try handle.close()
        return path
    }
}

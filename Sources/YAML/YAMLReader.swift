import CYAML

/// One YAML document, read as data.
package struct YAMLDocument: Sendable {
    /// nil for a text without a document.
    package let root: YAMLNode?

    /// Reads a text of one document, in UTF-8.
    /// - Parameter file: what errors call the text.
    /// - Throws: `YAMLError`; also for a tag that names a class, and for what exceeds the limits.
    package init(_ text: [UInt8], file: String, limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
        guard text.count <= limits.bytes else {
            throw YAMLError(file: file, mark: nil, reason: .limit("bytes", limits.bytes))
        }
        let places = try PlaceTable(text, file: file)
        let library: YAMLLibrary
        do throws(YAMLError.Reason) {
            library = try YAMLLibrary.shared.get()
        } catch {
            throw YAMLError(file: file, mark: nil, reason: error)
        }
        root = try text.withUnsafeBufferPointer { (bytes) throws(YAMLError) in
            var reader = try YAMLReader(library, bytes, places: places, file: file, limits: limits)
            defer { reader.end() }
            return try reader.document()
        }
    }
}

/// One pass over libyaml's events.
private struct YAMLReader {
    private let library: YAMLLibrary
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let places: PlaceTable
    private let file: String
    private let limits: YAMLLimits
    private var nodeCount = 0
    /// The deepest level inside of the node that is being read.
    private var deepest = 0
    /// What each anchor names; nil while the anchor's node is being read.
    private var anchors: [String: Anchored?] = [:]

    private struct Anchored {
        var node: YAMLNode
        /// The number of its nodes.
        let count: Int
        /// Levels of collections in it.
        let depth: Int
    }

    init(
        _ library: YAMLLibrary, _ bytes: UnsafeBufferPointer<UInt8>, places: PlaceTable, file: String,
        limits: YAMLLimits
    ) throws(YAMLError) {
        self.library = library
        self.places = places
        self.file = file
        self.limits = limits
        parser = .allocate(capacity: 1)
        guard library.initialize(parser) == 1 else {
            parser.deallocate()
            throw YAMLError(file: file, mark: nil, reason: .noMemory)
        }
        library.setInput(parser, bytes.baseAddress ?? UnsafePointer(Self.nothing), bytes.count)
    }

    /// libyaml needs an address even for no bytes.
    nonisolated(unsafe) private static let nothing = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

    func end() {
        library.deleteParser(parser)
        parser.deallocate()
    }

    mutating func document() throws(YAMLError) -> YAMLNode? {
        var root: YAMLNode?
        var documents = 0
        while true {
            var event = try next()
            defer { library.deleteEvent(&event) }
            switch event.type {
            case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: continue
            case YAML_DOCUMENT_START_EVENT:
                documents += 1
                if documents > 1 { throw error(.secondDocument, event.start_mark) }
            case YAML_STREAM_END_EVENT: return root
            default: root = try node(event, depth: 0)
            }
        }
    }

    /// The node that an event begins.
    private mutating func node(_ event: yaml_event_t, depth: Int) throws(YAMLError) -> YAMLNode {
        try reach(depth, event.start_mark)
        if event.type == YAML_ALIAS_EVENT { return try repeated(event, depth: depth) }
        let countBefore = nodeCount
        let deepestBefore = deepest
        deepest = depth
        defer { deepest = max(deepest, deepestBefore) }
        try count(1, event.start_mark)
        let anchor = Self.text(
            event.type == YAML_SCALAR_EVENT
                ? event.data.scalar.anchor
                : event.type == YAML_SEQUENCE_START_EVENT
                    ? event.data.sequence_start.anchor : event.data.mapping_start.anchor)
        if let anchor { anchors[anchor] = .some(nil) }
        let node: YAMLNode
        switch event.type {
        case YAML_SCALAR_EVENT: node = try scalar(event)
        case YAML_SEQUENCE_START_EVENT: node = try sequence(event, depth: depth)
        case YAML_MAPPING_START_EVENT: node = try mapping(event, depth: depth)
        default: throw error(.syntax("an unexpected event of libyaml"), event.start_mark)
        }
        if let anchor {
            anchors[anchor] = Anchored(node: node, count: nodeCount - countBefore, depth: deepest - depth)
        }
        return node
    }

    private mutating func repeated(_ event: yaml_event_t, depth: Int) throws(YAMLError) -> YAMLNode {
        let name = Self.text(event.data.alias.anchor) ?? ""
        guard let known = anchors[name] else { throw error(.unknownAlias(name), event.start_mark) }
        guard var anchored = known else { throw error(.recursiveAlias(name), event.start_mark) }
        try count(anchored.count, event.start_mark)
        try reach(depth + anchored.depth, event.start_mark)
        anchored.node.aliasMark = places.mark(event.start_mark)
        return anchored.node
    }

    private mutating func count(_ nodes: Int, _ mark: yaml_mark_t) throws(YAMLError) {
        nodeCount += nodes
        if nodeCount > limits.nodes { throw error(.limit("values", limits.nodes), mark) }
    }

    /// Notes that a level is there.
    private mutating func reach(_ depth: Int, _ mark: yaml_mark_t) throws(YAMLError) {
        guard depth <= limits.depth else { throw error(.limit("levels of collections", limits.depth), mark) }
        deepest = max(deepest, depth)
    }

    private func scalar(_ event: yaml_event_t) throws(YAMLError) -> YAMLNode {
        let scalar = event.data.scalar
        let tag = try tag(scalar.tag, among: ["str", "int", "float", "bool", "null", "timestamp"], event)
        let style: YAMLScalar.Style =
            switch scalar.style {
            case YAML_PLAIN_SCALAR_STYLE, YAML_ANY_SCALAR_STYLE: .plain
            case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
            default: .quoted
            }
        let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        return YAMLNode(
            content: .scalar(YAMLScalar(text: text, style: style, tag: tag)), start: places.mark(event.start_mark),
            end: places.mark(event.end_mark), isFlow: false)
    }

    private mutating func sequence(_ start: yaml_event_t, depth: Int) throws(YAMLError) -> YAMLNode {
        _ = try tag(start.data.sequence_start.tag, among: ["seq"], start)
        var elements: [YAMLNode] = []
        while true {
            var event = try next()
            defer { library.deleteEvent(&event) }
            if event.type == YAML_SEQUENCE_END_EVENT {
                return YAMLNode(
                    content: .sequence(elements), start: places.mark(start.start_mark),
                    end: places.mark(event.end_mark),
                    isFlow: start.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE)
            }
            elements.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func mapping(_ start: yaml_event_t, depth: Int) throws(YAMLError) -> YAMLNode {
        _ = try tag(start.data.mapping_start.tag, among: ["map"], start)
        var entries: [YAMLEntry] = []
        var merged: [YAMLEntry] = []
        while true {
            var event = try next()
            defer { library.deleteEvent(&event) }
            if event.type == YAML_MAPPING_END_EVENT {
                if !merged.isEmpty {
                    let own = Set(entries.compactMap { $0.key.scalar?.text })
                    entries += merged.filter { !own.contains($0.key.scalar?.text ?? "") }
                }
                return YAMLNode(
                    content: .mapping(entries), start: places.mark(start.start_mark),
                    end: places.mark(event.end_mark),
                    isFlow: start.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE)
            }
            let key = try node(event, depth: depth + 1)
            guard let name = key.scalar else { throw error(.key, event.start_mark) }
            var valueEvent = try next()
            defer { library.deleteEvent(&valueEvent) }
            let value = try node(valueEvent, depth: depth + 1)
            if name.style == .plain, name.text == "<<" {
                merged += try mergedEntries(value, valueEvent.start_mark)
            } else {
                entries.append(YAMLEntry(key: key, value: value))
            }
        }
    }

    /// What `<<` brings: the entries of a mapping, or of several. The last of equal keys counts, and the first mapping of
    /// a list wins: it comes last.
    private func mergedEntries(_ value: YAMLNode, _ mark: yaml_mark_t) throws(YAMLError) -> [YAMLEntry] {
        var result: [YAMLEntry] = []
        for mapping in (value.elements ?? [value]).reversed() {
            guard let entries = mapping.entries else { throw error(.mergeKey, mark) }
            for var entry in entries {
                entry.isMerged = true
                result.append(entry)
            }
        }
        return result
    }

    /// The short form of a tag.
    /// - Throws: `YAMLError.Reason.tag` for one that is not among the plain ones.
    private func tag(
        _ tag: UnsafeMutablePointer<yaml_char_t>?, among plain: [String], _ event: yaml_event_t
    ) throws(YAMLError) -> String? {
        guard let tag = Self.text(tag), tag != "!" else { return nil }
        let prefix = "tag:yaml.org,2002:"
        let name = tag.hasPrefix(prefix) ? String(tag.dropFirst(prefix.count)) : tag
        guard tag.hasPrefix(prefix), plain.contains(name) else { throw error(.tag(tag), event.start_mark) }
        return name
    }

    private mutating func next() throws(YAMLError) -> yaml_event_t {
        var event = yaml_event_t()
        guard library.parse(parser, &event) == 1 else { throw failure() }
        return event
    }

    /// What libyaml stopped at.
    private func failure() -> YAMLError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "libyaml gives up"
        if state.error == YAML_READER_ERROR {
            return YAMLError(file: file, mark: nil, reason: .syntax("\(problem), at byte \(state.problem_offset)"))
        }
        let context = state.context.map { " \(String(cString: $0))" } ?? ""
        return error(.syntax(problem + context), state.problem_mark)
    }

    private func error(_ reason: YAMLError.Reason, _ mark: yaml_mark_t) -> YAMLError {
        YAMLError(file: file, mark: places.mark(mark), reason: reason)
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}

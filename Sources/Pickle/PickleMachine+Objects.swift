import ByteIO

/// Globals, objects and persistent IDs.
extension PickleMachine {
    private var usesPython2Names: Bool { protocolVersion < 3 }

    private mutating func name(_ line: UnsafeRawBufferPointer) throws(PickleError) -> String {
        try countText(line.count)
        guard let name = String(validating: line, as: UTF8.self) else {
            throw .badText(opcode, offset: opcodeOffset, needed: "a name in UTF-8", found: printable(line))
        }
        return name
    }

    mutating func pushGlobal(
        _ module: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer
    ) throws(PickleError) {
        try pushImport(.global(global(module, name)))
    }

    private mutating func global(
        _ module: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer
    ) throws(PickleError) -> PickleGlobal {
        if !isLenient { try requireNames(of: module.count, name.count) }
        return PickleGlobal(
            module: try self.name(module), name: try self.name(name), usesPython2Names: usesPython2Names)
    }

    mutating func pushStackGlobal() throws(PickleError) {
        try requireStack(2)
        let name = stack.removeLast()
        let module = stack.removeLast()
        if isLenient { return try pushComputedGlobal(module, name) }
        guard case .string(let moduleText)? = graph[module] else { throw wrongType("a str as module", module) }
        guard case .string(let nameText)? = graph[name] else { throw wrongType("a str as name", name) }
        try requireNames(of: moduleText.utf8.count, nameText.utf8.count)
        try pushImport(.global(PickleGlobal(module: moduleText, name: nameText, usesPython2Names: usesPython2Names)))
    }

    /// STACK_GLOBAL of whatever lies on the stack.
    private mutating func pushComputedGlobal(
        _ module: PickleValue, _ name: PickleValue
    ) throws(PickleError) {
        func text(_ value: PickleValue) -> String {
            graph.text(value).flatMap { Self.isName($0) ? $0 : nil } ?? PickleGlobal.undetermined
        }
        try pushImport(
            .global(PickleGlobal(module: text(module), name: text(name), usesPython2Names: usesPython2Names)))
    }

    /// No module's or class's name is as long; few bytes could name a long text again and again.
    private static let longestName = 512

    private static func isName(_ text: String) -> Bool { text.utf8.count <= longestName }

    /// - Parameters: the lengths in bytes of a module's and a class's or function's name.
    private func requireNames(of module: Int, _ name: Int) throws(PickleError) {
        let longer = max(module, name)
        guard longer <= Self.longestName else {
            throw .wrongType(
                opcode, offset: opcodeOffset, needed: "a name of up to \(Self.longestName) bytes",
                found: "one of \(longer)")
        }
    }

    private mutating func pushImport(_ node: PickleNode) throws(PickleError) {
        let id = try make(node)
        graph.noteImport(id)
        stack.append(.node(id))
    }

    mutating func pushExtension(_ code: Int64) throws(PickleError) {
        guard code > 0, let code = Int32(exactly: code) else {
            throw .wrongType(opcode, offset: opcodeOffset, needed: "a code above 0", found: "\(code)")
        }
        try pushImport(.extensionCode(code))
    }

    /// BINPERSID.
    @inline(__always)
    mutating func pushPersistentID() throws(PickleError) {
        let payload = try pop()
        try requireRoom()
        stack.append(.node(graph.append(persistentID: payload, at: opcodeOffset)))
    }

    mutating func pushPersistentID(_ line: UnsafeRawBufferPointer) throws(PickleError) {
        let payload = try make(.string(name(line)))
        try push(.persistentID(.node(payload)))
    }

    // MARK: Construction

    /// The callable's node: anything but a constant or a plain value may turn out to be callable.
    @inline(__always)
    private func callable(_ value: PickleValue) throws(PickleError) -> PickleNodeID {
        guard case .node(let id) = value else { throw wrongType("a callable", value) }
        guard graph.mayBeCallable(id) else { throw wrongType("a callable", value) }
        return id
    }

    @inline(__always)
    private mutating func arguments(_ value: PickleValue) throws(PickleError) -> PickleNodeID {
        if case .node(let id) = value, graph.isTuple(id) { return id }
        return try lenientArguments(value)
    }

    private mutating func lenientArguments(_ value: PickleValue) throws(PickleError) -> PickleNodeID {
        guard isLenient else { throw wrongType("a tuple", value) }
        let items = graph.sequence(value) ?? [value]
        // A list may be the arguments of any number of calls.
        argumentCount += items.count
        let most = 1 << 16 + input.count
        guard argumentCount <= most else { throw limit(of: "items of lists as arguments", most) }
        return try make(.tuple(items))
    }

    private mutating func keywords(_ value: PickleValue) throws(PickleError) -> PickleNodeID {
        if case .node(let id) = value, case .dict = graph[id] { return id }
        guard isLenient else { throw wrongType("a dict", value) }
        return try make(.dict([PickleEntry(value, value)]))
    }

    /// REDUCE and NEWOBJ. Most objects are memoized by the opcode that follows.
    mutating func construct(
        _ construction: PickleObject.Construction, _ bytes: UnsafeRawBufferPointer
    ) throws(PickleError) {
        try requireStack(2)
        let arguments = try arguments(stack.removeLast())
        let callable = try callable(stack.removeLast())
        var isMemoized = false
        if position < readableEnd {
            let next = bytes[position]
            isMemoized =
                next == PickleOpcode.binput.rawValue || next == PickleOpcode.longBinput.rawValue
                || next == PickleOpcode.memoize.rawValue
        }
        if !isMemoized { graph.noteUnmemoizedObject() }
        try requireRoom()
        let id = graph.append(
            calling: callable, arguments, construction, isMemoized: isMemoized, at: opcodeOffset)
        pushMade(id, bytes)
    }

    mutating func constructExtended() throws(PickleError) {
        try requireStack(3)
        let keywordsID = try keywords(stack.removeLast())
        let arguments = try arguments(stack.removeLast())
        let callable = try callable(stack.removeLast())
        graph.noteUnmemoizedObject()
        try push(
            .object(
                PickleObject(
                    .newObjectExtended, callable: callable, arguments: arguments, keywords: keywordsID,
                    isMemoized: false)))
    }

    mutating func constructInstance(
        _ module: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer
    ) throws(PickleError) {
        let arguments = try make(.tuple(takeFromMark()))
        let callable = try make(.global(global(module, name)))
        graph.noteImport(callable)
        graph.noteUnmemoizedObject()
        try push(.object(PickleObject(.inst, callable: callable, arguments: arguments, isMemoized: false)))
    }

    mutating func constructFromMark() throws(PickleError) {
        let items = try takeFromMark()
        guard let first = items.first else {
            throw .stackUnderflow(opcode, offset: opcodeOffset, needed: 1, found: 0)
        }
        let callable = try callable(first)
        let arguments = try make(.tuple(Array(items.dropFirst())))
        graph.noteUnmemoizedObject()
        try push(.object(PickleObject(.obj, callable: callable, arguments: arguments, isMemoized: false)))
    }

    // MARK: Buffers

    mutating func pushBuffer() throws(PickleError) {
        try push(.buffer(index: bufferCount, isReadOnly: false))
        bufferCount += 1
    }

    mutating func makeBufferReadOnly() throws(PickleError) {
        let target = try top()
        guard case .node(let id) = target, case .buffer(let index, _) = graph[id] else {
            if isLenient { return }
            throw wrongType("a buffer", target)
        }
        graph.replace(id, with: .buffer(index: index, isReadOnly: true))
    }
}

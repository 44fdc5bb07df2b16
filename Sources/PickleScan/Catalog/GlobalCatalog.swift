import Pickle

/// What is known of the globals that pickles name.
///
/// Nothing is known of most: they are for review. A few are vouched for, by PyTorch's own list for
/// `weights_only=True` and by reason; and many, mostly of the standard library, are known to run programs or code, or
/// to reach files, the network or the interpreter.
package enum GlobalCatalog {
    /// Which of a call's arguments have a say.
    package enum Scrutiny: Sendable {
        case none
        /// `getattr(object, name)`.
        case attribute
        /// `partial(function, …)`.
        case partial
        /// A pickle in a byte string.
        case nestedPickle
        /// A stream of bytes in memory, which others read.
        case stream
        /// A class whose constructor does harm; `__new__` alone, by which pickles make objects, is not known to.
        case constructor
        /// `_rebuild_from_type_v2(function, class, arguments, state)`: calls a function that rebuilds a tensor, and methods
        /// of what that returns.
        case rebuild
        /// `_reconstructor(class, base, state)`: calls `base.__init__`.
        case reconstruction
        /// `__generator_ctor(name, constructor)` and the like of NumPy's random numbers: calls either if it can be called.
        case randomNumbers
        /// `getitem(object, key)`, by which `typing.List[int]` is pickled, and `GenericAlias(class, types)`, `list[int]`.
        case item
        /// A class whose instances are plain as `__new__` makes them; its constructor may do anything.
        case instance
        /// `type(object)`, or `type(name, bases, attributes)`.
        case type
        /// An attribute of a harmless class: harmless unless it is called.
        case attributeOfKnown
        /// Harmless as a value and as `__new__` makes it; a call does what its arguments say.
        case uncalled
        /// `reduce(or_, types)`, by which `int | None` is pickled.
        case union
        /// `itemgetter(key, …)`, which is harmless unless it is called.
        case itemGetter
        /// An object of TorchScript's, whose state names one of PyTorch's classes in C++.
        case scriptObject
        /// A model of XGBoost or LightGBM, which its library reads from a text or bytes in its state.
        case booster
    }

    /// What is to be thought of a global before its call is looked at.
    package struct Judgement: Sendable {
        package let verdict: Verdict
        /// A clause that follows the name.
        package let reason: String
        package var scrutiny = Scrutiny.none
    }

    /// The verdict on the bare name; where `scrutiny` is not `none`, the call decides.
    package static func judgement(of global: PickleGlobal) -> Judgement {
        let global = definition(of: global.resolved)
        let key = entry(global.module, global.name)
        if usual.contains(key) { return Judgement(verdict: .clean, reason: "is known to be harmless") }
        if uncalled.contains(key) {
            return Judgement(verdict: .clean, reason: "is harmless unless it is called", scrutiny: .uncalled)
        }
        if let scrutiny = scrutinized[key] {
            if scrutiny == .stream {
                return Judgement(verdict: .clean, reason: "is known to be harmless", scrutiny: scrutiny)
            }
            return Judgement(verdict: .review, reason: "depends on what it is called with", scrutiny: scrutiny)
        }
        if known.contains(key) {
            return Judgement(verdict: .clean, reason: "is known to be harmless", scrutiny: callers[key] ?? .none)
        }
        if isAttributeOfKnown(global), harm(module: global.module, name: global.name) == nil {
            return Judgement(
                verdict: .clean, reason: "belongs to a class that is known to be harmless",
                scrutiny: .attributeOfKnown)
        }
        if global.module == PickleGlobal.undetermined || global.name == PickleGlobal.undetermined {
            return Judgement(verdict: .dangerous, reason: "has a name that is computed while the pickle is loaded")
        }
        if let reason = dangerousNames[key] ?? reasonAgainst(module: global.module, name: global.name) {
            let chain = HarmfulCallables.judgement(module: global.module, name: global.name)?.reason
            return Judgement(verdict: .dangerous, reason: chain ?? reason)
        }
        if plain.contains(key) { return Judgement(verdict: .clean, reason: "is a class of plain data") }
        if instances.contains(key) || isNetworkOfTransformers(global.module, key) {
            return Judgement(verdict: .clean, reason: "is a class of plain objects", scrutiny: .instance)
        }
        if let found = HarmfulCallables.judgement(module: global.module, name: global.name) { return found }
        return Judgement(verdict: .review, reason: "is not known to be harmless")
    }

    /// An attribute that leads from a harmless object to harm: a name that Python reserves, or one of a few.
    static func isHarmful(attribute: String) -> Bool {
        attribute.utf8.starts(with: "__".utf8) || harmfulAttributes.contains(attribute)
    }

    /// An attribute that is for its own class: the tables of harm do not list such methods.
    static func isPrivate(attribute: String) -> Bool { attribute.isEmpty || attribute.utf8.first == UInt8(ascii: "_") }

    /// The harm that the tables know of a function or method, as a clause; nil if none.
    static func harm(module: String, name: String) -> String? {
        let global = definition(of: PickleGlobal(module: module, name: name))
        return HarmfulCallables.judgement(module: global.module, name: global.name)?.reason
            ?? dangerousNames[entry(global.module, global.name)]
    }

    /// A method of a path under the class that the tables know it by: `pathlib._local.PosixPath.unlink` of Python 3.13 is
    /// `pathlib.Path.unlink`.
    private static func definition(of global: PickleGlobal) -> PickleGlobal {
        guard global.module == "pathlib" || global.module == "pathlib._local",
            let dot = global.name.utf8.firstIndex(of: UInt8(ascii: ".")),
            ["Path", "PosixPath", "WindowsPath"].contains(global.name[..<dot])
        else { return global }
        return PickleGlobal(module: "pathlib", name: "Path" + global.name[dot...])
    }

    // MARK: Paths

    /// Whether a dotted name leads from a harmless class to an ordinary attribute: `HistoryBuffer.min`.
    private static func isAttributeOfKnown(_ global: PickleGlobal) -> Bool {
        guard let dot = global.name.utf8.firstIndex(of: UInt8(ascii: ".")) else { return false }
        let attributes = global.name.utf8[global.name.utf8.index(after: dot)...]
            .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { String(Substring($0)) }
        return known.contains(entry(global.module, global.name[..<dot]))
            && !attributes.contains { isHarmful(attribute: $0) || isPrivate(attribute: $0) || gateways.contains($0) }
    }

    /// Why a global that no table names is dangerous: by the module it lies in, or by the way that leads to it.
    private static func reasonAgainst(module: String, name: String) -> String? {
        var prefix = Substring(module)
        while true {
            if let reason = dangerousModules[String(prefix)] { return reason }
            guard let dot = prefix.utf8.lastIndex(of: UInt8(ascii: ".")) else { break }
            prefix = prefix[..<dot]
        }
        let modules = module.utf8.split(separator: UInt8(ascii: "."))
        if let through = modules.dropFirst().map({ String(Substring($0)) }).first(where: gateways.contains) {
            return "reaches the module \(through) through another one"
        }
        let steps = steps(of: name)
        if let step = steps.dropLast().first(where: { isGateway($0) || dangerousModules[$0] != nil }) {
            return "reaches the module \(step) through another one"
        }
        if let last = steps.last, isGateway(last) {
            return "is the module \(last), reached through another one"
        }
        if let step = steps.first(where: isReserved) {
            return "reaches into the interpreter by '\(step)'"
        }
        if steps.count > 1, let last = steps.last, harmfulAttributes.contains(last) {
            return "is the method '\(last)', which reaches out of the process"
        }
        return nil
    }

    /// Whether it names a module that others import, also as some do: `import sys as _sys`.
    static func isGateway(_ name: String) -> Bool {
        gateways.contains(name) || name.utf8.first == UInt8(ascii: "_") && gateways.contains(String(name.dropFirst()))
    }

    /// `__globals__` and its like, with which one gets from any function to any module.
    private static func isReserved(_ name: String) -> Bool {
        name.utf8.count > 4 && name.utf8.starts(with: "__".utf8) && name.utf8.suffix(2).elementsEqual("__".utf8)
    }

    // MARK: Tables

    static func entry(_ module: some StringProtocol, _ name: some StringProtocol) -> String {
        "\(module) \(name)"
    }

    /// Some of `known`: nearly all that state dicts name, for whom the tables then need not be made.
    static let usual = [
        "collections OrderedDict", "torch._utils _rebuild_tensor_v2", "torch FloatStorage", "torch LongStorage",
        "torch HalfStorage", "torch BFloat16Storage", "torch._utils _rebuild_parameter",
    ]

    /// What `torch.load` imports with `weights_only=True` where nobody allows it more; as `module.name`, the form in
    /// which PyTorch looks names up.
    package static let allowedByWeightsOnly = Set(
        entries(of: weightsOnly).map { $0.split(separator: " ").joined(separator: ".") })

    static let known = Set([weightsOnly, torchClasses, numpyTypes, ordinary].flatMap(entries))

    /// What is judged by its calls, of which picklers write none.
    static let uncalled = Set(entries(of: ordinaryValues))

    static let plain = Set(entries(of: dataClasses))

    private static let instances = Set([instanceClasses, ordinaryInstances, estimators].flatMap(entries))

    /// A set of its own, because its table is long and few files name such classes.
    private static let networksOfTransformers = Set(entries(of: transformersClasses))

    private static func isNetworkOfTransformers(_ module: String, _ key: String) -> Bool {
        module.utf8.starts(with: "transformers.".utf8) && networksOfTransformers.contains(key)
    }

    private static let dangerousNames: [String: String] = Dictionary(
        dangerousFunctions.flatMap { group in entries(of: group.names).map { ($0, group.reason) } },
        uniquingKeysWith: { first, _ in first })

    private static let dangerousModules: [String: String] = Dictionary(
        harmfulModules.flatMap { group in words(of: group.names).map { (String($0), group.reason) } },
        uniquingKeysWith: { first, _ in first })

    static let scrutinized: [String: Scrutiny] = [
        "builtins getattr": .attribute,
        "builtins type": .type,
        "functools partial": .partial,
        "torch.storage _load_from_bytes": .nestedPickle,
        "_io BytesIO": .stream,
        "io BytesIO": .stream,
        "_operator getitem": .item,
        "operator getitem": .item,
        "types GenericAlias": .item,
        "functools reduce": .union,
        "_functools reduce": .union,
        "operator itemgetter": .itemGetter,
        "_operator itemgetter": .itemGetter,
        "torch ScriptObject": .scriptObject,
        "xgboost.core Booster": .booster,
        "lightgbm.basic Booster": .booster,
    ]

    /// Known functions that call what they are given.
    private static let callers: [String: Scrutiny] = [
        "torch._tensor _rebuild_from_type_v2": .rebuild,
        "copyreg _reconstructor": .reconstruction,
        "numpy.random._pickle __bit_generator_ctor": .randomNumbers,
        "numpy.random._pickle __generator_ctor": .randomNumbers,
        "numpy.random._pickle __randomstate_ctor": .randomNumbers,
    ]

    /// The globals of a table whose lines are a module, a colon and names.
    static func entries(of table: String) -> [String] {
        var module: Substring = ""
        return words(of: table).compactMap { word in
            guard word.utf8.last == UInt8(ascii: ":") else { return entry(module, word) }
            module = word.dropLast()
            return nil
        }
    }

    static func words(of text: String) -> [Substring] {
        text.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }.map { Substring($0) }
    }
}

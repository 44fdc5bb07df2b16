/// An object that Python would make by calling something, and what is then done to it, as the pickle says it.
package struct PickleObject: Sendable {
    /// Which opcode makes the object.
    package enum Construction: UInt8, Sendable, Hashable {
        /// REDUCE: `callable(*arguments)`.
        case reduce
        /// NEWOBJ: `callable.__new__(callable, *arguments)`.
        case newObject
        /// NEWOBJ_EX: `callable.__new__(callable, *arguments, **keywords)`.
        case newObjectExtended
        /// INST: as REDUCE, of a class named in the opcode.
        case inst
        /// OBJ: as REDUCE, of a class on the stack.
        case obj
    }

    package var construction: Construction
    /// Whether the pickle put the object in its memo. CPython does, but for the results of `getattr` that stand
    /// for nested classes and methods.
    package var isMemoized: Bool
    package var callable: PickleNodeID
    /// A tuple.
    package var arguments: PickleNodeID
    /// A dict; NEWOBJ_EX only.
    package var keywords: PickleNodeID?
    /// What happens to the object once made, in order.
    package var steps: [PickleStep]

    package init(
        _ construction: Construction = .reduce, callable: PickleNodeID, arguments: PickleNodeID,
        keywords: PickleNodeID? = nil, steps: [PickleStep] = [], isMemoized: Bool = true
    ) {
        self.construction = construction
        self.callable = callable
        self.arguments = arguments
        self.keywords = keywords
        self.steps = steps
        self.isMemoized = isMemoized
    }
}

/// One mutation of an object. Consecutive steps of one kind are one step.
package enum PickleStep: Sendable {
    /// APPEND, APPENDS: items for `extend`.
    case append([PickleValue])
    /// SETITEM, SETITEMS.
    case setItems([PickleEntry])
    /// ADDITEMS: items for `add`.
    case add([PickleValue])
    /// BUILD: a state for `__setstate__`, or for `__dict__` and slots.
    case build(PickleValue)
    /// A call made for its effect on the object, its result dropped: a reducer's state setter.
    case call(PickleNodeID)
}

extension PickleObject {
    /// All items that APPEND and APPENDS give the object.
    package var listItems: [PickleValue] {
        steps.flatMap { step -> [PickleValue] in if case .append(let items) = step { items } else { [] } }
    }

    /// All items that SETITEM and SETITEMS give the object: an OrderedDict's content.
    package var dictItems: [PickleEntry] {
        steps.flatMap { step -> [PickleEntry] in if case .setItems(let entries) = step { entries } else { [] } }
    }

    /// The states that BUILD sets, almost always none or one.
    package var states: [PickleValue] {
        steps.compactMap { step in if case .build(let state) = step { state } else { nil } }
    }
}

import Testing

@testable import CheckpointIO

@Suite struct CheckpointValueTests {
    /// The value behind `key` of the fixture `nested`, as Python prints it.
    static let nested: [(key: String, repr: String)] = [
        ("meta.epoch", "3"), ("meta.lr", "1e-05"), ("meta.name", "'café'"), ("meta.none", "None"),
        ("meta.big", "1267650600228229401496703205376"),
        (
            "mixed",
            "[1, -1, 2147483648, -1099511627776, (), [], {}, (1,), b'bytes', {'x'}, 2.5, inf, torch.float16]"
        ),
        ("optimizer.param_groups", "[{'params': [0, 1], 'betas': (0.9, 0.999)}]"),
        ("size", "torch.Size([2, 3])"), ("device", "device(type='cpu')"),
        ("2.5", "collections.defaultdict({'k': [<tensor float32>]})"),
    ]

    @Test(
        "values that are not tensors are what they are in Python, at every protocol",
        arguments: ["nested", "nested_legacy", "nested_protocol4", "nested_protocol5"])
    func values(_ name: String) throws {
        let root = try Fixture(name: name).open().root
        for (key, repr) in Self.nested {
            #expect(root.value(at: key)?.pythonRepr == repr, "\(key)")
        }
    }

    @Test("two keys that differ in normalisation only are two keys")
    func normalisation() throws {
        guard case .dictionary(let root) = try Fixture(name: "nested").open().root,
            case .dictionary(let meta)? = root["meta"]
        else {
            Issue.record("no meta")
            return
        }
        #expect(meta["cafe\u{301}"]?.pythonRepr == "True")
        #expect(meta["caf\u{E9}"] == nil)
    }

    @Test("keys of dictionaries that are not strings appear as Python's repr")
    func keys() throws {
        guard case .dictionary(let root) = try Fixture(name: "nested").open().root else { return }
        #expect(
            root.entries.map(\.name) == [
                "state_dict", "meta", "optimizer", "mixed", "(1, 'pair')", "False", "2.5", "size", "device", "again",
            ])
    }

    @Test("an object of an unknown class is its name and its attributes")
    func object() throws {
        let checkpoint = try Fixture(name: "object").open()
        guard case .dictionary(let root) = checkpoint.root, case .object(let box)? = root["box"] else {
            Issue.record("no box")
            return
        }
        #expect(box.typeName == "__main__.Box")
        #expect(box.attributes.map(\.name) == ["weight", "note"])
        #expect(checkpoint.tensors.map(\.key) == ["box.weight", "list.0.weight"])
    }

    @Test("what is more than a view of a storage is a tensor, too, and so is an array; a storage is a value")
    func opaque() throws {
        guard case .dictionary(let root) = try Fixture(name: "opaque").open().root else {
            Issue.record("no dictionary")
            return
        }
        #expect(
            root.entries.map(\.value.pythonRepr) == [
                "<tensor float32>", "<tensor float32>", "<tensor qint8>", "<tensor float32>", "<tensor complex64>",
                "<tensor float32>", "torch.storage.UntypedStorage('8', 'cpu', 12)",
                "<tensor int64>", "<tensor float32>",
            ])
    }

    @Test("mmengine's history buffers are objects, and their functions names")
    func historyBuffer() throws {
        let root = try Fixture(name: "mmengine").open().root
        guard case .dictionary(let hub)? = root.value(at: "message_hub"),
            case .dictionary(let scalars)? = hub["log_scalars"], case .object(let buffer)? = scalars["train/loss"]
        else {
            Issue.record("no history buffer")
            return
        }
        #expect(buffer.typeName == "mmengine.logging.history_buffer.HistoryBuffer")
        guard
            case .dictionary(let methods)? = buffer.attributes.first(where: { $0.name == "statistics_methods" })?.value
        else {
            Issue.record("no methods")
            return
        }
        #expect(methods.entries.map(\.name) == ["min", "max", "current", "mean"])
        guard case .global(let name)? = methods["min"] else {
            Issue.record("no global")
            return
        }
        #expect(name == "mmengine.logging.history_buffer.HistoryBuffer.min")
    }
}

extension CheckpointValue {
    fileprivate func value(at path: String) -> CheckpointValue? {
        var value = self
        guard case .dictionary(let root) = self else { return nil }
        if let direct = root[path] ?? root.entries.first(where: { $0.name == path })?.value { return direct }
        for part in path.split(separator: ".") {
            guard case .dictionary(let dictionary) = value, let next = dictionary[String(part)] else { return nil }
            value = next
        }
        return value
    }
}

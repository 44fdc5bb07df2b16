import Testing

@testable import PickleScan

@Suite struct NamedTargetsTests {
    private func verdict(_ text: String) -> Verdict {
        NamedTargets(Array(text.utf8)).findings.map(\.verdict).max() ?? .clean
    }

    @Test(
        "what a config has Hydra call is judged by its name, however YAML spells it",
        arguments: [
            ("_target_: os.system", .dangerous), ("{a: 1, '_target_' : \"os.system\"}", .dangerous),
            ("a:\n  _target_:\n    os.system\n", .dangerous), ("_target_: builtins.getattr", .dangerous),
            ("_target_: torch.serialization.os.system # harmless", .dangerous), ("_target_: my.Model", .review),
            ("_target_: ${name}", .review), ("_target_: &a my.b c", .review),
            ("? \"_tar\\\n  get_\"\n: os.system", .review),
            ("a: &k _target_", .review), ("\"\\u005ftarget_\": os.system", .review),
            ("_target_: torch.nn.Linear", .clean), ("_target_: nemo.core.optim.CosineAnnealing", .clean),
            ("_target_: nemo.core.os.Popen", .dangerous), ("# a _target_ is a name", .clean),
            ("my_target_: os.system", .clean),
        ] as [(String, Verdict)])
    func targets(_ text: String, _ expected: Verdict) { #expect(verdict(text) == expected) }

    @Test(
        "a plain target counts where its name tells harm",
        arguments: [
            ("target: os.system", .dangerous), ("  target: subprocess.Popen\n", .dangerous),
            ("target: ldm.models.diffusion.ddpm.LatentDiffusion", .clean), ("target: test.csv", .clean),
            ("target: input", .clean), ("targets: os.system", .clean),
            ("- class_path: subprocess.Popen\n  init_args: {a: 1}", .dangerous), ("class_path: my.Model", .clean),
            ("class_path: torch.optim.AdamW", .clean), ("loader_module: mlflow.sklearn", .clean),
            ("loader_module: os\n", .dangerous), ("loader_module: my_model\n", .review),
            ("model_code_path: /a/model.py\n", .review), ("model_code_path: null\n", .clean),
        ] as [(String, Verdict)])
    func plainTargets(_ text: String, _ expected: Verdict) { #expect(verdict(text) == expected) }

    @Test(
        "a tag of PyYAML's for Python is judged by the name in it",
        arguments: [
            ("!!python/object/apply:os.system [a]", .dangerous), ("!!python/module:os", .dangerous),
            ("!<tag:yaml.org,2002:python/name:builtins.eval>", .dangerous), ("!!python/object:a.B {}", .review),
            ("!!pytho%6E/object/apply:os.system [a]", .review), ("a: !!python%2Fobject:os.system {}", .review),
            ("a: 100%41 !b", .clean), ("!!python/tuple [1]", .clean), ("!!python/object:argparse.Namespace {}", .clean),
            ("%TAG !p! tag:yaml.org,2002:python/\n---\n", .review),
        ] as [(String, Verdict)])
    func tags(_ text: String, _ expected: Verdict) { #expect(verdict(text) == expected) }

    @Test("a config in UTF-16 is read as PyYAML reads it", arguments: [true, false])
    func wide(_ isBigEndian: Bool) {
        let units = "\u{FEFF}!!python/object/apply:os.system [a]".utf16
        let bytes = units.flatMap {
            isBigEndian ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)]
        }
        #expect(NamedTargets(bytes).findings.map(\.verdict) == [.dangerous])
    }

    @Test(
        "a chat template that only writes is plain",
        arguments: [
            ("{{ ''.__class__ }}", .dangerous), ("{{ '}}' ~ a.__globals__ }}", .dangerous),
            ("{{ a.gi_frame.f_back }}", .dangerous), ("{{ a | attr('b') }}", .review), ("{%- include 'b' %}", .review),
            ("{{ a['\\x5F'] }}", .review), ("{{ a['_' * 2] }}", .review), ("{{ a['_b'] | map(attribute='c') }}", nil),
            ("{% for m in messages %}{{ m['role'] + '__end__' }}{% endfor %}", nil), ("", nil), ("'", nil), ("{", nil),
        ] as [(String, Verdict?)])
    func templates(_ text: String, _ expected: Verdict?) { #expect(ChatTemplate(text).judgement?.0 == expected) }
}

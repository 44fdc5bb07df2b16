import KeyRules
import TestSupport
import Testing

@testable import Workbench

/// What `convert --to mmpretrain` makes of networks that are near to others: taken for what they are, or refused with
/// the reason and the way around.
@Suite struct RouteNetworksTests {
    private func route(_ network: String, rules: String? = nil, _ settings: [String: String] = [:]) throws -> Route {
        let folder = try TemporaryFolder()
        var options = ConversionOptions(inputs: [.init(path: try RouteNetworks.file(of: network, folder))])
        options.settings = settings
        return try Route(options, to: "mmpretrain", rules: try rules.map { try RuleCatalogue.source(named: $0) })
    }

    @Test(
        "a network is taken for the model that it is",
        arguments: [
            ("timm:resnext101_32x4d", "resnext101-32x4d_8xb32_in1k"), ("timm:mobileone_s4", "mobileone-s4_8xb32_in1k"),
            ("timm:mobilenetv3_small_050", "mobilenet-v3-small-050_3rdparty_in1k"),
            ("timm:levit_conv_128s", "levit-128s_3rdparty_in1k"), ("timm:resnet50", "resnet50_8xb32_in1k"),
            ("timm:vit_giant_patch14_dinov2", "vit-giant-p14_dinov2-pre_3rdparty"),
        ])
    func models(network: String, model: String) throws {
        let plan = try #require(try route(network).legs.last).plan
        #expect(plan.model == model)
        #expect(plan.isModelChecked && plan.isExecutable)
    }

    @Test(
        "a network without a config is converted unchecked by the rules of its kind",
        arguments: [
            ("timm:resnet18d", "resnet_cd_timm.rules"), ("timm:convnext_atto", "convnext_timm.rules"),
            ("timm:vit_huge_patch14_224", "vit_timm.rules"),
        ])
    func unchecked(network: String, rules: String) throws {
        let leg = try #require(try route(network).legs.last)
        #expect(leg.rules.file.name == rules)
        #expect(!leg.plan.isModelChecked && leg.plan.isExecutable)
        #expect(leg.plan.findings.contains { $0.code == .unknownModel })
    }

    @Test(
        "a network that comes near to a model is told the words that convert it unchecked, and they do",
        arguments: [
            ("timm:vit_small_patch8_224", "vit_timm", "size"), ("timm:vit_base_patch8_224", "vit_timm", "size"),
            ("huggingface:vit_base_patch8", "vit_huggingface", "size"),
            ("timm:seresnext101_32x8d", "seresnet_timm", "size"), ("timm:resnet26", "resnet_torchvision", "variant"),
        ])
    func remedies(network: String, rules: String, parameter: String) throws {
        let error = #expect(throws: WorkbenchError.self) { try route(network) }
        let text = error?.description ?? ""
        #expect(text.contains("--rules \(rules) --set \(parameter)=other converts it"), "\(text)")
        #expect(!text.contains("\n"))
        let leg = try #require(try route(network, rules: rules, [parameter: "other"]).legs.last)
        #expect(leg.plan.isExecutable && !leg.plan.isModelChecked)
    }

    @Test(
        "a network that MMPreTrain does not have is not taken for one whose keys are alike",
        arguments: [
            ("timm:efficientnet_lite0", "mobilenet_v2_timm.rules takes"),
            ("timm:efficientnetv2_rw_t", "efficientnetv2.rules"),
            ("timm:vit_base_patch16_rpn_224", "cls_token"), ("timm:vit_medium_patch16_gap_256", "cls_token"),
            ("timm:convnext_atto_rms", "norm.bias"), ("timm:levit_512_s8", "stem.conv4"),
            ("timm:darknet53", "nearest"),
        ])
    func refused(network: String, reason: String) throws {
        let error = #expect(throws: WorkbenchError.self) { try route(network) }
        let text = error?.description ?? ""
        #expect(text.contains("no bundled rules take its keys") && text.contains(reason), "\(text)")
    }

    @Test(
        "what computes otherwise with the same keys is said",
        arguments: [
            ("timm:resnet50", "resnetaa50"), ("timm:resnet18d", "resnetblur"), ("timm:hardcorenas_a", "other kernels"),
            ("timm:vit_base_patch16_rope_ape_224", "rotary embeddings"),
        ])
    func caveats(network: String, words: String) throws {
        let caveats = try route(network).caveats.map(\.text)
        #expect(caveats.contains { $0.contains(words) }, "\(caveats)")
    }

    @Test("a group norm in place of the batch norm is said, where it is converted unchecked")
    func groupNorm() throws {
        let route = try route("timm:resnet50_gn", rules: "resnet_torchvision", ["variant": "other"])
        #expect(route.caveats.contains { $0.text.contains("norm_cfg=dict(type='GN', num_groups=32)") })
    }
}

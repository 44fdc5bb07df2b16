import ModelConfig
import ModelGraph
import ModelZoo
import Testing

/// What a config sets of single layers and blocks: `layer_cfgs`, and `ffn_cfgs` in `stage_cfgs`.
@Suite struct LayerSettingTests {
    @Test(
        "'layer_cfgs' sets the heads, widths, linear layers and activations of single layers",
        arguments: ["VisionTransformer", "DeiT3", "BEiTViT", "RevVisionTransformer"])
    func layerConfigs(type: String) throws {
        let arch: ConfigValue = ["embed_dims": 32, "num_layers": 2, "num_heads": 4, "feedforward_channels": 64]
        let model = try classifier([
            "type": .string(type), "arch": arch, "img_size": 64,
            "layer_cfgs": [
                ["feedforward_channels": 48, "num_fcs": 3], ["num_heads": 2, "act_cfg": ["type": "ReLU"]],
            ],
        ])
        let weights = try model.parameters.filter { $0.key.text.contains("ffn") && $0.shape.count == 2 }
        #expect(weights.map(\.shape) == [[48, 32], [48, 48], [32, 48], [64, 32], [32, 64]])
        #expect(try model.graph(input: [1, 3, 64, 64]).outputs.count == 1)
    }

    @Test("the layers of OpenAI's CLIP have QuickGELU")
    func quickGELU() throws {
        let model = try classifier([
            "type": "VisionTransformer", "img_size": 64, "pre_norm": true,
            "arch": ["embed_dims": 32, "num_layers": 2, "num_heads": 4, "feedforward_channels": 64],
            "layer_cfgs": ["act_cfg": ["type": "mmpretrain.QuickGELU"]],
        ])
        let graph = try model.graph(input: [1, 3, 64, 64])
        #expect(
            graph.nodes.filter { $0.operation == .activation(.quickGELU) }.map(\.shape) == [[1, 17, 64], [1, 17, 64]])
    }

    @Test("'layer_cfgs' of T2T-ViT sets the width and the number of linear layers of its encoder")
    func layerConfigsOfT2T() throws {
        let model = try classifier([
            "type": "T2T_ViT", "img_size": 64, "embed_dims": 32, "num_layers": 1, "t2t_cfg": ["token_dims": 16],
            "layer_cfgs": ["num_heads": 4, "feedforward_channels": 48, "num_fcs": 3],
        ])
        let ffn = try model.parameters.filter { $0.key.text.hasPrefix("backbone.encoder.0.ffn.") }
        #expect(ffn.map(\.shape).filter { $0.count == 2 } == [[48, 32], [48, 48], [32, 48]])
    }

    @Test("'layer_cfgs' of EVA-02 sets the width, and says what is not built in")
    func layerConfigsOfEVA02() throws {
        let arch: ConfigValue = ["embed_dims": 32, "num_layers": 1, "num_heads": 4, "feedforward_channels": 64]
        let model = try classifier([
            "type": "ViTEVA02", "arch": arch, "img_size": 64,
            "layer_cfgs": ["feedforward_channels": 48, "proj_bias": false, "drop_path_rate": 0.1],
        ])
        let layer = try model.parameters.filter { $0.key.text.contains("mlp") || $0.key.text.contains("attn.proj") }
        #expect(
            layer.map { "\($0.key) \($0.shape)" } == [
                "backbone.layers.0.attn.proj.weight [32, 32]", "backbone.layers.0.mlp.w12.weight [96, 32]",
                "backbone.layers.0.mlp.w12.bias [96]", "backbone.layers.0.mlp.w3.weight [32, 48]",
                "backbone.layers.0.mlp.w3.bias [32]",
            ])
        let error = try #require(throws: ArgumentError.self) {
            try classifier(["type": "ViTEVA02", "arch": arch, "layer_cfgs": ["qk_scale": 0.5]])
        }
        #expect(error.description.contains("'qk_scale' other than None is not built in"))
    }

    @Test(
        "'layer_cfgs' may be a list, with a dictionary for each layer", arguments: ["T2T_ViT", "ViTEVA02", "MlpMixer"])
    func listsOfLayers(type: String) throws {
        let backbone: ConfigDictionary
        let shapes: [[Int]]
        switch type {
        case "T2T_ViT":
            backbone = [
                "type": "T2T_ViT", "img_size": 64, "embed_dims": 32, "num_layers": 2, "t2t_cfg": ["token_dims": 16],
                "layer_cfgs": [["num_heads": 4], ["num_heads": 2, "feedforward_channels": 48]],
            ]
            shapes = [[96, 32], [32, 96], [48, 32], [32, 48]]
        case "ViTEVA02":
            backbone = [
                "type": "ViTEVA02", "img_size": 64,
                "arch": ["embed_dims": 32, "num_layers": 2, "num_heads": 4, "feedforward_channels": 64],
                "layer_cfgs": [["qkv_bias": false], ["feedforward_channels": 48]],
            ]
            shapes = [[128, 32], [32, 64], [96, 32], [32, 48]]
        default:
            backbone = [
                "type": "MlpMixer", "img_size": 64,
                "arch": ["embed_dims": 32, "num_layers": 2, "tokens_mlp_dims": 20, "channels_mlp_dims": 48],
                "layer_cfgs": [["num_fcs": 3], ["tokens_mlp_dims": 9, "act_cfg": ["type": "ReLU"]]],
            ]
            shapes = [
                [20, 16], [20, 20], [16, 20], [48, 32], [48, 48], [32, 48], [9, 16], [16, 9], [48, 32], [32, 48],
            ]
        }
        let model = try classifier(backbone)
        let weights = try model.parameters.filter { parameter in
            let parts = parameter.key.text.split(separator: ".")
            return parameter.shape.count == 2 && (parts[1] == "layers" || parts[1] == "encoder")
                && ["ffn", "mlp", "token_mix", "channel_mix"].contains(parts[3])
        }
        #expect(weights.map(\.shape) == shapes)
        #expect(try model.graph(input: [1, 3, 64, 64]).outputs.count == 1)
    }

    @Test("'ffn_cfgs' sets the width, the linear layers and the activation of Swin Transformer's feed-forward networks")
    func feedForwardOfSwin() throws {
        let model = try classifier([
            "type": "SwinTransformer", "arch": ["embed_dims": 16, "depths": [1, 1], "num_heads": [2, 4]],
            "window_size": 4, "out_indices": [1],
            "stage_cfgs": [
                ["block_cfgs": ["ffn_cfgs": ["feedforward_channels": 20, "act_cfg": ["type": "ReLU"]]]],
                ["block_cfgs": ["ffn_ratio": 2, "ffn_cfgs": ["num_fcs": 3, "ffn_drop": 0.1]]],
            ],
        ])
        let weights = try model.parameters.filter { $0.key.text.contains("ffn") && $0.shape.count == 2 }
        #expect(weights.map(\.shape) == [[20, 16], [16, 20], [64, 32], [64, 64], [32, 64]])
        #expect(try model.graph(input: [1, 3, 64, 64]).outputs.count == 1)
    }

    @Test(
        "'ffn_cfgs' of Swin Transformer V2 and DaViT sets a width and an activation",
        arguments: ["SwinTransformerV2", "DaViT"])
    func feedForwards(type: String) throws {
        var arch: ConfigDictionary = ["embed_dims": 16, "depths": [1, 1], "num_heads": [2, 4]]
        if type == "SwinTransformerV2" { arch[.string("extra_norm_every_n_blocks"), origin: nil] = 0 }
        let model = try classifier([
            "type": .string(type), "arch": .dictionary(arch), "window_size": 4, "out_indices": [1],
            "stage_cfgs": ["block_cfgs": ["ffn_cfgs": ["feedforward_channels": 20, "act_cfg": ["type": "ReLU"]]]],
        ])
        let weights = try model.parameters.filter { $0.key.text.contains("ffn") && $0.shape.count == 2 }
        #expect(Set(weights.map(\.shape)) == [[20, 16], [16, 20], [20, 32], [32, 20]])
        #expect(try model.graph(input: [1, 3, 64, 64]).outputs.count == 1)
    }

    @Test(
        "'ffn_ratio' in 'block_cfgs' sets a width for each channel of single blocks",
        arguments: ["SwinTransformerV2", "DaViT"])
    func feedForwardRatios(type: String) throws {
        var arch: ConfigDictionary = ["embed_dims": 16, "depths": [1, 1], "num_heads": [2, 4]]
        if type == "SwinTransformerV2" { arch[.string("extra_norm_every_n_blocks"), origin: nil] = 0 }
        let model = try classifier([
            "type": .string(type), "arch": .dictionary(arch), "window_size": 4, "out_indices": [1],
            "stage_cfgs": [["block_cfgs": ["ffn_ratio": 2.5]], ["block_cfgs": [["ffn_ratio": 1]]]],
        ])
        let weights = try model.parameters.filter { $0.key.text.contains("ffn") && $0.shape.count == 2 }
        #expect(Set(weights.map(\.shape)) == [[40, 16], [16, 40], [32, 32]])
        #expect(try model.graph(input: [1, 3, 64, 64]).outputs.count == 1)
    }
}

import TensorCore
import Testing

@testable import Workbench

@Suite struct AdapterSurveyTests {
    @Test(
        "the prompt encoder of Segment Anything is not an adapter",
        arguments: [
            "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix", "prompt_encoder.point_embeddings.0.weight",
            "prompt_encoder.not_a_point_embed.weight", "prompt_encoder.mask_downscaling.0.weight",
            "prompt_encoder.shared_embedding.positional_embedding", "prompt_encoder.mask_embed.conv1.weight",
        ])
    func segmentAnything(key: String) {
        #expect(AdapterSurvey([Key(key), "image_encoder.pos_embed"]).notes("sam.pth") == [])
    }

    @Test("the virtual tokens of PEFT are named")
    func virtualTokens() {
        let survey = AdapterSurvey(["prompt_encoder.default.embedding.weight", "base_model.fc.weight"])
        #expect(survey.groups.map(\.text) == ["prompt tuning 'default'"])
    }
}

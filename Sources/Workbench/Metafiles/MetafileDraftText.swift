import YAML

/// What a drafted metafile and its README say.
struct MetafileDraftText {
    let collection: String
    /// Relative to the root.
    let readmePath: String
    let models: [MetafileDraft.Model]
    let origin: MetafileFill.Origin?

    var metafile: String {
        """
        Collections:
          - Name: \(YAMLScalar.source(of: collection))
            Paper:
              Title: null
              URL: null
            README: \(YAMLScalar.source(of: readmePath))

        Models:

        """ + models.map(entry).joined()
    }

    private func entry(_ model: MetafileDraft.Model) -> String {
        func figure(_ count: Int?) -> String { count.map(String.init) ?? "null" }
        func url(_ text: String?) -> String { text.map(YAMLScalar.source) ?? "null" }
        var text = """
              - Name: \(YAMLScalar.source(of: model.name))
                Metadata:
                  FLOPs: \(figure(model.flops))
                  Parameters: \(figure(model.parameters))
                In Collection: \(YAMLScalar.source(of: collection))
                Results: null
                Weights: null
                Config: \(YAMLScalar.source(of: model.config))

            """
        if let origin {
            text += """
                    Converted From:
                      Weights: \(url(origin.weights))
                      Code: \(url(origin.code))

                """
        }
        return text
    }

    var readme: String {
        """
        # \(collection)

        > The title of the paper, with its address

        ## Abstract

        ## Results and models

        | Model | Params (M) | Flops (G) | Top-1 (%) | Top-5 (%) | Config | Download |
        | :---- | ---------: | --------: | --------: | --------: | :----: | :------: |

        """ + models.map(row).joined() + (origin == nil ? "" : "\n" + provenance) + "\n## Citation\n"
    }

    private func row(_ model: MetafileDraft.Model) -> String {
        let parameters = model.parameters.map { fixedText(Double($0) / 1e6, decimals: 2) } ?? "-"
        let flops = model.flops.map { fixedText(Double($0) / 1e9, decimals: 2) } ?? "-"
        let file = model.config.split(separator: "/").last.map(String.init) ?? model.config
        let sign = origin == nil ? "" : "\\*"
        return "| `\(model.name)`\(sign) | \(parameters) | \(flops) | - | - | [config](\(file)) | - |\n"
    }

    private var provenance: String {
        let code = origin?.code.map { " from [the original repository](\($0))" } ?? ""
        return "*Models with \\* are converted\(code). The configs of these models are for inference only.*\n"
    }
}

import ByteIO
import ModelConfig

/// A config's test pipeline and preprocessor: bytes of an image file → the tensor that the model takes, bit for bit as
/// MMPreTrain 1.2 makes it with OpenCV 5.0 and Pillow.
package struct TestPipeline: Sendable {
    package struct Options: Sendable, Equatable {
        /// The release whose order of passes a resize by Pillow follows.
        package var pillow: PillowRelease

        package init(pillow: PillowRelease = .v13) { self.pillow = pillow }
    }

    struct Step: Sendable {
        /// `1:ResizeEdge`
        let name: String
        let transform: Transform
    }

    package let options: Options
    let steps: [Step]
    let load: LoadImageFromFile
    let preprocessor: Preprocessor
    private let remarks: [(subject: Subject, text: String)]

    /// What a note is about.
    private enum Subject: Sendable { case names, decoding, resizing }

    /// - Parameters:
    ///   - config: the steps, dictionaries with a `type`.
    ///   - preprocessor: the config's `data_preprocessor`; nil for none.
    /// - Throws: `PipelineError`, naming the step, the argument and the place in the config.
    package init(
        steps config: [ConfigValue], preprocessor: ConfigDictionary?, options: Options = Options()
    ) throws(PipelineError) {
        guard !config.isEmpty else { throw .pipeline("the test pipeline has no steps") }
        guard config.count <= 1000 else {
            throw .pipeline("the test pipeline has \(config.count) steps, more than 1000")
        }
        var steps: [Step] = []
        var remarks: [(subject: Subject, text: String)] = []
        for (index, value) in config.enumerated() {
            guard case .dictionary(let dictionary) = value else {
                throw .entry("step \(index)", origin: nil, reason: "needs a dictionary with a type")
            }
            guard case .string(let type)? = dictionary["type"] else {
                throw EntryArguments(name: "step \(index)", dictionary).refused("needs a 'type' that is a string")
            }
            let name = Self.unscoped(type)
            let entry = EntryArguments(name: "\(index):\(name)", dictionary)
            let transform = try Transform(type: name, entry)
            if name == "PackClsInputs" {
                remarks.append((.names, "\(entry.name) is named PackInputs since MMPreTrain 1.0"))
            }
            if case .load = transform, index > 0 { throw entry.refused("it must be the first step") }
            if let last = steps.last, case .pack = last.transform {
                throw entry.refused("there is no image any more after \(last.name)")
            }
            steps.append(Step(name: entry.name, transform: transform))
        }
        guard case .pack? = steps.last?.transform else {
            throw .pipeline("the test pipeline does not end with PackInputs, which makes the tensor")
        }
        if case .load(let load) = steps[0].transform {
            self.load = load
        } else {
            load = .standard
            remarks.append(
                (
                    .decoding,
                    "the pipeline does not begin with LoadImageFromFile: images are decoded as MMPreTrain's inferencer does"
                ))
        }
        let methods = steps.compactMap { $0.transform.method }
        if load.makesFloats, !methods.isEmpty {
            throw .pipeline(
                "\(steps[0].name): to_float32: resizing of float32 images is not supported; leave it out, for the preprocessor makes them float32"
            )
        }
        if methods.contains(where: { $0.backend == .cv2 && $0.filter == .bicubic }) {
            remarks.append(
                (
                    .resizing,
                    "OpenCV's bicubic filter is its native one (OPENCV_IPP=disabled): stock x86 wheels differ by at most 1"
                ))
        }
        if methods.contains(where: { $0.backend == .pillow }) {
            remarks.append(
                (
                    .resizing,
                    "Pillow's order of passes is that of release \(options.pillow.rawValue) (--pillow 11|12|13)"
                ))
        }
        self.options = options
        self.steps = steps
        self.preprocessor = try Preprocessor(preprocessor)
        self.remarks = remarks
    }

    /// What somebody who compares with the reference should know.
    package var notes: [String] { remarks.map(\.text) }

    /// The notes that hold for images which need not be decoded.
    package var notesOnPixels: [String] { remarks.filter { $0.subject != .decoding }.map(\.text) }

    /// What a channel of the tensor was divided by.
    package func deviation(ofChannel channel: Int) -> Float { preprocessor.deviation(ofChannel: channel) }

    /// Whether the last resize is OpenCV's bicubic, which has other bytes in stock x86 wheels.
    package var resizesWithNativeBicubic: Bool {
        guard let last = steps.compactMap({ $0.transform.method }).last else { return false }
        return last.backend == .cv2 && last.filter == .bicubic
    }

    /// A name without the library that registers it: `mmpretrain.ResizeEdge`.
    static func unscoped(_ type: String) -> String {
        let parts = type.split(separator: ".").map(String.init)
        guard parts.count > 1, OpenMMLab.scopes.contains(parts[0]) else { return type }
        return parts[parts.count - 1]
    }
}

extension Transform {
    /// How the step resizes; nil for one that does not.
    var method: ResizeMethod? {
        switch self {
        case .resizeEdge(let step): step.method
        case .resize(let step): step.method
        case .efficientNetCenterCrop(let step): step.method
        case .load, .centerCrop, .pack: nil
        }
    }
}

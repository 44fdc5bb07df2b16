import ModelConfig
import ModelGraph

/// AlexNet (Krizhevsky 2014, arXiv:1404.5997) for images of 224 × 224.
///
/// Source: `mmpretrain/models/backbones/alexnet.py` of MMPreTrain 1.2, where the input always has 3 channels;
/// `in_channels` is this implementation's.
package struct AlexNet: Architecture {
    package static let typeNames = ["AlexNet"]

    private let channels: Int
    /// 0 for features.
    private let classes: Int

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        channels = try config.inputChannels()
        classes = try config.ownClasses()
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let (place, head) = (scope("features"), scope("classifier"))
        let features = Sequential(
            place,
            [
                try Conv2d(place(0), channels, 64, kernel: 11, stride: 4, padding: 2),
                ActivationLayer(place(1), .relu), MaxPool2d(place(2), kernel: 3, stride: 2),
                try Conv2d(place(3), 64, 192, kernel: 5, padding: 2), ActivationLayer(place(4), .relu),
                MaxPool2d(place(5), kernel: 3, stride: 2),
                try Conv2d(place(6), 192, 384, kernel: 3, padding: 1), ActivationLayer(place(7), .relu),
                try Conv2d(place(8), 384, 256, kernel: 3, padding: 1), ActivationLayer(place(9), .relu),
                try Conv2d(place(10), 256, 256, kernel: 3, padding: 1), ActivationLayer(place(11), .relu),
                MaxPool2d(place(12), kernel: 3, stride: 2),
            ])
        var classifier: Sequential?
        if classes > 0 {
            classifier = Sequential(
                head,
                [
                    Identity(head(0)), try Linear(head(1), 256 * 6 * 6, 4096), ActivationLayer(head(2), .relu),
                    Identity(head(3)), try Linear(head(4), 4096, 4096), ActivationLayer(head(5), .relu),
                    try Linear(head(6), 4096, classes),
                ])
        }
        return ClassifyingNetwork(scope: scope, convolutions: features, classifier: classifier) {
            scope, value throws(GraphError) in try scope.flatten(value)
        }
    }
}

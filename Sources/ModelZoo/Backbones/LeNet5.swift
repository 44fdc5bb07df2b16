import ModelConfig
import ModelGraph

/// LeNet-5 (LeCun et al. 1998) for images of 32 × 32 in one channel.
///
/// Upstream squeezes the features before they are classified, so that a batch of one gives a vector.
///
/// Source: `mmpretrain/models/backbones/lenet.py` of MMPreTrain 1.2, where the input always has 1 channel; `in_channels`
/// is this implementation's.
package struct LeNet5: Architecture {
    package static let typeNames = ["LeNet5"]
    package static let inputChannels = 1

    private let channels: Int
    /// 0 for features.
    private let classes: Int

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        channels = try config.positive("in_channels", default: 1)
        classes = try config.ownClasses()
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let (place, head) = (scope("features"), scope("classifier"))
        let features = Sequential(
            place,
            [
                try Conv2d(place(0), channels, 6, kernel: 5), ActivationLayer(place(1), .tanh),
                AvgPool2d(place(2), kernel: 2, stride: 2),
                try Conv2d(place(3), 6, 16, kernel: 5), ActivationLayer(place(4), .tanh),
                AvgPool2d(place(5), kernel: 2, stride: 2),
                try Conv2d(place(6), 16, 120, kernel: 5), ActivationLayer(place(7), .tanh),
            ])
        var classifier: Sequential?
        if classes > 0 {
            classifier = Sequential(
                head,
                [
                    try Linear(head(0), 120, 84), ActivationLayer(head(1), .tanh), try Linear(head(2), 84, classes),
                ])
        }
        return ClassifyingNetwork(scope: scope, convolutions: features, classifier: classifier) {
            scope, value throws(GraphError) in
            try scope.reshape(value, scope.shape(of: value).filter { $0 != 1 })
        }
    }
}

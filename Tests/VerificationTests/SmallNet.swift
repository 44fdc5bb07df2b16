import ModelGraph

/// The network `SmallNet` of `scripts/makers/make_goldens.py`, and the faults that a wrong port of it may have.
struct SmallNet {
    var epsilon = 1e-5
    var activation = Activation.relu6
    var dilation = 1
    var hasProjectionNorm = true
    var poolsMaximum = true

    func graph(input: [Int] = [2, 3, 9, 7]) throws(GraphError) -> Graph {
        let builder = GraphBuilder(inputShape: input)
        let root = builder.root
        let stem = Sequential(
            root("stem"),
            [
                try Conv2d(root("stem")(0), 3, 8, kernel: 3, stride: 2, padding: 1, bias: false),
                try BatchNorm(root("stem")(1), 8), ActivationLayer(root("stem")(2), activation),
            ])
        let depthwise = Sequential(
            root("depthwise"),
            [
                try Conv2d(
                    root("depthwise")(0), 8, 8, kernel: 3, padding: dilation, dilation: dilation, groups: 8, bias: false
                ),
                try BatchNorm(root("depthwise")(1), 8, epsilon: epsilon),
                ActivationLayer(root("depthwise")(2), .relu6),
            ])
        let convolution = try Conv2d(root("project")(0), 8, 8, kernel: 1, bias: false)
        let norm = try BatchNorm(root("project")(1), 8)
        let project = Sequential(root("project"), hasProjectionNorm ? [convolution, norm] : [convolution])
        let pool: any Module =
            poolsMaximum
            ? MaxPool2d(root("pool"), kernel: 3, stride: 2, padding: 1)
            : AvgPool2d(root("pool"), kernel: 3, stride: 2, padding: 1)
        let head = try Linear(root("head"), 8, 10)

        let features = try stem(builder.input)
        let sum = try root.add(features, try project(try depthwise(features)))
        let mean = try root.record(.adaptiveAveragePool2d(.init(Extent2d(height: 1, width: 1))), try pool(sum))
        return builder.finish(root.output(try head(try root.flatten(mean))))
    }
}

import ModelGraph

extension InceptionV3 {
    /// Branches of convolutions and pooling, whose outputs are joined.
    struct Mixed: Module {
        /// Modules one after the other, then perhaps several side by side.
        private struct Branch {
            var steps: [any Module]
            var ends: [any Module] = []
        }

        private let scope: Scope
        private let branches: [Branch]

        private init(_ scope: Scope, _ branches: [Branch]) {
            self.scope = scope
            self.branches = branches
        }

        func callAsFunction(_ input: Value) throws(GraphError) -> Value {
            var outputs: [Value] = []
            for branch in branches {
                var value = input
                for step in branch.steps { value = try step(value) }
                if !branch.ends.isEmpty {
                    var values: [Value] = []
                    for end in branch.ends { values.append(try end(value)) }
                    value = try scope.concat(values, axis: 1)
                }
                outputs.append(value)
            }
            return scope.output(try scope.concat(outputs, axis: 1))
        }

        private static let wide = Extent2d(height: 1, width: 7), tall = Extent2d(height: 7, width: 1)

        private static func pooled(
            _ scope: Scope, _ inputs: Int, _ outputs: Int
        ) throws(GraphError) -> Branch {
            Branch(steps: [
                AvgPool2d(scope("branch_pool_downsample"), kernel: 3, stride: 1, padding: 1),
                try Convolution(scope("branch_pool"), inputs, outputs, 1),
            ])
        }

        static func a(_ scope: Scope, _ inputs: Int, pool: Int) throws(GraphError) -> Mixed {
            Mixed(
                scope,
                [
                    Branch(steps: [try Convolution(scope("branch1x1"), inputs, 64, 1)]),
                    Branch(steps: [
                        try Convolution(scope("branch5x5_1"), inputs, 48, 1),
                        try Convolution(scope("branch5x5_2"), 48, 64, 5, padding: 2),
                    ]),
                    Branch(steps: [
                        try Convolution(scope("branch3x3dbl_1"), inputs, 64, 1),
                        try Convolution(scope("branch3x3dbl_2"), 64, 96, 3, padding: 1),
                        try Convolution(scope("branch3x3dbl_3"), 96, 96, 3, padding: 1),
                    ]), try pooled(scope, inputs, pool),
                ])
        }

        static func b(_ scope: Scope, _ inputs: Int) throws(GraphError) -> Mixed {
            Mixed(
                scope,
                [
                    Branch(steps: [try Convolution(scope("branch3x3"), inputs, 384, 3, stride: 2)]),
                    Branch(steps: [
                        try Convolution(scope("branch3x3dbl_1"), inputs, 64, 1),
                        try Convolution(scope("branch3x3dbl_2"), 64, 96, 3, padding: 1),
                        try Convolution(scope("branch3x3dbl_3"), 96, 96, 3, stride: 2),
                    ]), Branch(steps: [MaxPool2d(scope("branch_pool"), kernel: 3, stride: 2)]),
                ])
        }

        static func c(_ scope: Scope, _ inner: Int) throws(GraphError) -> Mixed {
            Mixed(
                scope,
                [
                    Branch(steps: [try Convolution(scope("branch1x1"), 768, 192, 1)]),
                    Branch(steps: [
                        try Convolution(scope("branch7x7_1"), 768, inner, 1),
                        try Convolution(scope("branch7x7_2"), inner, inner, wide),
                        try Convolution(scope("branch7x7_3"), inner, 192, tall),
                    ]),
                    Branch(steps: [
                        try Convolution(scope("branch7x7dbl_1"), 768, inner, 1),
                        try Convolution(scope("branch7x7dbl_2"), inner, inner, tall),
                        try Convolution(scope("branch7x7dbl_3"), inner, inner, wide),
                        try Convolution(scope("branch7x7dbl_4"), inner, inner, tall),
                        try Convolution(scope("branch7x7dbl_5"), inner, 192, wide),
                    ]), try pooled(scope, 768, 192),
                ])
        }

        static func d(_ scope: Scope) throws(GraphError) -> Mixed {
            Mixed(
                scope,
                [
                    Branch(steps: [
                        try Convolution(scope("branch3x3_1"), 768, 192, 1),
                        try Convolution(scope("branch3x3_2"), 192, 320, 3, stride: 2),
                    ]),
                    Branch(steps: [
                        try Convolution(scope("branch7x7x3_1"), 768, 192, 1),
                        try Convolution(scope("branch7x7x3_2"), 192, 192, wide),
                        try Convolution(scope("branch7x7x3_3"), 192, 192, tall),
                        try Convolution(scope("branch7x7x3_4"), 192, 192, 3, stride: 2),
                    ]), Branch(steps: [MaxPool2d(scope("branch_pool"), kernel: 3, stride: 2)]),
                ])
        }

        static func e(_ scope: Scope, _ inputs: Int) throws(GraphError) -> Mixed {
            func ends(_ name: String) throws(GraphError) -> [any Module] {
                [
                    try Convolution(scope(name + "a"), 384, 384, Extent2d(height: 1, width: 3)),
                    try Convolution(scope(name + "b"), 384, 384, Extent2d(height: 3, width: 1)),
                ]
            }
            return Mixed(
                scope,
                [
                    Branch(steps: [try Convolution(scope("branch1x1"), inputs, 320, 1)]),
                    Branch(
                        steps: [try Convolution(scope("branch3x3_1"), inputs, 384, 1)], ends: try ends("branch3x3_2")),
                    Branch(
                        steps: [
                            try Convolution(scope("branch3x3dbl_1"), inputs, 448, 1),
                            try Convolution(scope("branch3x3dbl_2"), 448, 384, 3, padding: 1),
                        ], ends: try ends("branch3x3dbl_3")), try pooled(scope, inputs, 192),
                ])
        }
    }
}

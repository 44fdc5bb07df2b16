/// The packages that MMPreTrain's configs name.
package enum OpenMMLab {
    /// The scopes of registries that a `type` may begin with; `mmcls` is MMPreTrain's former name.
    package static let scopes: Set<String> = ["mmpretrain", "mmcls", "mmcv", "mmengine"]
}

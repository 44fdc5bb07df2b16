extension Checkpoint {
    /// The container formats that are read. The raw value is how reports name them.
    public enum Format: String, Sendable, CaseIterable {
        /// `torch.save` since PyTorch 1.6: a zip archive of a pickle and its storages.
        case torchZip = "torch zip"
        /// A torch zip that was unpacked to a folder.
        case torchFolder = "unpacked torch zip"
        /// `torch.save` from 0.1.10 to 1.5: a row of pickles with the storages after them.
        case torchLegacy = "torch legacy"
        /// `torch.save` before 0.1.10: a tar archive of `pickle`, `tensors` and `storages`.
        case torchTar = "torch tar"
        /// `pickle.dump` of arrays or tensors: detectron2's and Caffe2's `.pkl`, Paddle's `.pdparams`.
        case pickle
        /// `torch.jit.save`: a zip archive of a module's code, attributes and tensors.
        case torchScript = "TorchScript"
        /// `torch.export.save`: a zip archive of a program's graph, its weights and constants.
        case exportedProgram = "PyTorch exported program"
        /// A JSON header, then the tensors' bytes.
        case safetensors
        /// `numpy.save`: one array.
        case npy
        /// `numpy.savez`: a zip archive of `.npy` files.
        case npz
        /// `tf.train.Checkpoint` and `tf.train.Saver` (V2): `.index` with its `.data-…` files.
        case tensorFlowBundle = "TensorFlow bundle"
        /// Several torch files and the index that says which tensor is where.
        case shardedTorch = "sharded torch"
        /// Several safetensors files and the index that says which tensor is where.
        case shardedSafetensors = "sharded safetensors"
        /// No file: the state dict that a config describes.
        case model
        /// `torch.distributed.checkpoint.save`: a folder of `.metadata` and `.distcp` files.
        case distributed = "PyTorch distributed"
        /// A torch file of each rank, whose DTensors are parts of the model's.
        case rankFiles = "torch rank files"
        /// DeepSpeed's folder: the ranks' model and optimizer states.
        case deepSpeed = "DeepSpeed ZeRO"
    }
}

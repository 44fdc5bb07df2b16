/// The container formats that are written.
public enum OutputFormat: String, Sendable, CaseIterable {
    /// As `torch.save` of PyTorch 2.15 writes it.
    case torchZip = "torch zip"
    /// As `safetensors.torch.save_file` of safetensors 0.8 writes it.
    case safetensors
}

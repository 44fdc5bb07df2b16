import ZipArchive

/// `torch.save` since PyTorch 1.6: `data.pkl`, `byteorder` and `data/0` … in one folder of a zip archive.
struct TorchZipFile {
    private let records: TorchRecords

    /// Nil for an archive that no `torch.save` wrote: without a `data.pkl`, or with TorchScript's `constants.pkl`.
    init?(_ zip: ZipArchive, path: String) {
        guard let records = TorchRecords(zip, path: path), !records.has("constants.pkl") else { return nil }
        self.records = records
    }

    func source() throws(CheckpointError) -> CheckpointSource {
        try records.source(ofPickle: "data.pkl", storagesIn: "data/", format: .torchZip)
    }
}

/// The class names that MMPreTrain's dataset types declare.
public enum DatasetClasses {
    /// A JSON object: the name of each dataset type, and its classes in the order of their labels.
    public static var json: [UInt8] { PackageResources.classes_json }
}

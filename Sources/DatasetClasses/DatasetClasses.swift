/// The class names that MMPreTrain's dataset types declare.
package enum DatasetClasses {
    /// A JSON object: the name of each dataset type, and its classes in the order of their labels.
    package static var json: [UInt8] { PackageResources.classes_json }
}

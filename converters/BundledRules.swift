/// The rule files that are part of the program: `files` has name and text of each `.rules` file of this folder, in
/// alphabetical order. The build writes it (`Plugins/BundleRules`).
package enum BundledRules {}

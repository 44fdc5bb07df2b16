import Foundation

/// The part of JSON Schema (draft 2020-12) that the reports' schemas are written in. A keyword outside of it is an error
/// of the schema, not ignored.
struct JSONSchema {
    private let document: [String: Any]

    init(_ text: String) throws {
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
        guard let document = object as? [String: Any] else { throw SchemaError(text: "the schema is not an object") }
        self.document = document
    }

    private struct SchemaError: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }

    private static let annotations: Set<String> = ["$schema", "$id", "$defs", "title", "description"]

    /// What of `text` the schema does not allow, each with its place; empty for a valid document.
    func violations(in text: String) throws -> [String] {
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        return try violations(value, document, "$")
    }

    private func violations(_ value: Any, _ schema: [String: Any], _ place: String) throws -> [String] {
        var found: [String] = []
        for (keyword, rule) in schema where !Self.annotations.contains(keyword) {
            switch (keyword, rule) {
            case ("$ref", let reference as String):
                found += try violations(value, definition(reference), place)
            case ("type", let name as String):
                if !Self.isOf(name, value) { found.append("\(place): not \(name)") }
            case ("type", let names as [String]):
                if !names.contains(where: { Self.isOf($0, value) }) { found.append("\(place): none of \(names)") }
            case ("enum", let values as [Any]):
                if !values.contains(where: { Self.equal($0, value) }) { found.append("\(place): not in the enum") }
            case ("const", let constant):
                if !Self.equal(constant, value) { found.append("\(place): not \(constant)") }
            case ("minimum", let least as NSNumber):
                if let number = value as? NSNumber, Self.isOf("number", value),
                    number.doubleValue < least.doubleValue
                {
                    found.append("\(place): below \(least)")
                }
            case ("pattern", let pattern as String):
                if let text = value as? String, text.range(of: pattern, options: .regularExpression) == nil {
                    found.append("\(place): does not match \(pattern)")
                }
            case ("anyOf", let schemas as [[String: Any]]):
                let attempts = try schemas.map { try violations(value, $0, place) }
                if !attempts.contains(where: \.isEmpty) { found += attempts.min { $0.count < $1.count } ?? [] }
            case ("items", let item as [String: Any]):
                for (index, element) in (value as? [Any] ?? []).enumerated() {
                    found += try violations(element, item, "\(place)[\(index)]")
                }
            case ("required", let names as [String]):
                guard let object = value as? [String: Any] else { break }
                found += names.filter { object[$0] == nil }.map { "\(place).\($0): missing" }
            case ("properties", let properties as [String: Any]):
                for (name, property) in value as? [String: Any] ?? [:] {
                    guard let schema = properties[name] as? [String: Any] else { continue }
                    found += try violations(property, schema, "\(place).\(name)")
                }
            case ("additionalProperties", let other as [String: Any]):
                let known = (schema["properties"] as? [String: Any]) ?? [:]
                for (name, property) in value as? [String: Any] ?? [:] where known[name] == nil {
                    found += try violations(property, other, "\(place).\(name)")
                }
            case ("patternProperties", let patterns as [String: [String: Any]]):
                for (name, property) in value as? [String: Any] ?? [:] {
                    for (pattern, schema) in patterns
                    where name.range(of: pattern, options: .regularExpression) != nil {
                        found += try violations(property, schema, "\(place).\(name)")
                    }
                }
            default: throw SchemaError(text: "\(place): '\(keyword)' is not supported")
            }
        }
        return found
    }

    /// `#/$defs/NAME`
    private func definition(_ reference: String) throws -> [String: Any] {
        let name = reference.split(separator: "/").last.map(String.init) ?? ""
        guard reference == "#/$defs/\(name)", let definitions = document["$defs"] as? [String: Any],
            let schema = definitions[name] as? [String: Any]
        else { throw SchemaError(text: "there is no '\(reference)'") }
        return schema
    }

    private static func isOf(_ name: String, _ value: Any) -> Bool {
        switch name {
        case "null": value is NSNull
        case "string": value is String
        case "array": value is [Any]
        case "object": value is [String: Any]
        case "boolean": (value as? NSNumber).map(isBoolean) ?? false
        case "number": (value as? NSNumber).map { !isBoolean($0) } ?? false
        case "integer":
            (value as? NSNumber).map { !isBoolean($0) && $0.doubleValue.rounded() == $0.doubleValue } ?? false
        default: false
        }
    }

    private static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

    private static func equal(_ left: Any, _ right: Any) -> Bool {
        switch (left, right) {
        case (let left as String, let right as String): left == right
        case (let left as NSNumber, let right as NSNumber): left == right
        default: left is NSNull && right is NSNull
        }
    }
}

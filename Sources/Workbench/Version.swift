/// What `--version` says.
public let workbenchVersion = "0.1.0"

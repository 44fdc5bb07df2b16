/// What `--version` says.
package let workbenchVersion = "0.1.0"

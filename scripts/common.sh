# Sourced by the scripts that build, so that all of them share one build.

# Tests see internal declarations, which takes a flag; with it everywhere, nothing is built twice.
build_flags=(-c release -Xswiftc -enable-testing)

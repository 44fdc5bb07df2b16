"""What several makers of fixtures share."""
import hashlib
import io


def print_table(folder):
    """The table of fixtures/README.md: every file of `folder` with its size and sha256."""
    print("| file | bytes | sha256 |\n|---|---|---|")
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        print(f"| `{path.name}` | {len(data):,} | `{hashlib.sha256(data).hexdigest()}` |")


class Unseekable(io.RawIOBase):
    """A stream that zipfile cannot go back in, as a pipe: sizes follow the data in descriptors."""

    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)

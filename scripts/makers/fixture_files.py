"""What several makers of fixtures share."""
import hashlib
import io
import tarfile
import zipfile


def print_table(folder):
    """The table of fixtures/README.md: every file of `folder` with its size and sha256."""
    print("| file | bytes | sha256 |\n|---|---|---|")
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        print(f"| `{path.name}` | {len(data):,} | `{hashlib.sha256(data).hexdigest()}` |")


def write_tar_in_zip(files, path, name, comment):
    """A zip whose one deflated entry is the tar `name` of `files` (contents by path), which compresses better so."""
    tar_bytes = io.BytesIO()
    with tarfile.open(fileobj=tar_bytes, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for member_name, contents in sorted(files.items()):
            member = tarfile.TarInfo(member_name)
            member.size = len(contents)
            tar.addfile(member, io.BytesIO(contents))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.comment = comment.encode()
        archive.writestr(entry, tar_bytes.getvalue())


class Unseekable(io.RawIOBase):
    """A stream that zipfile cannot go back in, as a pipe: sizes follow the data in descriptors."""

    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)

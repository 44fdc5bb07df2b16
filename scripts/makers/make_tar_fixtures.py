#!/usr/bin/env python3
"""Makes fixtures/tar/: small archives by Python's tarfile and, as gnu_tar.tar, by GNU tar.

usage: make_tar_fixtures.py [--out DIR]

Needs Python 3 and GNU tar, nothing else. No randomness, times or owners, so the same versions give the same bytes.
Beside the archives stands facts.json: for each, [[name, kind, size, sha256 of the data], …] as tarfile reads it.
"""
import argparse
import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile

LONG = "/".join(["a_folder_with_a_long_name"] * 6) + "/weights.bin"
LONGER = "/".join(["ein_Ordner_mit_Umlaut_ä"] * 14) + "/file"
FILES = [("sys_info", b"\x80\x02}q\x00."), ("empty", b""), ("storages", bytes(range(256)) * 3), (LONG, b"long")]


def member(name, kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    return info


def archive(form, extra=()):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:", format=form) as tar:
        for name, data in FILES + list(extra):
            info = member(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        tar.addfile(member("folder", tarfile.DIRTYPE))
        tar.addfile(member("soft", tarfile.SYMTYPE, "storages"))
        tar.addfile(member("hard", tarfile.LNKTYPE, "storages"))
        tar.addfile(member("pipe", tarfile.FIFOTYPE))
    return out.getvalue()


def gnu_tar():
    """GNU tar's own writing, with numbers in base 256 (a negative time makes it choose them)."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in [("one", b"1"), ("two", b"22")]:
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        options = ["--format=gnu", "--mtime=@-1", "--owner=0:0", "--group=0:0", "--mode=644"]
        return subprocess.run(["tar", "-C", folder, *options, "-c", "one", "two"], check=True, capture_output=True).stdout


def facts(data):
    kinds = {tarfile.DIRTYPE: "directory", tarfile.SYMTYPE: "symbolicLink", tarfile.LNKTYPE: "hardLink"}
    rows = []
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
        for info in tar:
            content = tar.extractfile(info).read() if info.isreg() else b""
            kind = "file" if info.isreg() else kinds.get(info.type, "other")
            rows.append([info.name, kind, len(content), hashlib.sha256(content).hexdigest()])
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--out", default=os.path.join(root, "fixtures", "tar"))
    out = parser.parse_args().out
    os.makedirs(out, exist_ok=True)
    archives = {
        "ustar.tar": archive(tarfile.USTAR_FORMAT),
        "gnu.tar": archive(tarfile.GNU_FORMAT, [(LONGER, b"longer")]),
        "pax.tar": archive(tarfile.PAX_FORMAT, [(LONGER, b"longer")]),
        "gnu_tar.tar": gnu_tar(),
    }
    for name, data in archives.items():
        with open(os.path.join(out, name), "wb") as file:
            file.write(data)
    with open(os.path.join(out, "facts.json"), "w") as file:
        lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(facts(data))}" for name, data in archives.items())
        file.write("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()

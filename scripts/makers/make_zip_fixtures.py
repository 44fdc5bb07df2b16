#!/usr/bin/env python3
"""Makes fixtures/zip: small archives by torch.save and by Python's zipfile, and serialization ids.

Needs PyTorch 2.15. The files are the same on every run, and their sha256 stands in fixtures/README.md
(--table prints that table).
"""

import reference_python  # noqa: F401, first: it says what is missing
import argparse
import io
import pathlib
import tempfile
import zipfile

import torch

from fixture_files import Unseekable, print_table

DATE = (1980, 1, 1, 0, 0, 0)


def values(*shape, first=0):
    """Float32 values that compress and that no other tensor shares: first, first + 1/8 …"""
    count = torch.Size(shape).numel()
    return (torch.arange(count, dtype=torch.float32) / 8 + first).reshape(shape)


def state_dict():
    shared = values(4, 4, first=10)
    return {
        "conv.weight": values(2, 3, 3),
        "conv.bias": shared[0],
        "tied": shared,
        "empty": torch.zeros(0),
        "steps": torch.tensor(7),
    }


def torch_files(folder):
    """What torch.save writes: the writer must give the same bytes for the same records."""
    torch.save(state_dict(), folder / "state_dict.pth")
    torch.save(state_dict(), folder / "model.v1.pth.tar")
    torch.save({"größe": values(3), "层.weight": values(2, 2)}, folder / "non_ascii_keys.pth")
    torch.save({f"layer.{i}": torch.tensor([float(i)]) for i in range(40)}, folder / "forty_storages.pth")
    # The first 8 bytes of this storage read as a data descriptor, which PyTorch's serialization id takes for one.
    torch.save(
        {"w": torch.tensor(list(b"PK\x07\x08" + bytes(range(28))), dtype=torch.uint8)}, folder / "descriptor_like.pth"
    )
    torch.save({}, folder / "no_storage.pth")
    with tempfile.TemporaryDirectory() as temporary:
        path = pathlib.Path(temporary) / "größe.pth"
        torch.save(state_dict(), path)
        (folder / "saved_as_non_ascii.pth").write_bytes(path.read_bytes())
    buffer = io.BytesIO()
    torch.save(state_dict(), buffer)
    (folder / "saved_to_buffer.bin").write_bytes(buffer.getvalue())
    torch.serialization.set_crc32_options(False)
    torch.save(state_dict(), folder / "without_crc.pth")
    torch.serialization.set_crc32_options(True)


def zipfile_files(folder):
    """The records of state_dict.pth, zipped anew in other ways."""
    with zipfile.ZipFile(folder / "state_dict.pth") as source:
        records = [("other/" + i.filename.split("/", 1)[1], source.read(i)) for i in source.infolist()]

    def write(target, method, force_zip64=False, comment=b""):
        with zipfile.ZipFile(target, "w") as archive:
            archive.comment = comment
            for name, data in records:
                info = zipfile.ZipInfo(name, DATE)
                info.compress_type = method
                with archive.open(info, "w", force_zip64=force_zip64) as record:
                    record.write(data)

    write(folder / "stored.zip", zipfile.ZIP_STORED)
    write(folder / "deflated.zip", zipfile.ZIP_DEFLATED, comment=b"zipped again")
    write(folder / "zip64.zip", zipfile.ZIP_STORED, force_zip64=True)
    write(folder / "bzip2.zip", zipfile.ZIP_BZIP2)
    with open(folder / "streamed.zip", "wb") as file:
        write(Unseekable(file), zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(folder / "empty.zip", "w"):
        pass


def serialization_ids(folder):
    """A line for each count of storages: count, CRC of data.pkl, CRC of every storage, serialization id."""
    lines = []
    for count in [0, 1, 7, 8, 9, 24, 25, 54, 55, 122, 123, 1100, 2400]:
        buffer = io.BytesIO()
        torch.save([torch.ones(1) for _ in range(count)], buffer)
        with zipfile.ZipFile(buffer) as archive:
            crc = {i.filename: i.CRC for i in archive.infolist()}
            identity = archive.read("archive/.data/serialization_id").decode()
        lines.append(f"{count} {crc['archive/data.pkl']} {crc.get('archive/data/0', 0)} {identity}\n")
    (folder / "serialization_ids.txt").write_text("".join(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "zip"
    parser.add_argument("--out", type=pathlib.Path, default=default, help="folder to write (default: fixtures/zip)")
    parser.add_argument("--table", action="store_true", help="print the table of fixtures/README.md")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch_files(options.out)
    zipfile_files(options.out)
    serialization_ids(options.out)
    if options.table:
        print_table(options.out)


if __name__ == "__main__":
    main()

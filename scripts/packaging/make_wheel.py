#!/usr/bin/env python3
"""Makes the Python wheel of a prefix.

usage: scripts/packaging/make_wheel.py PREFIX VERSION OUTPUT

Writes OUTPUT/checkpoint_workbench-VERSION-py3-none-PLATFORM.whl with PREFIX/bin/ckpt among its scripts and PREFIX/share
among its data, and prints its name. PLATFORM names the oldest C library that the executable runs with
(manylinux_2_34_x86_64); with musl linked in, both families. The time of every file is SOURCE_DATE_EPOCH.
"""
import base64
import hashlib
import os
import pathlib
import platform
import re
import subprocess
import sys
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAME = 'checkpoint_workbench'


def platform_tag(binary):
    machine = platform.machine()
    if sys.platform == 'darwin':
        return f'macosx_15_0_{machine}'
    symbols = subprocess.run(['objdump', '-T', binary], capture_output=True, text=True).stdout
    versions = {tuple(map(int, version.split('.'))) for version in re.findall(r'GLIBC_([0-9.]+)', symbols)}
    if not versions:
        return f'manylinux_2_17_{machine}.musllinux_1_1_{machine}'
    return 'manylinux_{}_{}_{}'.format(*max(versions)[:2], machine)


def metadata(version):
    description = (ROOT / 'README.md').read_text(encoding='utf-8')
    return f"""Metadata-Version: 2.1
Name: checkpoint-workbench
Version: {version}
Summary: Shows, converts, compares and verifies checkpoints, without running anything in them.
License: {(ROOT / 'LICENSE').read_text(encoding='utf-8').splitlines()[0].strip()}
Classifier: Environment :: Console
Classifier: Topic :: Scientific/Engineering :: Artificial Intelligence
Requires-Python: >=3.7
Description-Content-Type: text/markdown

{description}"""


class Wheel:
    def __init__(self, path, date):
        self.archive = zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED, compresslevel=9)
        self.date = date
        self.records = []

    def add(self, name, data, executable=False):
        info = zipfile.ZipInfo(name, self.date)
        info.create_system = 3
        info.external_attr = (0o100755 if executable else 0o100644) << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        self.archive.writestr(info, data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()
        self.records.append(f'{name},sha256={digest},{len(data)}\n')

    def close(self, folder):
        record = f'{folder}/RECORD'
        self.records.append(f'{record},,\n')
        self.add(record, ''.join(self.records).encode())
        self.archive.close()


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    prefix, version, output = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    binary = prefix / 'bin/ckpt'
    tag = platform_tag(binary)
    file = f'{NAME}-{version}-py3-none-{tag}.whl'
    # A zip archive has no time before 1980.
    epoch = max(int(os.environ.get('SOURCE_DATE_EPOCH', time.time())), 315532800)
    wheel = Wheel(output / file, time.gmtime(epoch)[:6])
    wheel.add(f'{NAME}-{version}.data/scripts/ckpt', binary.read_bytes(), executable=True)
    for path in sorted((prefix / 'share').rglob('*')):
        if path.is_file():
            wheel.add(f'{NAME}-{version}.data/data/{path.relative_to(prefix)}', path.read_bytes())
    info = f'{NAME}-{version}.dist-info'
    wheel.add(f'{info}/METADATA', metadata(version).encode())
    wheel.add(f'{info}/LICENSE', (ROOT / 'LICENSE').read_bytes())
    tags = ''.join(f'Tag: py3-none-{one}\n' for one in tag.split('.'))
    wheel.add(f'{info}/WHEEL', f'Wheel-Version: 1.0\nGenerator: make_wheel\nRoot-Is-Purelib: false\n{tags}'.encode())
    wheel.close(info)
    print(file)


main()

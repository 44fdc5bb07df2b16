#!/usr/bin/env python3
"""Makes fixtures/images/: small image files, and what OpenCV, Pillow and MMPreTrain make of them.

usage: scripts/makers/make_image_fixtures.py [--table]

The pictures are drawn by a formula (seed 12), so nobody's rights are touched. `decode.json` says of each file the shape
and the SHA-256 of what `cv2.imdecode(…, IMREAD_COLOR)` gives (blue, green, red), or null where OpenCV refuses it or this
workbench does. `resize.json` has the digests of resized images: `cv2.resize`, `Image.resize`, and as `pillow 11` the two
passes one after the other. `pipelines.json` has every distinct test pipeline of MMPreTrain's image classifiers, as its
own configs in the installed package say them, with the preprocessor of the first config that has it; and for pictures
the first 16 digits of the SHA-256 of the array that each step leaves, of the packed inputs, and of the tensor.

OpenCV runs with OPENCV_IPP=disabled: bicubic is then the same on all processors. Needs mmpretrain, opencv-python 5.0 and
Pillow 13. With --table it prints the table for fixtures/README.md besides.
"""
import os

os.environ["OPENCV_IPP"] = "disabled"
import reference_python  # noqa: F401  isort:skip

import argparse
import hashlib
import io
import json
import pathlib
import struct
import warnings
import zlib

import cv2
import numpy as np
from PIL import Image

from fixture_files import print_table

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "images"
RANDOM = np.random.default_rng(12)


def sha256(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


# ---- Pictures ----


def picture(height, width):
    """Blue, green, red: slopes, a disk, stripes and some noise."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    disk = np.hypot((y - height * 0.4) / height, (x - width * 0.6) / width) < 0.27
    stripes = (np.sin(x * 0.9) + np.sin(y * 0.35 + x * 0.11)) * 30
    planes = [
        40 + 150 * x / width + stripes,
        200 - 120 * y / height + disk * 60,
        90 + 80 * np.sin(x * y / (height * width) * 9) + disk * 90 - stripes / 2,
    ]
    image = np.stack(planes, axis=2) + RANDOM.normal(0, 6, (height, width, 3))
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


LANDSCAPE = picture(90, 140)
TALL = picture(200, 62)
SMALL = picture(17, 23)


# ---- JPEG ----


def jpeg(image, quality=85, *options):
    settings = [cv2.IMWRITE_JPEG_QUALITY, quality, *options]
    return cv2.imencode(".jpg", image, settings)[1].tobytes()


SAMPLING = {
    "444": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    "422": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    "420": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    "440": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_440,
    "411": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_411,
}


def cmyk():
    channels = np.concatenate([LANDSCAPE[:40, :50], LANDSCAPE[:40, 60:110, :1]], axis=2)
    file = io.BytesIO()
    Image.fromarray(channels, "CMYK").save(file, "JPEG", quality=85)
    return file.getvalue()


def insert(data, marker, payload, at=2):
    return data[:at] + bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload + data[at:]


def tiff(*entries, order="<", count=None, start=8):
    """A TIFF file of one directory; an entry is (tag, type, count, the four bytes of its value)."""
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, start) + bytes(start - 8)
    body = b"".join(struct.pack(order + "HHI", *entry[:3]) + entry[3] for entry in entries)
    return head + struct.pack(order + "H", len(entries) if count is None else count) + body + bytes(4)


def turned(value, order="<", kind=3, count=1):
    if kind == 1:
        stored = bytes([value, 0, 0, 0])
    else:
        stored = struct.pack(order + ("HH" if kind == 3 else "I"), *([value, 0] if kind == 3 else [value]))
    return (0x112, kind, count, stored)


EXIF = b"Exif\0\0"


def exif_files():
    base = jpeg(SMALL, 90)
    files = {}
    for value in range(0, 10):
        order = "<" if value % 2 else ">"
        files[f"exif_{value}"] = insert(base, 0xE1, EXIF + tiff(turned(value, order), order=order))
    jfif_end = 4 + struct.unpack(">H", base[4:6])[0]
    frame = base.index(b"\xff\xc0")
    frame_end = frame + 2 + struct.unpack(">H", base[frame + 2 : frame + 4])[0]
    plain = EXIF + tiff(turned(6))
    files["exif_after_jfif"] = insert(base, 0xE1, plain, jfif_end)
    files["exif_after_frame"] = insert(base, 0xE1, plain, frame_end)
    files["exif_second_entry"] = insert(base, 0xE1, EXIF + tiff((0x10F, 2, 4, b"abc\0"), turned(6)))
    files["exif_at_20"] = insert(base, 0xE1, EXIF + tiff(turned(6), start=20))
    files["exif_long_little"] = insert(base, 0xE1, EXIF + tiff(turned(6, "<", 4)))
    files["exif_long_big"] = insert(base, 0xE1, EXIF + tiff(turned(6, ">", 4), order=">"))
    files["exif_byte"] = insert(base, 0xE1, EXIF + tiff(turned(6, "<", 1)))
    files["exif_count_2"] = insert(base, 0xE1, EXIF + tiff(turned(6, count=2)))
    files["exif_too_many_entries"] = insert(base, 0xE1, EXIF + tiff(turned(6), count=40))
    files["exif_cut"] = insert(base, 0xE1, (EXIF + tiff(turned(6)))[:-6])
    files["exif_bad_magic"] = insert(base, 0xE1, EXIF + tiff(turned(6)).replace(b"\x2a", b"\x2b", 1))
    files["exif_bad_header"] = insert(base, 0xE1, b"Exix\0\0" + tiff(turned(6)))
    files["exif_two_tags"] = insert(base, 0xE1, EXIF + tiff(turned(3), turned(6)))
    files["exif_text_outside"] = insert(base, 0xE1, EXIF + tiff((0x10F, 2, 40, struct.pack("<I", 5000)), turned(6)))
    files["exif_short_text"] = insert(base, 0xE1, EXIF + tiff((0x10F, 2, 3, b"ab\0\0"), turned(6)))
    files["exif_white_point_outside"] = insert(
        base, 0xE1, EXIF + tiff((0x13E, 5, 2, struct.pack("<I", 30)), turned(6)))
    files["exif_no_byte_order"] = insert(base, 0xE1, EXIF + b"XY" + tiff(turned(6, ">"), order=">")[2:])
    files["exif_two_segments"] = insert(insert(base, 0xE1, plain), 0xE1, EXIF + tiff(turned(3)))
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description tiff:Orientation=\"6\"/></x:xmpmeta>"
    files["exif_after_xmp"] = insert(insert(base, 0xE1, plain), 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>")
    files["xmp_only"] = insert(base, 0xE1, xmp)
    return {name + ".jpg": data for name, data in files.items()}


def jpeg_files():
    files = {f"sampling_{name}.jpg": jpeg(LANDSCAPE, 85, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, value)
             for name, value in SAMPLING.items()}
    files["landscape.jpg"] = jpeg(picture(120, 181), 88)
    files["tall.jpg"] = jpeg(TALL, 92)
    files["progressive.jpg"] = jpeg(LANDSCAPE[:61, :77], 80, cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
    files["gray.jpg"] = jpeg(LANDSCAPE[:, :, 1], 85)
    files["restart.jpg"] = jpeg(LANDSCAPE[:50, :70], 70, cv2.IMWRITE_JPEG_RST_INTERVAL, 3)
    files["quality_1.jpg"] = jpeg(LANDSCAPE, 1)
    files["quality_100.jpg"] = jpeg(SMALL, 100)
    files["one_pixel.jpg"] = jpeg(SMALL[:1, :1], 90)
    files["odd.jpg"] = jpeg(LANDSCAPE[:7, :33], 75)
    files["cmyk.jpg"] = cmyk()
    adobe = files["cmyk.jpg"].index(b"Adobe")
    files["ycck.jpg"] = files["cmyk.jpg"][: adobe + 11] + b"\x02" + files["cmyk.jpg"][adobe + 12 :]
    small = jpeg(SMALL, 90)
    adobe_rgb = b"Adobe" + struct.pack(">HHHB", 100, 0, 0, 0)
    files["rgb.jpg"] = insert(jpeg(SMALL, 90, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, SAMPLING["444"]), 0xEE, adobe_rgb)
    files["trailing_garbage.jpg"] = small + bytes(range(200))
    scan = small.index(b"\xff\xda")
    damaged = bytearray(small)
    for place in range(scan + 40, scan + 60):
        damaged[place] = (damaged[place] ^ 0x5A) if damaged[place] != 0xFF and damaged[place] ^ 0x5A != 0xFF else 0x11
    files["damaged_data.jpg"] = bytes(damaged)
    # Refused.
    files["cut.jpg"] = small[: len(small) * 2 // 3]
    files["cut_header.jpg"] = small[:30]
    files["no_end.jpg"] = small[:-2]
    files["cut_progressive.jpg"] = files["progressive.jpg"][:-200]
    frame = small.index(b"\xff\xc0")
    files["bits_12.jpg"] = small[: frame + 4] + b"\x0c" + small[frame + 5 :]
    files["lossless.jpg"] = small[: frame + 1] + b"\xc3" + small[frame + 2 :]
    files["huge.jpg"] = small[: frame + 5] + struct.pack(">HH", 65500, 65500) + small[frame + 9 :]
    files["no_height.jpg"] = small[: frame + 5] + struct.pack(">H", 0) + small[frame + 7 :]
    return files


# ---- PNG ----


def chunk(name, data, crc=None):
    check = zlib.crc32(name + data) if crc is None else crc
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)


CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
SIGNATURE = b"\x89PNG\r\n\x1a\n"
ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def png_rows(samples, depth):
    """Unfiltered rows but for every third, which has the filter Sub."""
    data = b""
    for index, row in enumerate(samples):
        if depth == 16:
            packed = row.astype(">u2").tobytes()
        elif depth == 8:
            packed = row.astype(np.uint8).tobytes()
        else:
            bits = ((row.reshape(-1, 1) >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8)
            packed = np.packbits(bits.reshape(-1)).tobytes()
        size = max(1, row.reshape(len(row), -1).shape[1] * depth // 8)
        if index % 3 == 2:
            packed = b"\1" + bytes((packed[i] - (packed[i - size] if i >= size else 0)) & 255 for i in range(len(packed)))
        else:
            packed = b"\0" + packed
        data += packed
    return data


def png(color, depth, height=17, width=23, interlaced=False, extra=(), samples=None, trailer=True, late=()):
    if samples is None:
        samples = RANDOM.integers(0, 1 << depth, (height, width, CHANNELS[color]))
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    chunks = [chunk(b"IHDR", header)]
    names = [name for name, _ in extra]
    chunks += [chunk(name, data) for name, data in extra if name in (b"gAMA", b"sRGB", b"cHRM", b"sBIT", b"eXIf")]
    if color == 3:
        palette = RANDOM.integers(0, 256, (1 << depth, 3)).astype(np.uint8).tobytes()
        chunks.append(chunk(b"PLTE", palette))
    chunks += [chunk(name, data) for name, data in extra if name in (b"tRNS", b"bKGD", b"acTL", b"fcTL")]
    assert len(names) + 1 + (color == 3) == len(chunks)
    if interlaced:
        parts = [samples[y::dy, x::dx] for y, x, dy, dx in ADAM7]
        data = b"".join(png_rows(part, depth) for part in parts if part.size)
    else:
        data = png_rows(samples, depth)
    packed = zlib.compress(data, 9)
    chunks += [chunk(b"IDAT", packed[: len(packed) // 2]), chunk(b"IDAT", packed[len(packed) // 2 :])]
    chunks += [chunk(name, data) for name, data in late]
    return SIGNATURE + b"".join(chunks) + (chunk(b"IEND", b"") if trailer else b"")


def png_files():
    files = {}
    for color, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
        for depth in depths:
            size = (9, 11) if depth == 16 or color == 6 else (17, 23)
            files[f"png_{color}_{depth}"] = png(color, depth, *size)
            files[f"png_{color}_{depth}_interlaced"] = png(color, depth, 10, 13, True)
    files["png_0_8_transparent"] = png(0, 8, extra=[(b"tRNS", struct.pack(">H", 7))])
    files["png_0_16_transparent"] = png(0, 16, 6, 7, extra=[(b"tRNS", struct.pack(">H", 7))])
    files["png_2_8_transparent"] = png(2, 8, 6, 7, extra=[(b"tRNS", struct.pack(">HHH", 1, 2, 3))])
    files["png_3_4_transparent"] = png(3, 4, extra=[(b"tRNS", bytes(range(0, 160, 20)))])
    files["png_2_8_gamma"] = png(2, 8, 6, 7, extra=[(b"gAMA", struct.pack(">I", 30000))])
    files["png_2_8_srgb"] = png(2, 8, 6, 7, extra=[(b"sRGB", b"\0")])
    files["png_6_8_background"] = png(6, 8, 6, 7, extra=[(b"bKGD", struct.pack(">HHH", 9, 99, 200))])
    files["png_2_8_sbit"] = png(2, 8, 6, 7, extra=[(b"sBIT", b"\5\6\5")])
    for value in (3, 6):
        files[f"png_exif_{value}"] = png(2, 8, 6, 9, extra=[(b"eXIf", tiff(turned(value)))])
    files["png_exif_late"] = png(2, 8, 6, 9, late=[(b"eXIf", tiff(turned(8)))])
    files["picture"] = cv2.imencode(".png", picture(61, 97))[1].tobytes()
    text = chunk(b"tEXt", b"a\0b", 7)
    base = png(2, 8, 6, 7)
    files["png_bad_text_crc"] = base[:33] + text + base[33:]
    # Refused.
    files["png_cut"] = base[:-40]
    files["png_no_end"] = png(2, 8, 6, 7, trailer=False)
    place = base.index(b"IDAT")
    length = struct.unpack(">I", base[place - 4 : place])[0]
    files["png_bad_data_crc"] = base[: place + 4 + length] + b"\0\0\0\0" + base[place + 8 + length :]
    files["png_bad_header_crc"] = base[:29] + b"\0\0\0\0" + base[33:]
    wrong = bytearray(base)
    wrong[place + 10] ^= 0xFF
    data = bytes(wrong[place + 4 : place + 4 + length])
    wrong[place + 4 + length : place + 8 + length] = struct.pack(">I", zlib.crc32(b"IDAT" + data))
    files["png_bad_zlib"] = bytes(wrong)
    for name, width, height in (("huge", 1 << 30, 1 << 30), ("empty", 0, 5), ("wide", 900_000, 1), ("liar", 12_000, 12_000)):
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        files[f"png_{name}"] = SIGNATURE + chunk(b"IHDR", header) + base[33:]
    frames = [(b"acTL", struct.pack(">II", 1, 0)), (b"fcTL", struct.pack(">IIIIIHHBB", 0, 7, 6, 0, 0, 1, 10, 0, 0))]
    files["png_animated"] = png(2, 8, 6, 7, extra=frames)
    return {name + ".png": data for name, data in files.items()}


# ---- Others ----


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def webp_files():
    image = Image.fromarray(LANDSCAPE[:45, :64, ::-1])
    alpha = Image.fromarray(np.dstack([LANDSCAPE[:20, :30, ::-1], LANDSCAPE[40:60, 30:60, 0]]), "RGBA")
    orientation = Image.Exif()
    orientation[0x112] = 6
    files = {
        "lossy": encoded(image, "WEBP", quality=75),
        "lossy_low": encoded(image, "WEBP", quality=5),
        "lossless": encoded(image.crop((0, 0, 20, 15)), "WEBP", lossless=True),
        "alpha": encoded(alpha, "WEBP", quality=60),
        "lossless_alpha": encoded(alpha, "WEBP", lossless=True),
        "one_pixel": encoded(image.crop((3, 3, 4, 4)), "WEBP", quality=75),
        "exif_6": encoded(image.crop((0, 0, 20, 15)), "WEBP", quality=75, exif=orientation),
    }
    files["cut"] = files["lossy"][:-100]
    files["cut_header"] = files["lossy"][:25]
    files["animated"] = encoded(
        image.crop((0, 0, 12, 9)), "WEBP", save_all=True, append_images=[image.crop((9, 9, 21, 18))], duration=50)
    # VP8L's sizes are 14 bits each, less one.
    lossless = bytearray(files["lossless"])
    place = lossless.index(b"VP8L") + 9
    lossless[place : place + 4] = struct.pack("<I", 0x0FFFFFFF)
    files["huge"] = bytes(lossless)
    return {f"webp_{name}.webp": data for name, data in files.items()}


def bmp(bits, rows, width, height, compression=0, palette=b"", extra=b"", size=40, colors=0):
    if size == 12:
        header = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        header = struct.pack("<IiiHHIIiiII", size, width, height, 1, bits, compression, len(rows), 0, 0, colors, 0)
        header += bytes(size - 40)
    offset = 14 + len(header) + len(palette) + len(extra)
    return struct.pack("<2sIHHI", b"BM", offset + len(rows), 0, 0, offset) + header + extra + palette + rows


def bmp_files():
    def rows(pitch, height):
        return RANDOM.integers(0, 256, pitch * height).astype(np.uint8).tobytes()

    def colors(count):
        return RANDOM.integers(0, 256, count * 4).astype(np.uint8).tobytes()

    masks = lambda *values: struct.pack("<III", *values)  # noqa: E731
    files = {
        "24": bmp(24, rows(40, 9), 13, 9),
        "24_top_down": bmp(24, rows(40, 9), 13, -9),
        "32": bmp(32, rows(52, 9), 13, 9),
        "32_fields": bmp(32, rows(52, 9), 13, 9, 3, extra=masks(0xFF0000, 0xFF00, 0xFF)),
        "32_v5": bmp(32, rows(52, 9), 13, 9, 3, size=124),
        "8": bmp(8, rows(16, 9), 13, 9, palette=colors(256)),
        "8_short_palette": bmp(8, rows(16, 9), 13, 9, palette=colors(20), colors=20),
        "4": bmp(4, rows(8, 9), 13, 9, palette=colors(16)),
        "1": bmp(1, rows(4, 9), 13, 9, palette=colors(2)),
        "16": bmp(16, rows(28, 9), 13, 9),
        "16_565": bmp(16, rows(28, 9), 13, 9, 3, extra=masks(0xF800, 0x7E0, 0x1F)),
        "16_555": bmp(16, rows(28, 9), 13, 9, 3, extra=masks(0x7C00, 0x3E0, 0x1F)),
        "core_24": bmp(24, rows(40, 9), 13, 9, size=12),
        "core_8": bmp(8, rows(16, 9), 13, 9, size=12, palette=colors(192)),
    }
    files["cut"] = files["24"][:-30]
    files["cut_header"] = files["24"][:40]
    files["huge"] = bmp(24, b"", 1 << 30, 1 << 30)
    files["least_height"] = bmp(24, b"", 4, -(1 << 31))
    files["rle8"] = bmp(8, bytes([13, 5, 0, 0] * 9 + [0, 1]), 13, 9, 1, palette=colors(256))
    files["odd_fields"] = bmp(16, rows(28, 9), 13, 9, 3, extra=masks(0xF00, 0xF0, 0xF))
    return {f"bmp_{name}.bmp": data for name, data in files.items()}


def pnm_files():
    def numbers(count, below):
        return " ".join(str(value) for value in RANDOM.integers(0, below, count)).encode()

    def data(count):
        return RANDOM.integers(0, 256, count).astype(np.uint8).tobytes()

    files = {
        "p1.pbm": b"P1\n# a comment\n5 3\n101010101010101\n",
        "p2.pgm": b"P2 5 3 255\n" + numbers(15, 256) + b"\n",
        "p2_scaled.pgm": b"P2 5 3 100\n" + numbers(15, 120) + b"\n",
        "p2_16.pgm": b"P2 5 3 60000\n" + numbers(15, 65536) + b"\n",
        "p3.ppm": b"P3\n5 3\n255\n" + numbers(45, 256) + b" ",
        "p4.pbm": b"P4 11 3\n" + data(6),
        "p5.pgm": b"P5\n# a\n# b\r11 7\n255\n" + data(77),
        "p5_small.pgm": b"P5 11 7 31\n" + data(77),
        "p5_16.pgm": b"P5 11 7 65535\n" + data(154),
        "p6.ppm": b"P6 11 7 255\n" + data(231),
        "p6_16.ppm": b"P6 11 7 1023\n" + data(462),
        # Refused.
        "cut.ppm": b"P6 11 7 255\n" + data(200),
        "no_byte_after_the_last.pgm": b"P2 2 1 255\n1 2",
        "letters.pgm": b"P2 2 1 255\n1 x\n",
        "huge.ppm": b"P6 1073741824 1073741824 255\n",
        "overflow.ppm": b"P6 99999999999999999999 1 255\n",
        "no_maximum.pgm": b"P5 2 2 0\n" + data(4),
        "comment_without_end.pgm": b"P5 #" + b"x" * 40,
    }
    return {"pnm_" + name: contents for name, contents in files.items()}


def foreign_files():
    image = Image.fromarray(SMALL[:, :, ::-1])
    files = {
        "tiff.tif": encoded(image, "TIFF"),
        "gif.gif": encoded(image, "GIF"),
        "jpeg2000.jp2": encoded(image, "JPEG2000"),
        "ico.ico": encoded(image, "ICO"),
        "avif.avif": encoded(image.resize((16, 16)), "AVIF"),
        "heif.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "text.jpg": b"<html>404 Not Found</html>\n",
        "empty.jpg": b"",
    }
    return files


# What OpenCV may read and this workbench refuses.
REFUSED = {
    "tiff.tif", "gif.gif", "jpeg2000.jp2", "ico.ico", "avif.avif", "heif.heic", "png_animated.png",
    "webp_animated.webp", "bmp_rle8.bmp",
}


def decoded(data):
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    except cv2.error:
        return None


def write_files():
    files = {**jpeg_files(), **exif_files(), **png_files(), **webp_files(), **bmp_files(), **pnm_files(), **foreign_files()}
    facts = {}
    for name, data in sorted(files.items()):
        (FOLDER / name).write_bytes(data)
        image = None if name in REFUSED else decoded(data)
        facts[name] = None if image is None else {"shape": list(image.shape), "sha256": sha256(image)}
    write_json("decode.json", facts)


# ---- Resizing ----

FILTERS = {
    "cv2": {
        "nearest": cv2.INTER_NEAREST, "bilinear": cv2.INTER_LINEAR, "bicubic": cv2.INTER_CUBIC, "area": cv2.INTER_AREA,
        "lanczos": cv2.INTER_LANCZOS4,
    },
    "pillow": {
        "nearest": Image.NEAREST, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "box": Image.BOX,
        "lanczos": Image.LANCZOS, "hamming": Image.HAMMING,
    },
}
SIZES = {
    # (height, width): less, more, half, a whole part, one side only, one pixel, taller than wide.
    "picture.png": [(30, 47), (122, 97), (61, 200), (150, 231), (1, 1), (3, 250), (61, 97), (20, 5)],
    "landscape.jpg": [(60, 90), (40, 60), (256, 386), (24, 181), (17, 181), (120, 33), (119, 180), (360, 20)],
    "tall.jpg": [(100, 31), (50, 62), (66, 20), (40, 62), (77, 60), (201, 31), (13, 59), (826, 256)],
    "png_0_8.png": [(8, 8), (34, 46), (1, 300), (40, 2)],
}


def resize_facts():
    rows = []
    for name, sizes in SIZES.items():
        image = decoded((FOLDER / name).read_bytes())
        for height, width in sizes:
            for backend, filters in FILTERS.items():
                for filter_name, code in filters.items():
                    if backend == "cv2":
                        result = cv2.resize(image, (width, height), interpolation=code)
                    else:
                        result = np.array(Image.fromarray(image).resize((width, height), code))
                    fact = {"image": name, "height": height, "width": width, "method": f"{backend} {filter_name}"}
                    rows.append({**fact, "sha256": sha256(result)})
                    if backend == "pillow" and filter_name != "nearest":
                        between = Image.fromarray(image).resize((width, image.shape[0]), code)
                        other = sha256(np.array(between.resize((width, height), code)))
                        if other != rows[-1]["sha256"]:
                            rows.append({**fact, "pillow": 11, "sha256": other})
    write_json("resize.json", rows)


# ---- Pipelines ----

PICTURES = ["landscape.jpg", "tall.jpg", "gray.jpg", "exif_5.jpg", "png_6_16.png", "webp_lossy.webp"]


def plain(value):
    """What JSON can hold: tuples are objects {"tuple": […]}."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return {"tuple": [plain(item) for item in value]}
    return [plain(item) for item in value] if isinstance(value, list) else value


def classifier_configs():
    """(path, pipeline, preprocessor) of MMPreTrain's image classifiers."""
    import mmengine
    import mmpretrain

    root = pathlib.Path(mmpretrain.__file__).parent / ".mim" / "configs"
    for path in sorted(root.glob("*/**/*.py")):
        if path.relative_to(root).parts[0] == "_base_":
            continue
        try:
            config = mmengine.Config.fromfile(path)
        except Exception:  # a config that needs a package that isn't here
            continue
        model = config.get("model")
        loader = config.get("test_dataloader")
        if not model or model.get("type") != "ImageClassifier" or not isinstance(loader, dict):
            continue
        preprocessor = model.get("data_preprocessor") or config.get("data_preprocessor")
        pipeline = [dict(step) for step in loader["dataset"]["pipeline"]]
        if all(isinstance(step["type"], str) for step in pipeline):
            yield str(path.relative_to(root)), pipeline, preprocessor and preprocessor.to_dict()


def run(pipeline, preprocessor, path):
    """The first 16 digits of the digests of each step's array, of the packed inputs, and of the tensor."""
    import mmcv
    import torch
    from mmengine.dataset import default_collate

    from mmpretrain.registry import MODELS, TRANSFORMS

    results = {"img_path": str(path)}
    if pipeline[0]["type"] != "LoadImageFromFile":
        results["img"] = mmcv.imread(str(path))
    digests = []
    for step in pipeline:
        results = TRANSFORMS.build(step)(results)
        array = results["inputs"].numpy() if "inputs" in results else results["img"]
        digests.append(sha256(array)[:16])
    settings = {"type": "ClsDataPreprocessor", **(preprocessor or {})}
    with torch.no_grad():
        tensor = MODELS.build(settings)(default_collate([results]))["inputs"]
    return [*digests, sha256(tensor.numpy())[:16], list(tensor.shape)]


# Arguments that no config of MMPreTrain uses; the settings of its preprocessors besides.
OTHER_PIPELINES = [
    [{"type": "ResizeEdge", "scale": 50, "edge": "long", "interpolation": "area"}],
    [{"type": "ResizeEdge", "scale": 41, "edge": "width", "backend": "pillow", "interpolation": "lanczos"}],
    [{"type": "ResizeEdge", "scale": 64, "edge": "height", "interpolation": "lanczos"}],
    [{"type": "Resize", "scale": (70, 45), "keep_ratio": True}],
    [{"type": "Resize", "scale_factor": 0.37, "backend": "pillow", "interpolation": "box"}],
    [{"type": "Resize", "scale_factor": (1.3, 0.61), "interpolation": "nearest"}],
    [{"type": "CenterCrop", "crop_size": (51, 37)}],
    [{"type": "CenterCrop", "crop_size": (151, 237)}],
    [{"type": "CenterCrop", "crop_size": (151, 237), "auto_pad": True}],
    [{"type": "CenterCrop", "crop_size": 250, "auto_pad": True, "pad_cfg": {"type": "Pad", "pad_val": {"img": (9, 20, 255)}}}],
    [{"type": "CenterCrop", "crop_size": 75, "auto_pad": True, "pad_cfg": {"type": "Pad", "padding_mode": "edge"}}],
    [{"type": "CenterCrop", "crop_size": 240, "auto_pad": True, "pad_cfg": {"type": "Pad", "padding_mode": "reflect"}}],
    [{"type": "CenterCrop", "crop_size": 240, "auto_pad": True, "pad_cfg": {"type": "Pad", "padding_mode": "symmetric"}}],
    [{"type": "EfficientNetCenterCrop", "crop_size": 40, "crop_padding": 7, "backend": "pillow", "interpolation": "bilinear"}],
]
OTHER_PREPROCESSORS = [
    {"mean": [0.1, 2, 3.7], "std": [1, 2.5, 3], "pad_size_divisor": 32, "pad_value": -1.5, "to_rgb": True},
    {"pad_size_divisor": 7},
    {"mean": [127, 128, 129], "std": [50, 60, 70], "to_rgb": False},
]


def pipeline_facts():
    warnings.filterwarnings("ignore")
    from mmpretrain.utils import register_all_modules

    register_all_modules()
    pipelines, preprocessors = {}, {}
    for path, pipeline, preprocessor in classifier_configs():
        pipelines.setdefault(json.dumps(plain(pipeline)), (path, pipeline, preprocessor))
        preprocessors.setdefault(json.dumps(plain(preprocessor)), (path, preprocessor))
    print(f"{len(pipelines)} pipelines, {len(preprocessors)} preprocessors")
    load, pack = {"type": "LoadImageFromFile"}, {"type": "PackInputs"}
    cases = list(pipelines.values())
    cases += [("", [load, *steps, pack], OTHER_PREPROCESSORS[0]) for steps in OTHER_PIPELINES]
    crop = [load, {"type": "CenterCrop", "crop_size": 33}, pack]
    cases += [(path, crop, settings) for path, settings in preprocessors.values()]
    cases += [("", crop, settings) for settings in OTHER_PREPROCESSORS]
    facts = []
    for path, pipeline, preprocessor in cases:
        pictures = PICTURES if pipeline is not crop else PICTURES[:1]
        images = {name: run(pipeline, preprocessor, FOLDER / name) for name in pictures}
        facts.append({
            "config": path, "pipeline": plain(pipeline), "data_preprocessor": plain(preprocessor), "images": images})
    write_json("pipelines.json", facts)


def write_json(name, facts):
    """A row a line, so that changes show."""
    if isinstance(facts, list):
        rows = [json.dumps(fact, separators=(",", ":")) for fact in facts]
        text = "[\n" + ",\n".join(rows) + "\n]\n"
    else:
        rows = [f"{json.dumps(key)}:{json.dumps(fact, separators=(',', ':'))}" for key, fact in facts.items()]
        text = "{\n" + ",\n".join(rows) + "\n}\n"
    (FOLDER / name).write_text(text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", action="store_true", help="print the table for fixtures/README.md")
    arguments = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_files()
    resize_facts()
    pipeline_facts()
    if arguments.table:
        print_table(FOLDER)

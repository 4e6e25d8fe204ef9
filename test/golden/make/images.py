"""Small PNG, JPEG and WebP files of every kind, and the pixels that Pillow's convert("RGB") makes of them.

Run from the repository root, with the versions that the golden's header names (Pillow 10.4.0 gives the same pixels):

    pip install pillow==13.0.0 numpy==2.4.6
    python test/golden/make/images.py

Writes test/golden/images.json.
"""

import base64
import hashlib
import io
import json
import pathlib
import struct
import zlib

import numpy
import PIL
from PIL import Image, ImageCms

target = pathlib.Path(__file__).parents[1] / "images.json"
draw = numpy.random.default_rng(3)
WIDTH, HEIGHT = 23, 17


def levels(channels, top=256, width=WIDTH, height=HEIGHT):
    y, x = numpy.mgrid[0:height, 0:width]
    waves = (numpy.sin(x / 5) + numpy.cos(y / 7) + 2) / 4 * (top - 1)
    mixed = 0.7 * waves[..., None] + 0.3 * draw.integers(0, top, (height, width, channels))
    return mixed.astype(numpy.uint8 if top <= 256 else numpy.uint16)


def saved(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(values, colour_type, depth, extra=b"", interlaced=False):
    """A PNG that Pillow cannot write: 16 bits a channel, interlaced or with other chunks."""
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    parts = [values[y::dy, x::dx] for x, y, dx, dy in passes] if interlaced else [values]
    kind = ">u2" if depth == 16 else "u1"
    raw = b"".join(b"\0" + row.astype(kind).tobytes() for part in parts if part.size for row in part)
    header = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], depth, colour_type, 0, 0, int(interlaced))
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def odd_profile():
    """sRGB with red and green exchanged: a reader that heeds it gives other pixels."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes(12)  # when it was made, which is now
    red, green = profile.find(b"rXYZ"), profile.find(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def rotated(orientation):
    exif = Image.Exif()
    exif[0x112] = orientation
    return exif


def files():
    rgb = Image.fromarray(levels(3))
    grey = Image.fromarray(levels(1)[..., 0])
    rgba = Image.fromarray(levels(4), "RGBA")
    cmyk = Image.fromarray(levels(4), "CMYK")
    palette = lambda colours: rgb.convert("P", palette=Image.ADAPTIVE, colors=colours)
    yield "png rgb", saved(rgb, "PNG")
    yield "png rgba", saved(rgba, "PNG")
    yield "png grey", saved(grey, "PNG")
    yield "png grey and alpha", saved(Image.fromarray(levels(2), "LA"), "PNG")
    yield "png 1 bit", saved(grey.convert("1"), "PNG")
    yield "png grey of 4 bits", saved(Image.fromarray(numpy.asarray(grey) // 16 * 17), "PNG", bits=4)
    yield "png grey with a transparent level", saved(grey, "PNG", transparency=100)
    yield "png rgb with a transparent colour", saved(rgb, "PNG", transparency=rgb.getpixel((3, 3)))
    yield "png palette", saved(palette(200), "PNG")
    yield "png palette of 1 bit", saved(palette(2), "PNG", bits=1)
    yield "png palette with alpha", saved(rgba.quantize(64), "PNG")
    yield "png palette with a transparent colour", saved(palette(100), "PNG", transparency=7)
    yield "png grey of 16 bits", png(levels(1, 65536), 0, 16)
    yield "png grey of 16 bits, dark", png(levels(1, 300), 0, 16)
    yield "png grey of 16 bits with a transparent level", png(levels(1, 600), 0, 16, chunk(b"tRNS", struct.pack(">H", 9)))
    yield "png grey and alpha of 16 bits", png(levels(2, 65536), 4, 16)
    yield "png rgb of 16 bits", png(levels(3, 65536), 2, 16)
    yield "png rgb of 16 bits with a transparent colour", png(levels(3, 65536), 2, 16, chunk(b"tRNS", bytes(6)))
    yield "png rgba of 16 bits", png(levels(4, 65536), 6, 16)
    yield "png interlaced", png(levels(3), 2, 8, interlaced=True)
    yield "png with gamma", png(levels(3), 2, 8, chunk(b"gAMA", struct.pack(">I", 100000)))
    yield "png with a colour profile", saved(rgb, "PNG", icc_profile=odd_profile())
    yield "png rgba with a colour profile", saved(rgba, "PNG", icc_profile=odd_profile())
    yield "png rotated by EXIF", saved(rgb, "PNG", exif=rotated(6))
    for name, sampling in [("4:4:4", 0), ("4:2:2", 1), ("4:2:0", 2), ("4:1:1", "4:1:1")]:
        yield f"jpeg {name}", saved(rgb, "JPEG", subsampling=sampling, quality=85)
    yield "jpeg 4:2:0 progressive", saved(rgb, "JPEG", subsampling=2, quality=85, progressive=True)
    yield "jpeg 4:2:2 progressive", saved(rgb, "JPEG", subsampling=1, quality=85, progressive=True)
    yield "jpeg of quality 5", saved(rgb, "JPEG", quality=5)
    yield "jpeg of quality 100", saved(rgb, "JPEG", quality=100, subsampling=0)
    yield "jpeg with restarts", saved(rgb, "JPEG", restart_marker_blocks=2)
    yield "jpeg without a colour transform", saved(rgb, "JPEG", keep_rgb=True)
    yield "jpeg grey", saved(grey, "JPEG")
    yield "jpeg grey progressive", saved(grey, "JPEG", progressive=True)
    inks = saved(cmyk, "JPEG", quality=90)
    adobe = inks.find(b"\xff\xee")
    length = struct.unpack(">H", inks[adobe + 2 : adobe + 4])[0]
    yield "jpeg cmyk", inks
    yield "jpeg cmyk progressive", saved(cmyk, "JPEG", quality=80, progressive=True)
    yield "jpeg cmyk without Adobe's mark", inks[:adobe] + inks[adobe + 2 + length :]
    yield "jpeg ycck", inks[: adobe + 15] + b"\2" + inks[adobe + 16 :]
    yield "jpeg cmyk with a colour profile", saved(cmyk, "JPEG", quality=90, icc_profile=odd_profile())
    yield "jpeg with a colour profile", saved(rgb, "JPEG", quality=90, icc_profile=odd_profile())
    for orientation in (3, 6, 8):
        yield f"jpeg rotated by EXIF {orientation}", saved(rgb, "JPEG", quality=90, exif=rotated(orientation))
    yield "jpeg followed by garbage", saved(rgb, "JPEG") + b"garbage" * 9
    yield "jpeg of one pixel", saved(Image.fromarray(levels(3, width=1, height=1)), "JPEG")
    yield "jpeg of one row", saved(Image.fromarray(levels(3, width=39, height=1)), "JPEG")
    wide = Image.fromarray(levels(3, width=131, height=97))
    yield "jpeg of many blocks", saved(wide, "JPEG", quality=60)
    yield "webp", saved(rgb, "WEBP", quality=80)
    yield "webp with alpha", saved(rgba, "WEBP", quality=80)
    yield "webp lossless with alpha", saved(rgba, "WEBP", lossless=True)


def record(name, data):
    image = Image.open(io.BytesIO(data))
    mode = image.mode
    pixels = image.convert("RGB").tobytes()
    return {
        "name": name,
        "mode": mode,
        "size": [image.width, image.height],
        "first": list(pixels[:12]),
        "sha256": hashlib.sha256(pixels).hexdigest(),
        "file": base64.b64encode(data).decode(),
    }


def main():
    header = {"implementation": f"Pillow {PIL.__version__}", "command": "python test/golden/make/images.py"}
    lines = ",\n".join(json.dumps(record(name, data), separators=(",", ":")) for name, data in files())
    target.write_text(f'{{"header":{json.dumps(header)},\n"cases":[\n{lines}\n]}}\n')


main()

"""Makes test/golden/resize.json and test/golden/resize-13.json: what Pillow makes of seeded images.

Run with pillow 10.4:  python test/golden/make/resize.py > test/golden/resize.json
and with pillow 13.0:  python test/golden/make/resize.py > test/golden/resize-13.json
(13 runs the vertical pass first where the height shrinks by more than twice what the width does).
"""

import hashlib
import json

import PIL
from PIL import Image

CASES = [
    (7, 5, 3, 2), (5, 7, 11, 13), (64, 48, 224, 224), (640, 480, 298, 224), (480, 640, 224, 298), (333, 500, 224, 336),
    (1, 1, 5, 5), (300, 2, 10, 200), (224, 100, 224, 50), (100, 224, 50, 224), (17, 17, 17, 17), (1000, 3, 7, 3), (333, 500, 384, 384),
    (480, 640, 384, 384), (64, 64, 40, 16), (64, 64, 40, 15), (100, 90, 130, 80),
]


def image(width, height):
    """xorshift32 bytes, easy to make again in any language."""
    state, out = (width * 1009 + height) & 0xFFFFFFFF, bytearray()
    for _ in range(width * height * 3):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        out.append(state & 0xFF if (state >> 20) & 7 else (255 if state & 1 else 0))
    return Image.frombytes("RGB", (width, height), bytes(out))


if __name__ == "__main__":
    cases = []
    for w, h, W, H in CASES:
        for name in ("bilinear", "bicubic"):
            out = image(w, h).resize((W, H), getattr(Image.Resampling, name.upper())).tobytes()
            cases.append({"from": [w, h], "to": [W, H], "filter": name, "sha256": hashlib.sha256(out).hexdigest(), "first": list(out[:12])})
    print(json.dumps({"header": {"implementation": f"Pillow {PIL.__version__}", "command": f"python test/golden/make/resize.py > test/golden/resize{'-13' if PIL.__version__ >= '13' else ''}.json"}, "cases": cases}, indent=1))

"""Makes test/golden/preprocess.json: pixel values of transformers' Pillow-based image processors.

Run with: python test/golden/make/preprocess.py > test/golden/preprocess.json   (needs transformers 4.57 and pillow 10.4)
"""

import hashlib
import json

import numpy
import PIL
import transformers
from PIL import Image
from transformers.models.clip.image_processing_clip import CLIPImageProcessor
from transformers.models.siglip.image_processing_siglip import SiglipImageProcessor

from resize import image


def padded(picture, colour):
    size = max(picture.size)
    square = Image.new("RGB", (size, size), colour)
    square.paste(picture, ((size - picture.width) // 2, (size - picture.height) // 2))
    return square


clip = CLIPImageProcessor(size={"shortest_edge": 224}, crop_size={"height": 224, "width": 224})
clip336 = CLIPImageProcessor(size={"shortest_edge": 336}, crop_size={"height": 336, "width": 336})
siglip = SiglipImageProcessor(size={"height": 384, "width": 384}, resample=3)
colour = tuple(int(x * 255) for x in clip.image_mean)
cases = []
for width, height in [(640, 480), (333, 500), (224, 224), (97, 31), (30, 300), (225, 224)]:
    picture = image(width, height)
    for square, size, values in [
        ("crop", 224, clip(picture)["pixel_values"][0]),
        ("pad", 336, clip336(padded(picture, colour))["pixel_values"][0]),
        ("stretch", 384, siglip(picture)["pixel_values"][0]),
    ]:
        data = numpy.ascontiguousarray(values, dtype="<f4").tobytes()
        cases.append({"from": [width, height], "square": square, "size": size, "sha256": hashlib.sha256(data).hexdigest(), "first": [float(x) for x in values[0, 0, :4]]})
header = {"implementation": f"transformers {transformers.__version__}, Pillow {PIL.__version__}", "command": "python test/golden/make/preprocess.py > test/golden/preprocess.json"}
print(json.dumps({"header": header, "cases": cases}, indent=1))

"""Writes test/golden/corruptions.bin and corruptions.json: a picture corrupted by the PyPI package imagecorruptions.

Run: python3 test/golden/make/corruptions.py   (needs imagecorruptions 1.1.2, opencv, scikit-image, scipy, pillow, numpy)

The package names things that its dependencies have renamed since; the old names are given back before it is imported.
"""
import json
import pathlib
import sys
import types

import cv2
import numpy
import PIL
import scipy
import scipy.ndimage
import skimage
import skimage.filters

numpy.float_ = numpy.float64
old = types.ModuleType("scipy.ndimage.interpolation")
old.map_coordinates = scipy.ndimage.map_coordinates
sys.modules["scipy.ndimage.interpolation"] = old
resources = types.ModuleType("pkg_resources")
resources.resource_filename = lambda package, path: path
sys.modules["pkg_resources"] = resources
smooth = skimage.filters.gaussian


def gaussian(image, *args, multichannel=False, **options):
    return smooth(image, *args, channel_axis=-1 if multichannel else None, **options)


skimage.filters.gaussian = gaussian
import imagecorruptions  # noqa: E402  (after the names are back)

WIDTH, HEIGHT, SEED = 37, 33, 42
EXACT = ("defocus_blur", "zoom_blur", "brightness", "contrast", "pixelate", "jpeg_compression", "gaussian_blur", "saturate")
# Not impulse_noise, which scikit-image draws from a generator that no seed reaches.
DRAWN = ("shot_noise", "glass_blur", "motion_blur", "snow", "fog", "elastic_transform", "speckle_noise")


def picture():
    """Smooth colours, an edge, grey and pure areas, and a little texture."""
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    image = numpy.stack([x * 255 / (WIDTH - 1), y * 255 / (HEIGHT - 1), (x + y) * 3 % 256], axis=-1)
    image[5:15, 5:12] = (200, 30, 40)
    image[20:30, 20:34] = 128
    image[2:6, 25:35] = (255, 255, 255)
    image[26:32, 2:8] = (0, 0, 0)
    image[15:19] += numpy.random.RandomState(7).randint(-20, 20, (4, WIDTH, 3))
    return numpy.uint8(numpy.clip(image, 0, 255))


image = picture()
cases, data = [], [image.tobytes()]
for name in EXACT + ("gaussian_noise",) + DRAWN:
    for severity in (1, 2, 3, 4, 5) if name in EXACT + ("gaussian_noise",) else (1, 3, 5):
        numpy.random.seed(SEED)
        found = imagecorruptions.corrupt(image, severity=severity, corruption_name=name)
        assert found.shape == image.shape and found.dtype == numpy.uint8
        cases.append([name, severity])
        data.append(found.tobytes())

golden = pathlib.Path(__file__).parents[1]
(golden / "corruptions.bin").write_bytes(b"".join(data))
(golden / "corruptions.json").write_text(
    json.dumps(
        {
            "header": {
                "implementation": f"imagecorruptions 1.1.2, numpy {numpy.__version__}, scipy {scipy.__version__}, "
                f"scikit-image {skimage.__version__}, opencv {cv2.__version__}, pillow {PIL.__version__}",
                "command": "python3 test/golden/make/corruptions.py",
                "data": "corruptions.bin: the picture, then one picture for each case; height x width x 3 bytes each",
            },
            "width": WIDTH,
            "height": HEIGHT,
            "seed": SEED,
            "cases": cases,
        }
    )
    + "\n"
)
print(len(cases), sum(map(len, data)))

"""Adds image files whose pixels cannot all be decoded to the folders of make_images.py, and to their expected.json.

    pip install numpy pillow tifffile imagecodecs
    python make_damaged_images.py
"""
import io
import json
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

HERE = Path(__file__).resolve().parent.parent / 'resources'
H, W = 40, 30
rng = np.random.default_rng(3)
IDS = rng.integers(1, 4, (H, W), dtype=np.uint8)
RGB = rng.integers(0, 256, (H, W, 3), dtype=np.uint8)


def add(folder, name, data, message):
    (HERE / folder / name).write_bytes(data)
    file = HERE / folder / 'expected.json'
    expected = json.loads(file.read_text())
    expected[name] = {'refused': message}
    file.write_text('{\n' + ',\n'.join(f'{json.dumps(k)}: {json.dumps(v)}' for k, v in sorted(expected.items())) + '\n}\n')


def tiff(pixels, **options):
    out = io.BytesIO()
    tifffile.imwrite(out, pixels, **options)
    return out.getvalue()


def blocks():
    """The second strip or tile of each scheme is overwritten, or said to be empty."""
    for folder, pixels, kind in (('images', RGB, 'rgb'), ('labels', IDS, 'minisblack')):
        for scheme in (None, 'lzw', 'zlib', 'packbits'):
            for shape in ({'rowsperstrip': 10}, {'tile': (16, 16)}):
                if scheme is None and 'tile' in shape:
                    continue
                data = tiff(pixels, photometric=kind, compression=scheme, **shape)
                page = tifffile.TiffFile(io.BytesIO(data)).pages[0]
                start, count = page.dataoffsets[1], page.databytecounts[1]
                tag = page.tags[325 if 'tile' in shape else 279]
                width = {3: 2, 4: 4, 16: 8}[int(tag.dtype)]
                name = f'{scheme or "plain"}_{"tile" if "tile" in shape else "strip"}'
                if scheme:
                    damaged = bytearray(data)
                    damaged[start:start + count] = b'\x81' * (count - 1) + b'\0'
                    if scheme == 'packbits':
                        damaged[start:start + count] = b'\x05' * count
                    add(folder, f'damaged_{name}.tif', damaged, 'block 2 of ')
                empty = bytearray(data)
                at = tag.valueoffset + width
                empty[at:at + width] = bytes(width)
                add(folder, f'empty_{name}.tif', empty, 'block 2 of ')


def schemes():
    for scheme, words in (('png', '34933 (PNG)'), ('jpeg2000', '(JPEG 2000)'), ('zstd', '(Zstandard)'),
                          ('lzma', '(LZMA)')):
        add('images', f'scheme_{scheme}.tif', tiff(RGB, photometric='rgb', compression=scheme), words)
        if scheme != 'jpeg2000':
            add('labels', f'scheme_{scheme}.tif', tiff(IDS, photometric='minisblack', compression=scheme), words)


def jpegs():
    """An end mark amid the pixels: with restart markers, and without."""
    for name, options in (('restarts', {'restart_marker_rows': 1}), ('plain', {}), ('progressive', {'progressive': 1})):
        out = io.BytesIO()
        Image.fromarray(RGB).save(out, 'JPEG', quality=90, **options)
        data = bytearray(out.getvalue())
        at = len(data) * 2 // 3
        data[at:at + 2] = b'\xff\xd9'
        add('images', f'end_amid_{name}.jpg', data, 'cut off or damaged')
        if name == 'restarts':
            add('images', 'end_early_restarts.jpg', data[:at + 2], 'restart markers')


def jpegs_in_tiff():
    """The end of the second strip or tile is overwritten."""
    for shape in ({'rowsperstrip': 16}, {'tile': (16, 16)}):
        data = bytearray(tiff(RGB, photometric='ycbcr', subsampling=(1, 1), compression='jpeg', **shape))
        page = tifffile.TiffFile(io.BytesIO(data)).pages[0]
        start, count = page.dataoffsets[1], page.databytecounts[1]
        data[start + count // 2:start + count] = bytes(count - count // 2)
        add('images', f'damaged_jpeg_{"tile" if "tile" in shape else "strip"}.tif', data, 'block 2 of ')


if __name__ == '__main__':
    blocks()
    schemes()
    jpegs()
    jpegs_in_tiff()

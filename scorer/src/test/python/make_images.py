"""Writes small image files of many kinds and what they show: ../resources/images, ../resources/labels.

    pip install numpy pillow tifffile imagecodecs piexif opencv-python-headless
    python make_images.py

`expected.json` of each folder has, by file name, the height, the width and the pixels of the upright image in
hexadecimal (RGB, or one byte of class id), the tolerance of lossy files, or a part of the message of the refusal.
"""
import io
import json
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import piexif
import tifffile
from PIL import Image, TiffImagePlugin

HERE = Path(__file__).resolve().parent.parent / 'resources'
IMAGES = HERE / 'images'
LABELS = HERE / 'labels'

rng = np.random.default_rng(7)
H, W = 5, 7
RGB = rng.integers(0, 256, (H, W, 3), dtype=np.uint8)
DEEP = (RGB.astype(np.uint16) << 8) | rng.integers(0, 256, (H, W, 3), dtype=np.uint16)
GREY = RGB[:, :, 0].copy()
ALPHA = rng.choice(np.array([0, 128, 255], np.uint8), (H, W))
SMOOTH = np.stack(np.meshgrid(np.arange(24) * 8, np.arange(16) * 12), -1)
SMOOTH = np.dstack([SMOOTH, np.full((16, 24), 90)]).astype(np.uint8)
IDS = rng.integers(0, 4, (H, W), dtype=np.uint8)
IDS[0, 0] = 255
BITS = (IDS % 2).astype(np.uint8)
BITS[0, :3] = (0, 1, 1)

expected = {IMAGES: {}, LABELS: {}}


def turned(a, orientation):
    """The upright image of stored pixels (Exif 2.3, tag 274)."""
    if orientation >= 5:
        a = np.swapaxes(a, 0, 1)
    if orientation in (2, 3, 6, 7):
        a = a[:, ::-1]
    if orientation in (3, 4, 7, 8):
        a = a[::-1]
    return a


def check_turned():
    """Pillow agrees with turned()."""
    from PIL import ImageOps
    for o in range(1, 9):
        image = Image.fromarray(RGB)
        image.getexif()[274] = o
        assert np.array_equal(np.array(ImageOps.exif_transpose(image)), turned(RGB, o)), o


def shows(folder, name, pixels, tolerance=0):
    pixels = np.ascontiguousarray(pixels)
    expected[folder][name] = {'height': pixels.shape[0], 'width': pixels.shape[1], 'pixels': pixels.tobytes().hex(),
                              'tolerance': tolerance}


def refused(folder, name, message):
    expected[folder][name] = {'refused': message}


def exif(orientation, kind='SHORT', order='<', prefix=b''):
    """EXIF data with the orientation alone."""
    mark = b'II*\0' if order == '<' else b'MM\0*'
    value = {'SHORT': struct.pack(order + 'HHIHH', 274, 3, 1, orientation, 0),
             'LONG': struct.pack(order + 'HHII', 274, 4, 1, orientation),
             'BYTE': struct.pack(order + 'HHIBBH', 274, 1, 1, orientation, 0, 0)}[kind]
    return prefix + mark + struct.pack(order + 'IH', 8, 1) + value + struct.pack(order + 'I', 0)


def png_chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def with_png_exif(png, *blocks):
    at = 8 + 25
    return png[:at] + b''.join(png_chunk(b'eXIf', b) for b in blocks) + png[at:]


def with_jpeg_exif(jpeg, *blocks):
    return jpeg[:2] + b''.join(b'\xff\xe1' + struct.pack('>H', len(b) + 8) + b'Exif\0\0' + b for b in blocks) + jpeg[2:]


def with_webp_exif(webp, width, height, *blocks):
    body = webp[12:]
    vp8x = b'VP8X' + struct.pack('<I', 10) + bytes([8, 0, 0, 0]) + (width - 1).to_bytes(3, 'little') + \
        (height - 1).to_bytes(3, 'little')
    for b in blocks:
        body += b'EXIF' + struct.pack('<I', len(b)) + b + b'\0' * (len(b) % 2)
    return b'RIFF' + struct.pack('<I', 4 + len(vp8x) + len(body)) + b'WEBP' + vp8x + body


def encoded(array, form, **options):
    out = io.BytesIO()
    Image.fromarray(array).save(out, form, **options)
    return out.getvalue()


def decoded(data):
    return np.array(Image.open(io.BytesIO(data)).convert('RGB'))


def orientations():
    """All orientations in all formats, as Pillow, piexif, OpenCV and tifffile write them."""
    for o in range(1, 9):
        png = encoded(RGB, 'PNG')
        (IMAGES / f'o{o}.png').write_bytes(with_png_exif(png, exif(o)))
        shows(IMAGES, f'o{o}.png', turned(RGB, o))

        jpeg = encoded(SMOOTH, 'JPEG', quality=90, exif=piexif.dump({'0th': {274: o}}))
        (IMAGES / f'o{o}.jpg').write_bytes(jpeg)
        shows(IMAGES, f'o{o}.jpg', turned(decoded(jpeg), o), 4)

        e = Image.Exif()
        e[274] = o
        (IMAGES / f'o{o}.webp').write_bytes(encoded(RGB, 'WEBP', lossless=True, exif=e.tobytes()))
        shows(IMAGES, f'o{o}.webp', turned(RGB, o))
        webp = encoded(RGB, 'WEBP', lossless=True)
        (IMAGES / f'o{o}_bare.webp').write_bytes(with_webp_exif(webp, W, H, exif(o, order='>')))
        shows(IMAGES, f'o{o}_bare.webp', turned(RGB, o))

        tifffile.imwrite(IMAGES / f'o{o}.tif', RGB, photometric='rgb', extratags=[(274, 3, 1, o, True)])
        shows(IMAGES, f'o{o}.tif', turned(RGB, o))
        tifffile.imwrite(IMAGES / f'o{o}_16.tif', DEEP, photometric='rgb', extratags=[(274, 3, 1, o, True)])
        shows(IMAGES, f'o{o}_16.tif', turned(RGB, o))
        tifffile.imwrite(IMAGES / f'o{o}_big.tif', RGB, photometric='rgb', bigtiff=True,
                         extratags=[(274, 3, 1, o, True)])
        shows(IMAGES, f'o{o}_big.tif', turned(RGB, o))

        (LABELS / f'o{o}.png').write_bytes(with_png_exif(encoded(IDS, 'PNG'), exif(o)))
        shows(LABELS, f'o{o}.png', turned(IDS, o))
        tifffile.imwrite(LABELS / f'o{o}.tif', IDS, photometric='minisblack', extratags=[(274, 3, 1, o, True)])
        shows(LABELS, f'o{o}.tif', turned(IDS, o))


def exif_kinds():
    png = encoded(RGB, 'PNG')
    jpeg = encoded(SMOOTH, 'JPEG', quality=90)
    seen = decoded(jpeg)
    webp = encoded(RGB, 'WEBP', lossless=True)
    for kind in ('LONG', 'BYTE'):
        for order in '<>':
            name = f'exif_{kind.lower()}_{"le" if order == "<" else "be"}'
            (IMAGES / f'{name}.jpg').write_bytes(with_jpeg_exif(jpeg, exif(6, kind, order)))
            shows(IMAGES, f'{name}.jpg', turned(seen, 6), 4)
            (IMAGES / f'{name}.png').write_bytes(with_png_exif(png, exif(6, kind, order)))
            shows(IMAGES, f'{name}.png', turned(RGB, 6))
    for name, blocks, o in (('two_36', (exif(3), exif(6)), 3), ('two_61', (exif(6), exif(1)), 6),
                            ('zero', (exif(0),), 1), ('nine', (exif(9),), 1), ('torn', (exif(6)[:12],), 1),
                            ('none', (b'no tiff',), 1)):
        (IMAGES / f'exif_{name}.jpg').write_bytes(with_jpeg_exif(jpeg, *blocks))
        shows(IMAGES, f'exif_{name}.jpg', turned(seen, o), 4)
        (IMAGES / f'exif_{name}.png').write_bytes(with_png_exif(png, *blocks))
        shows(IMAGES, f'exif_{name}.png', turned(RGB, o))
        (IMAGES / f'exif_{name}.webp').write_bytes(with_webp_exif(webp, W, H, *blocks))
        shows(IMAGES, f'exif_{name}.webp', turned(RGB, o))
    for o in (3, 6, 8):
        (IMAGES / f'exif_prefix_{o}.webp').write_bytes(with_webp_exif(webp, W, H, exif(o, prefix=b'Exif\0\0')))
        shows(IMAGES, f'exif_prefix_{o}.webp', turned(RGB, o))
    # XMP in an APP1 segment before the EXIF segment.
    xmp = b'http://ns.adobe.com/xap/1.0/\0<x/>'
    both = jpeg[:2] + b'\xff\xe1' + struct.pack('>H', len(xmp) + 2) + xmp + with_jpeg_exif(jpeg, exif(8))[2:]
    (IMAGES / 'exif_after_xmp.jpg').write_bytes(both)
    shows(IMAGES, 'exif_after_xmp.jpg', turned(seen, 8), 4)
    tifffile.imwrite(IMAGES / 'long_6.tif', RGB, photometric='rgb', extratags=[(274, 4, 1, 6, True)])
    shows(IMAGES, 'long_6.tif', turned(RGB, 6))
    tifffile.imwrite(IMAGES / 'long_6_big.tif', DEEP, photometric='rgb', bigtiff=True, byteorder='>',
                     extratags=[(274, 4, 1, 6, True)])
    shows(IMAGES, 'long_6_big.tif', turned(RGB, 6))


def depths():
    cv2.imwrite(str(IMAGES / 'rgb16.png'), DEEP[:, :, ::-1])
    shows(IMAGES, 'rgb16.png', RGB)
    cv2.imwrite(str(IMAGES / 'rgba16.png'), np.dstack([DEEP[:, :, ::-1], ALPHA.astype(np.uint16) * 257]))
    shows(IMAGES, 'rgba16.png', RGB)
    cv2.imwrite(str(IMAGES / 'grey16.png'), DEEP[:, :, 0])
    shows(IMAGES, 'grey16.png', np.dstack([GREY] * 3))
    for name, options in (('le', {}), ('be', {'byteorder': '>'}), ('zip', {'compression': 'zlib'}),
                          ('lzw', {'compression': 'lzw', 'predictor': True}), ('tiled', {'tile': (16, 16)}),
                          ('planar', {'planarconfig': 'separate'}),
                          ('tiledplanar', {'planarconfig': 'separate', 'tile': (16, 16)}),
                          ('tiledzip', {'compression': 'zlib', 'tile': (16, 16)}), ('strips', {'rowsperstrip': 2}),
                          ('big', {'bigtiff': True}), ('bigbe', {'bigtiff': True, 'byteorder': '>'}),
                          ('bigtiled', {'bigtiff': True, 'tile': (16, 16)})):
        for bits, data in ((8, RGB), (16, DEEP)):
            file = f'rgb{bits}_{name}.tif'
            stored = np.moveaxis(data, 2, 0) if 'planar' in name else data
            tifffile.imwrite(IMAGES / file, np.ascontiguousarray(stored), photometric='rgb', **options)
            shows(IMAGES, file, RGB)
    for bits, data in ((8, GREY), (16, DEEP[:, :, 0])):
        tifffile.imwrite(IMAGES / f'grey{bits}.tif', data, photometric='minisblack')
        shows(IMAGES, f'grey{bits}.tif', np.dstack([GREY] * 3))
        most = 255 if bits == 8 else 65535
        tifffile.imwrite(IMAGES / f'white{bits}.tif', (most - data).astype(data.dtype), photometric='miniswhite')
        shows(IMAGES, f'white{bits}.tif', np.dstack([GREY] * 3))
    Image.fromarray(BITS.astype(bool)).save(IMAGES / 'bilevel.tif')
    shows(IMAGES, 'bilevel.tif', np.dstack([BITS * 255] * 3))
    Image.fromarray(BITS.astype(bool)).save(IMAGES / 'fax.tif', compression='group4')
    shows(IMAGES, 'fax.tif', np.dstack([BITS * 255] * 3))
    Image.fromarray(BITS.astype(bool)).save(IMAGES / 'bilevel.png')
    shows(IMAGES, 'bilevel.png', np.dstack([BITS * 255] * 3))
    palette = Image.fromarray(RGB).quantize(8)
    for form in ('png', 'tif', 'bmp'):
        palette.save(IMAGES / f'palette.{form}')
        shows(IMAGES, f'palette.{form}', np.array(palette.convert('RGB')))


    large = rng.integers(0, 256, (37, 50, 3), dtype=np.uint8)
    tifffile.imwrite(IMAGES / 'many_tiles.tif', large, photometric='rgb', tile=(16, 32))
    shows(IMAGES, 'many_tiles.tif', large)
    tifffile.imwrite(IMAGES / 'many_planes.tif', np.ascontiguousarray(np.moveaxis(large.astype(np.uint16) * 256, 2, 0)),
                     photometric='rgb', planarconfig='separate', rowsperstrip=8, byteorder='>')
    shows(IMAGES, 'many_planes.tif', large)
    tifffile.imwrite(IMAGES / 'palette_tiles.tif', np.ascontiguousarray(GREY % 8), photometric='palette', tile=(16, 16),
                     colormap=np.repeat(np.arange(256, dtype=np.uint16)[None] * 257, 3, 0))
    shows(IMAGES, 'palette_tiles.tif', np.dstack([GREY % 8] * 3))
    tifffile.imwrite(IMAGES / 'planar16_zip.tif', np.ascontiguousarray(np.moveaxis(DEEP, 2, 0)), photometric='rgb',
                     planarconfig='separate', compression='zlib')
    refused(IMAGES, 'planar16_zip.tif', 'separate planes')


def alphas():
    for bits, data in ((8, RGB), (16, DEEP)):
        alpha = ALPHA if bits == 8 else ALPHA.astype(np.uint16) * 257
        rgba = np.dstack([data, alpha])
        grey = np.dstack([data[:, :, 0], alpha])
        for kind in ('unassalpha', 'assocalpha', 'unspecified'):
            for big in (False, True):
                file = f'rgba{bits}_{kind}{"_big" if big else ""}.tif'
                tifffile.imwrite(IMAGES / file, rgba, photometric='rgb', extrasamples=[kind], bigtiff=big)
                shows(IMAGES, file, RGB)
            file = f'greya{bits}_{kind}.tif'
            tifffile.imwrite(IMAGES / file, grey, photometric='minisblack', planarconfig='contig', extrasamples=[kind])
            shows(IMAGES, file, np.dstack([GREY] * 3))
    rgba = np.dstack([RGB, ALPHA])
    tifffile.imwrite(IMAGES / 'rgba8_planar.tif', np.ascontiguousarray(np.moveaxis(rgba, 2, 0)), photometric='rgb',
                     planarconfig='separate', extrasamples=['unassalpha'])
    shows(IMAGES, 'rgba8_planar.tif', RGB)
    Image.fromarray(rgba).save(IMAGES / 'rgba_pillow.tif')
    shows(IMAGES, 'rgba_pillow.tif', RGB)
    Image.fromarray(rgba).save(IMAGES / 'rgba_pillow.png')
    shows(IMAGES, 'rgba_pillow.png', RGB)
    Image.fromarray(np.dstack([GREY, ALPHA])).save(IMAGES / 'greya_pillow.png')
    shows(IMAGES, 'greya_pillow.png', np.dstack([GREY] * 3))
    Image.fromarray(rgba).save(IMAGES / 'rgba.webp', lossless=True, exact=True)
    shows(IMAGES, 'rgba.webp', RGB)
    Image.fromarray(rgba).save(IMAGES / 'rgba.bmp')
    shows(IMAGES, 'rgba.bmp', RGB)


def bitmaps():
    Image.fromarray(RGB).save(IMAGES / 'rgb.bmp')
    shows(IMAGES, 'rgb.bmp', RGB)
    Image.fromarray(GREY).save(IMAGES / 'grey.bmp')
    shows(IMAGES, 'grey.bmp', np.dstack([GREY] * 3))
    Image.fromarray(BITS.astype(bool)).save(IMAGES / 'bilevel.bmp')
    shows(IMAGES, 'bilevel.bmp', np.dstack([BITS * 255] * 3))
    data = bytearray((IMAGES / 'rgb.bmp').read_bytes())
    row = (W * 3 + 3) // 4 * 4
    rows = [bytes(data[54 + i * row:54 + (i + 1) * row]) for i in range(H)]
    struct.pack_into('<i', data, 22, -H)
    (IMAGES / 'topdown.bmp').write_bytes(bytes(data[:54]) + b''.join(reversed(rows)))
    shows(IMAGES, 'topdown.bmp', RGB)
    core = struct.pack('<IHHHH', 12, W, H, 1, 24)
    body = b''.join(rows)
    (IMAGES / 'os2.bmp').write_bytes(b'BM' + struct.pack('<IHHI', 26 + len(body), 0, 0, 26) + core + body)
    shows(IMAGES, 'os2.bmp', RGB)
    (IMAGES / 'cut.bmp').write_bytes(bytes(data[:-9]))
    refused(IMAGES, 'cut.bmp', 'cut off or damaged')


def refusals():
    for kind, word in (('int8', 'signed'), ('int16', 'signed'), ('float32', 'floating-point'), ('float16',
                       'floating-point'), ('int32', 'signed'), ('uint32', '32 bits')):
        for folder in (IMAGES, LABELS):
            tifffile.imwrite(folder / f'{kind}.tif', IDS.astype(kind), photometric='minisblack')
            refused(folder, f'{kind}.tif', word)
    tifffile.imwrite(IMAGES / 'five.tif', np.dstack([RGB, GREY, GREY]), photometric='rgb', planarconfig='contig')
    refused(IMAGES, 'five.tif', '5 channels')
    Image.fromarray(RGB).convert('CMYK').save(IMAGES / 'cmyk.tif')
    refused(IMAGES, 'cmyk.tif', '(CMYK)')
    for form, word in (('GIF', 'a GIF file'), ('AVIF', 'an AVIF file'), ('JPEG2000', 'a JPEG 2000 file'),
                       ('PPM', 'a Netpbm file')):
        name = f'other_{form.lower()}.png'
        (IMAGES / name).write_bytes(encoded(RGB, form))
        refused(IMAGES, name, word)


def labels():
    for bits in (1, 2, 4):
        most = (1 << bits) - 1
        ids = np.minimum(IDS, 3) & most
        rows = b''
        for row in ids:
            packed = np.zeros((W * bits + 7) // 8, np.uint8)
            for x, v in enumerate(row):
                packed[x * bits // 8] |= v << (8 - bits - x * bits % 8)
            rows += b'\0' + packed.tobytes()
        header = struct.pack('>IIBBBBB', W, H, bits, 0, 0, 0, 0)
        (LABELS / f'grey{bits}.png').write_bytes(
            b'\x89PNG\r\n\x1a\n' + png_chunk(b'IHDR', header) + png_chunk(b'tRNS', b'\0\0') +
            png_chunk(b'IDAT', zlib.compress(rows)) + png_chunk(b'IEND', b''))
        shows(LABELS, f'grey{bits}.png', ids)
        strip = b''.join(rows[i * (len(rows) // H) + 1:(i + 1) * (len(rows) // H)] for i in range(H))
        for photometric, name in ((1, 'black'), (3, 'palette'), (0, 'white')):
            tags = [(256, 3, 1, W), (257, 3, 1, H), (258, 3, 1, bits), (259, 3, 1, 1), (262, 3, 1, photometric),
                    (273, 4, 1, 8), (277, 3, 1, 1), (278, 3, 1, H), (279, 4, 1, len(strip))]
            colors = b''
            at = 8 + len(strip) + len(strip) % 2
            if photometric == 3:
                colors = rng.integers(0, 65536, 3 << bits, dtype=np.uint16).tobytes()
                tags.append((320, 3, 3 << bits, at))
            directory = struct.pack('<H', len(tags))
            for tag, kind, count, value in tags:
                directory += struct.pack('<HHII', tag, kind, count, value)
            (LABELS / f'{name}{bits}.tif').write_bytes(
                b'II*\0' + struct.pack('<I', at + len(colors)) + strip + b'\0' * (len(strip) % 2) + colors +
                directory + struct.pack('<I', 0))
            if photometric == 0:
                refused(LABELS, f'{name}{bits}.tif', 'MinIsWhite' if bits == 1 else f'a TIFF of {bits} bits')
            elif bits > 1:
                refused(LABELS, f'{name}{bits}.tif', f'a TIFF of {bits} bits')
            else:
                shows(LABELS, f'{name}{bits}.tif', ids)
    colors = rng.integers(0, 256, 768, dtype=np.uint8)
    for form in ('png', 'tif', 'bmp'):
        Image.fromarray(IDS).save(LABELS / f'grey8.{form}')
        shows(LABELS, f'grey8.{form}', IDS)
        image = Image.fromarray(IDS)
        image.putpalette(colors.tobytes())
        image.save(LABELS / f'palette8.{form}')
        shows(LABELS, f'palette8.{form}', IDS)
        Image.fromarray(BITS.astype(bool)).save(LABELS / f'pillow1.{form}')
        shows(LABELS, f'pillow1.{form}', BITS)
    four = Image.fromarray(np.minimum(IDS, 3))
    four.putpalette(colors[:48].tobytes())
    four.save(LABELS / 'palette4.bmp', bits=4)
    shows(LABELS, 'palette4.bmp', np.minimum(IDS, 3))
    for name, options in (('lzw', {'compression': 'lzw'}), ('packbits', {'compression': 'packbits'}),
                          ('big', {'bigtiff': True}), ('be', {'byteorder': '>'}), ('tiled', {'tile': (16, 16)})):
        for kind in ('uint8', 'uint16'):
            tifffile.imwrite(LABELS / f'{kind}_{name}.tif', IDS.astype(kind), photometric='minisblack', **options)
            shows(LABELS, f'{kind}_{name}.tif', IDS)
    tifffile.imwrite(LABELS / 'palette_big.tif', IDS, photometric='palette', bigtiff=True,
                     colormap=rng.integers(0, 65536, (3, 256), dtype=np.uint16))
    shows(LABELS, 'palette_big.tif', IDS)
    Image.fromarray(IDS.astype(np.uint16)).save(LABELS / 'grey16.png')
    shows(LABELS, 'grey16.png', IDS)
    tifffile.imwrite(LABELS / 'bits_tifffile.tif', BITS.astype(bool), photometric='minisblack')
    shows(LABELS, 'bits_tifffile.tif', BITS)
    tifffile.imwrite(LABELS / 'white8.tif', IDS, photometric='miniswhite')
    refused(LABELS, 'white8.tif', 'MinIsWhite')
    Image.fromarray(BITS.astype(bool)).save(LABELS / 'fax_white.tif', compression='group4', tiffinfo={262: 0})
    if Image.open(LABELS / 'fax_white.tif').tag_v2[262] == 0:
        refused(LABELS, 'fax_white.tif', 'MinIsWhite')
    else:
        shows(LABELS, 'fax_white.tif', BITS)
    jpeg = encoded(np.minimum(IDS, 3), 'JPEG', quality=100)
    (LABELS / 'lossy.jpg').write_bytes(jpeg)
    (LABELS / 'jpeg_named.png').write_bytes(jpeg)
    Image.fromarray(IDS).save(LABELS / 'lossy.webp')
    tifffile.imwrite(LABELS / 'jpeg_inside.tif', np.kron(IDS % 4, np.ones((16, 16), np.uint8)), photometric='minisblack',
                     compression='jpeg')
    for name in ('lossy.jpg', 'jpeg_named.png', 'lossy.webp', 'jpeg_inside.tif'):
        refused(LABELS, name, 'compressed with loss')
    # The colors of the classes 0 to 3 in ColoredLabelTest: red, green, blue, white.
    table = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]], np.uint8)
    colored = table[np.minimum(IDS, 3)]
    opaque = np.dstack([colored, np.full((H, W), 255, np.uint8)])
    for form in ('png', 'tif', 'bmp'):
        Image.fromarray(colored).save(LABELS / f'colors.{form}')
        Image.fromarray(opaque).save(LABELS / f'colors_alpha.{form}')
        shows(LABELS, f'colors.{form}', np.minimum(IDS, 3))
        shows(LABELS, f'colors_alpha.{form}', np.minimum(IDS, 3))
    Image.fromarray(colored).save(LABELS / 'colors.webp', lossless=True)
    shows(LABELS, 'colors.webp', np.minimum(IDS, 3))
    bad = colored.copy()
    bad[2, 3] = bad[4, 1] = (1, 2, 3)
    Image.fromarray(bad).save(LABELS / 'colors_unknown.png')
    refused(LABELS, 'colors_unknown.png', '1 color in 2 px not in the class map, the first one #010203 at pixel (2, 3)')
    through = opaque.copy()
    through[1, 1, 3] = 0
    Image.fromarray(through).save(LABELS / 'colors_transparent.png')
    refused(LABELS, 'colors_transparent.png', 'pixel (1, 1)')
    Image.fromarray(through).save(LABELS / 'colors_transparent.tif')
    refused(LABELS, 'colors_transparent.tif', 'pixel (1, 1)')


for folder in expected:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
check_turned()
orientations()
exif_kinds()
depths()
alphas()
bitmaps()
refusals()
labels()
for folder, files in expected.items():
    (folder / 'expected.json').write_text(
        '{\n' + ',\n'.join(f'{json.dumps(k)}: {json.dumps(v)}' for k, v in sorted(files.items())) + '\n}\n')

"""Adds image files written by command-line programs to the folders of make_images.py, and to their expected.json.

    apt-get install libtiff-tools webp libimage-exiftool-perl
    pip install numpy pillow tifffile imagecodecs opencv-python-headless
    python make_tool_images.py          (after make_images.py and make_damaged_images.py)

tiffcp and tiffset are of libtiff, cwebp and webpmux of libwebp. What a file shows are the pixels it was made from.
"""
import io
import json
import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np
import tifffile
from PIL import Image, ImageOps

HERE = Path(__file__).resolve().parent.parent / 'resources'
H, W = 21, 33
rng = np.random.default_rng(11)
RGB = rng.integers(0, 256, (H, W, 3), dtype=np.uint8)
ALPHA = rng.choice(np.array([0, 128, 255], np.uint8), (H, W))
RGBA = np.dstack([RGB, ALPHA])
IDS = rng.integers(0, 4, (H, W), dtype=np.uint8)
IDS[0, :5] = 255
BITS = (rng.random((H, W)) < .4).astype(np.uint8)
SMOOTH = np.dstack([np.stack(np.meshgrid(np.arange(W) * 7, np.arange(H) * 10), -1), np.full((H, W), 90)]).astype(np.uint8)
SCRATCH = Path(tempfile.mkdtemp())
added = {'images': {}, 'labels': {}}


def tool(*words):
    subprocess.run([str(w) for w in words], check=True, capture_output=True)


def shows(folder, name, pixels, tolerance=0):
    pixels = np.ascontiguousarray(pixels)
    added[folder][name] = {'height': pixels.shape[0], 'width': pixels.shape[1], 'pixels': pixels.tobytes().hex(),
                           'tolerance': tolerance}


def refused(folder, name, message):
    added[folder][name] = {'refused': message}


def grey(a):
    return np.dstack([a] * 3)


def turned(a, orientation):
    exif = Image.Exif()
    exif[274] = orientation
    image = Image.fromarray(a)
    out = io.BytesIO()
    image.save(out, 'PNG', exif=exif)
    return np.array(ImageOps.exif_transpose(Image.open(out)))


def source(name, array, **options):
    path = SCRATCH / name
    tifffile.imwrite(path, array, **options)
    return path


def tiffcp(folder, name, src, *options):
    tool('tiffcp', *options, src, HERE / folder / name)


def big_tiffs():
    """BigTIFF of libtiff, in both byte orders."""
    rgb = source('rgb.tif', RGB, photometric='rgb')
    for name, options in (('strips_lzw', ('-s', '-r', '5', '-c', 'lzw:2')), ('tiles_zip', ('-t', '-w', '16', '-l', '16', '-c', 'zip:2')),
                          ('be', ('-B', '-s', '-r', '5')), ('planes', ('-p', 'separate', '-s', '-r', '5')),
                          ('packbits', ('-c', 'packbits'))):
        tiffcp('images', f'tiffcp_big_{name}.tif', rgb, '-8', *options)
        shows('images', f'tiffcp_big_{name}.tif', RGB)
    ids = source('ids.tif', IDS, photometric='minisblack')
    tiffcp('labels', 'tiffcp_big_tiles.tif', ids, '-8', '-t', '-w', '16', '-l', '16')
    shows('labels', 'tiffcp_big_tiles.tif', IDS)


def alphas():
    """Alpha that is not multiplied with the colors, as libtiff and Pillow write it."""
    for bits, array in ((8, RGBA), (16, RGBA.astype(np.uint16) * 257)):
        rgba = source(f'rgba{bits}.tif', array, photometric='rgb', extrasamples=['unassalpha'])
        for name, options in (('lzw', ('-c', 'lzw:2')), ('tiles', ('-t', '-w', '16', '-l', '16')), ('zip_tiles', ('-t', '-w', '16', '-l', '16', '-c', 'zip')),
                              ('big', ('-8', '-B'))):
            file = f'tiffcp_alpha{bits}_{name}.tif'
            tiffcp('images', file, rgba, *options)
            shows('images', file, RGB)
    tiffcp('images', 'tiffcp_alpha_planes.tif', SCRATCH / 'rgba8.tif', '-p', 'separate', '-c', 'lzw')
    shows('images', 'tiffcp_alpha_planes.tif', RGB)
    Image.fromarray(np.dstack([RGB[:, :, 0], ALPHA])).save(HERE / 'images' / 'pillow_greya.tif')
    shows('images', 'pillow_greya.tif', grey(RGB[:, :, 0]))


def webps():
    """EXIF in WebP: webpmux stores what it is given, with the prefix of JPEG files or without; cwebp copies it from a JPEG."""
    Image.fromarray(RGB).save(SCRATCH / 'plain.webp', lossless=True)
    for orientation in (3, 5, 6, 8):
        exif = Image.Exif()
        exif[274] = orientation
        for name, data in (('prefix', exif.tobytes()), ('bare', exif.tobytes()[6:])):
            assert (data[:6] == b'Exif\0\0') == (name == 'prefix')
            (SCRATCH / 'exif.bin').write_bytes(data)
            file = HERE / 'images' / f'webpmux_{name}_{orientation}.webp'
            tool('webpmux', '-set', 'exif', SCRATCH / 'exif.bin', SCRATCH / 'plain.webp', '-o', file)
            shows('images', file.name, turned(RGB, orientation))
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(SMOOTH).save(SCRATCH / 'exif.jpg', quality=95, exif=exif)
    tool('cwebp', '-lossless', '-metadata', 'all', SCRATCH / 'exif.jpg', '-o', HERE / 'images' / 'cwebp_6.webp')
    shows('images', 'cwebp_6.webp', turned(np.array(Image.open(SCRATCH / 'exif.jpg')), 6), 4)
    (HERE / 'images' / 'exiftool_8.webp').write_bytes((SCRATCH / 'plain.webp').read_bytes())
    tool('exiftool', '-overwrite_original', '-n', '-Orientation=8', HERE / 'images' / 'exiftool_8.webp')
    shows('images', 'exiftool_8.webp', turned(RGB, 8))


def orientations():
    """Orientations that exiftool, tiffset and Pillow write into labels and images."""
    for orientation in (2, 3, 5, 6, 8):
        for folder, pixels in (('labels', IDS), ('images', RGB)):
            file = HERE / folder / f'exiftool_{orientation}.png'
            Image.fromarray(pixels).save(file)
            tool('exiftool', '-overwrite_original', '-n', f'-Orientation={orientation}', file)
            shows(folder, file.name, turned(pixels, orientation))
            file = HERE / folder / f'tiffset_{orientation}.tif'
            tiffcp(folder, file.name, source('plain.tif', pixels), '-c', 'lzw')
            tool('tiffset', '-s', '274', orientation, file)
            shows(folder, file.name, turned(pixels, orientation))
        exif = Image.Exif()
        exif[274] = orientation
        palette = Image.fromarray(IDS)
        palette.putpalette(rng.integers(0, 256, 768, dtype=np.uint8).tobytes())
        palette.save(HERE / 'labels' / f'pillow_palette_{orientation}.png', exif=exif)
        shows('labels', f'pillow_palette_{orientation}.png', turned(IDS, orientation))
    # A TIFF compressed as JPEG, turned by the TIFF's own tag.
    tiffcp('images', 'tiffcp_jpeg_6.tif', source('smooth.tif', SMOOTH, photometric='rgb'), '-c', 'jpeg:r:95')
    tool('tiffset', '-s', '274', '6', HERE / 'images' / 'tiffcp_jpeg_6.tif')
    shows('images', 'tiffcp_jpeg_6.tif', turned(tifffile.imread(HERE / 'images' / 'tiffcp_jpeg_6.tif'), 6), 4)


def bilevel():
    """Labels of 1 bit in each compression that libtiff has for them, and in both orders of bits."""
    bits = source('bits.tif', BITS.astype(bool), photometric='minisblack')
    for scheme in ('none', 'lzw', 'zip', 'packbits', 'g3', 'g3:2d', 'g4'):
        for order in ('msb2lsb', 'lsb2msb'):
            file = f'tiffcp_bits_{scheme.replace(":", "_")}_{order}.tif'
            tiffcp('labels', file, bits, '-f', order, '-c', scheme, '-s', '-r', '8')
            shows('labels', file, BITS)
    for scheme in ('none', 'lzw', 'packbits'):
        tiffcp('labels', f'tiffcp_bits_tiles_{scheme}.tif', bits, '-t', '-w', '16', '-l', '16', '-c', scheme)
        shows('labels', f'tiffcp_bits_tiles_{scheme}.tif', BITS)
    tiffcp('labels', 'tiffcp_bits_big_tiles.tif', bits, '-8', '-B', '-t', '-w', '16', '-l', '16', '-c', 'none', '-f', 'lsb2msb')
    shows('labels', 'tiffcp_bits_big_tiles.tif', BITS)
    tiffcp('images', 'tiffcp_palette4_tiles.tif', HERE / 'labels' / 'palette4.tif', '-t', '-w', '16', '-l', '16')
    shows('images', 'tiffcp_palette4_tiles.tif', np.array(Image.open(HERE / 'labels' / 'palette4.tif').convert('RGB')))
    tiffcp('labels', 'tiffset_bits_white.tif', bits, '-c', 'g4')
    tool('tiffset', '-s', '262', '0', HERE / 'labels' / 'tiffset_bits_white.tif')
    refused('labels', 'tiffset_bits_white.tif', 'MinIsWhite')
    for name, compression in (('g3', 'group3'), ('g4', 'group4'), ('packbits', 'packbits'), ('lzw', 'tiff_lzw'), ('deflate', 'tiff_adobe_deflate')):
        Image.fromarray(BITS.astype(bool)).save(HERE / 'labels' / f'pillow_bits_{name}.tif', compression=compression)
        shows('labels', f'pillow_bits_{name}.tif', BITS)


def scans():
    """Images of 1 bit as scanners store them: white or black is 0."""
    bits = source('scan.tif', BITS.astype(bool), photometric='minisblack')
    inverted = source('inverted.tif', ~BITS.astype(bool), photometric='miniswhite')
    for name, src in (('black', bits), ('white', inverted)):
        for scheme in ('none', 'g3', 'g4', 'packbits', 'lzw'):
            for order in ('msb2lsb', 'lsb2msb'):
                file = f'tiffcp_scan_{name}_{scheme}_{order}.tif'
                tiffcp('images', file, src, '-f', order, '-c', scheme, '-s', '-r', '8')
                shows('images', file, grey(BITS * 255))


def jpegs_in_tiffs():
    """JPEG in TIFF and BigTIFF: strips whose last one is shorter, tiles that reach beyond the image, planes, grey."""
    rgb = source('smooth.tif', SMOOTH, photometric='rgb')
    for name, options in (('strips', ('-s', '-r', '16', '-c', 'jpeg:95')), ('tiles', ('-t', '-w', '16', '-l', '16', '-c', 'jpeg:95')), ('rgb_strips', ('-s', '-r', '16', '-c', 'jpeg:r:95')),
                          ('big_tiles', ('-8', '-B', '-t', '-w', '32', '-l', '16', '-c', 'jpeg:r:95')), ('planes', ('-p', 'separate', '-s', '-r', '8', '-c', 'jpeg:r:95')), ('one', ('-c', 'jpeg:95'))):
        file = f'tiffcp_jpeg_{name}.tif'
        tiffcp('images', file, rgb, *options)
        # What lies in a tile beyond the image shows in its last pixels, so that tifffile's are right.
        shows('images', file, SMOOTH if name == 'planes' else tifffile.imread(HERE / 'images' / file), 12)
    tiffcp('images', 'tiffcp_jpeg_grey.tif', source('grey.tif', SMOOTH[:, :, 0], photometric='minisblack'), '-t', '-w', '16', '-l', '16', '-c', 'jpeg:95')
    shows('images', 'tiffcp_jpeg_grey.tif', grey(SMOOTH[:, :, 0]), 12)
    Image.fromarray(SMOOTH).save(HERE / 'images' / 'pillow_jpeg.tif', compression='jpeg', quality=95)
    shows('images', 'pillow_jpeg.tif', SMOOTH, 12)


def bit_order():
    """Samples of 8 and 16 bits whose bits are stored lowest first."""
    for folder, pixels in (('labels', IDS), ('images', RGB)):
        for bits in (8, 16):
            # In images only the high byte counts, in labels only the low one.
            stored = pixels if bits == 8 else pixels.astype(np.uint16) * (257 if folder == 'images' else 1)
            src = source(f'{folder}{bits}.tif', stored, photometric='rgb' if pixels.ndim == 3 else 'minisblack')
            for scheme in ('none', 'lzw', 'zip', 'packbits'):
                for shape, options in (('strips', ('-s', '-r', '8')), ('tiles', ('-t', '-w', '16', '-l', '16'))):
                    file = f'tiffcp_lsb{bits}_{scheme}_{shape}.tif'
                    tiffcp(folder, file, src, '-f', 'lsb2msb', '-c', scheme, *options)
                    shows(folder, file, pixels)


def turned_webp_labels():
    """Labels in the colors of the classes 0 to 3 of RealFilesTest, in lossless WebP with an orientation."""
    table = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]], np.uint8)
    Image.fromarray(table[IDS % 4]).save(SCRATCH / 'colors.webp', lossless=True)
    for orientation in (3, 6):
        exif = Image.Exif()
        exif[274] = orientation
        (SCRATCH / 'exif.bin').write_bytes(exif.tobytes())
        tool('webpmux', '-set', 'exif', SCRATCH / 'exif.bin', SCRATCH / 'colors.webp', '-o', HERE / 'labels' / f'webpmux_colors_{orientation}.webp')
        shows('labels', f'webpmux_colors_{orientation}.webp', turned(IDS % 4, orientation))


def lossless_labels():
    """Labels as OpenCV and cwebp write them, and what cannot be told from it."""
    for bits in (8, 16):
        cv2.imwrite(str(HERE / 'labels' / f'opencv{bits}.png'), IDS.astype(f'uint{bits}'))
        shows('labels', f'opencv{bits}.png', IDS)
        cv2.imwrite(str(HERE / 'labels' / f'opencv{bits}.tif'), IDS.astype(f'uint{bits}'))
        shows('labels', f'opencv{bits}.tif', IDS)
    cv2.imwrite(str(HERE / 'labels' / 'opencv_bits.png'), BITS, [cv2.IMWRITE_PNG_BILEVEL, 1])
    shows('labels', 'opencv_bits.png', (BITS > 0).astype(np.uint8))
    # 0 and 254 or 1 and 255, as masks are after they were resized or saved by a drawing program.
    mask = BITS * 254
    cv2.imwrite(str(HERE / 'labels' / 'opencv_mask_254.png'), mask)
    y, x = np.argwhere(mask == 254)[0]
    refused('labels', 'opencv_mask_254.png', f'pixel ({y}, {x}) holds id 254')
    cv2.imwrite(str(HERE / 'labels' / 'opencv_lossy.jpg'), BITS, [cv2.IMWRITE_JPEG_QUALITY, 100])
    refused('labels', 'opencv_lossy.jpg', 'compressed with loss')
    (HERE / 'labels' / 'opencv_lossy_named.tif').write_bytes((HERE / 'labels' / 'opencv_lossy.jpg').read_bytes())
    refused('labels', 'opencv_lossy_named.tif', 'compressed with loss')
    tool('cwebp', '-q', '100', source_png(), '-o', HERE / 'labels' / 'cwebp_lossy.webp')
    refused('labels', 'cwebp_lossy.webp', 'compressed with loss')
    tiffcp('labels', 'tiffcp_lossy_tiles.tif', source('ids.tif', np.kron(IDS % 4, np.ones((3, 3), np.uint8)), photometric='minisblack'), '-c', 'jpeg:100', '-t', '-w', '32', '-l', '32')
    refused('labels', 'tiffcp_lossy_tiles.tif', 'compressed with loss')


def source_png():
    path = SCRATCH / 'ids.png'
    Image.fromarray(IDS % 4).save(path)
    return path


def other_size_jpegs():
    """Strips and tiles compressed as JPEG, one of which is a sound JPEG of another size than the TIFF says."""
    for shape in ({'rowsperstrip': 16}, {'tile': (16, 16)}):
        width = 48 if 'tile' not in shape else 16
        for change, size in {'shorter': (8, width), 'narrower': (16, width - 8), 'taller': (24, width), 'wider': (16, width + 8)}.items():
            out = io.BytesIO()
            tifffile.imwrite(out, np.pad(SMOOTH, ((0, 11), (0, 15), (0, 0)), 'edge'), photometric='ycbcr', subsampling=(1, 1), compression='jpeg', **shape)
            data = bytearray(out.getvalue())
            page = tifffile.TiffFile(io.BytesIO(bytes(data))).pages[0]
            block = io.BytesIO()
            Image.fromarray(np.full((*size, 3), 128, np.uint8)).save(block, 'JPEG', quality=90, subsampling=0)
            for tag, value in ((324, len(data)), (325, len(block.getvalue()))):
                entry = page.tags[tag if 'tile' in shape else tag - (51 if tag == 324 else 46)]
                at = {3: 2, 4: 4, 16: 8}[int(entry.dtype)]
                data[entry.valueoffset + at:entry.valueoffset + 2 * at] = value.to_bytes(at, 'little')
            name = f'jpeg_{"tile" if "tile" in shape else "strip"}_{change}.tif'
            (HERE / 'images' / name).write_bytes(bytes(data) + block.getvalue())
            refused('images', name, 'block 2 of ')


if __name__ == '__main__':
    for make in (big_tiffs, alphas, webps, orientations, bilevel, scans, jpegs_in_tiffs, bit_order, turned_webp_labels, lossless_labels, other_size_jpegs):
        make()
        print(make.__name__)
    for folder, files in added.items():
        file = HERE / folder / 'expected.json'
        expected = json.loads(file.read_text()) | files
        file.write_text('{\n' + ',\n'.join(f'{json.dumps(k)}: {json.dumps(v)}' for k, v in sorted(expected.items())) + '\n}\n')

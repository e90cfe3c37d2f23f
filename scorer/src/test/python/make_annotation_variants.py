#!/usr/bin/env python3
"""Adds to src/test/resources/annotation what other programs write of rarer content, and what they read in it.

    pip install numpy pillow pycocotools datumaro label-studio-converter cvat-sdk lxml
    apt-get install zip p7zip-full
    python src/test/python/make_annotation_variants.py          (in the module's folder, after make_annotation_fixtures.py)

Images are 40x60 px. Classes are road (0), car (1), tree (2); unlabelled is 255.
"""
import io
import json
import os
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path

import lxml.etree
import numpy as np
from PIL import Image, PngImagePlugin
from pycocotools import mask as coco_mask

from make_annotation_fixtures import CLASSES, H, OUT, W, blank, blob, save

NAMES = ['tab\there.png', 'nl\nline.png', 'cr\rreturn.png', ' two  blanks .png', 'q"u&<>\'.png', 'sub/日本 ü.png', 'emoji😀.png']
SCRATCH = Path(tempfile.mkdtemp())


def tool(*words, **options):
    subprocess.run([str(w) for w in words], check=True, stdout=subprocess.PIPE, **options)


def cvat_by_datumaro():
    """Masks without a pixel and of one pixel, and names with a tab and a line feed."""
    import datumaro as dm
    corner = np.zeros((H, W), bool)
    corner[-1, -1] = True
    pixels = np.zeros((H, W, 3), np.uint8)
    items = [
        dm.DatasetItem(id='tab\there', media=dm.Image.from_numpy(pixels), attributes={'id': 1}, annotations=[
            dm.Mask(np.zeros((H, W), bool), label=0, z_order=0), dm.Mask(corner, label=1, z_order=1),
            dm.Bbox(7, 7, 0, 0, label=0, z_order=2), dm.Bbox(50, 30, 30, 5, label=2, z_order=3)]),
        dm.DatasetItem(id='nl\nline', media=dm.Image.from_numpy(pixels), attributes={'id': 2}, annotations=[
            dm.Mask(np.ones((H, W), bool), label=2, z_order=0), dm.Mask(np.zeros((H, W), bool), label=1, z_order=1)])]
    dm.Dataset.from_iterable(items, categories=CLASSES).export(str(SCRATCH / 'cvat'), 'cvat', save_media=False)
    (OUT / 'cvat' / 'datumaro-empty.xml').write_bytes(next((SCRATCH / 'cvat').rglob('*.xml')).read_bytes())
    label = blank()
    label[30:35, 50:] = 2
    label[-1, -1] = 1
    save(OUT / 'cvat' / 'datumaro-empty.png', label)


def cvat_masks():
    """Masks as cvat-sdk encodes them, in XML of ElementTree and lxml, for images with odd names."""
    from cvat_sdk.masks import decode_mask, encode_mask
    masks = [blob(60), np.zeros((H, W), bool), blob(61) & (np.arange(W) > 40), np.zeros((H, W), bool)]
    masks[3][17, 23] = True
    label = blank()
    encoded = []
    for k, mask in enumerate(masks):
        points = encode_mask(mask)
        assert np.array_equal(decode_mask(points, image_width=W, image_height=H), mask)
        left, top, right, bottom = points[-4:]
        encoded.append({'label': CLASSES[k % 3], 'source': 'manual', 'occluded': '0', 'rle': ', '.join(map(str, points[:-4])),
                        'left': str(left), 'top': str(top), 'width': str(right - left + 1), 'height': str(bottom - top + 1), 'z_order': str(k)})
        label[mask] = k % 3
    save(OUT / 'cvat' / 'sdk.png', label)
    (OUT / 'cvat' / 'names.json').write_text(json.dumps(NAMES))
    for program, etree in (('elementtree', ElementTree), ('lxml', lxml.etree)):
        root = etree.Element('annotations')
        for k, name in enumerate(NAMES):
            image = etree.SubElement(root, 'image', {'id': str(k), 'name': name, 'width': str(W), 'height': str(H)})
            for mask in encoded:
                etree.SubElement(image, 'mask', mask)
        (OUT / 'cvat' / f'{program}.xml').write_bytes(etree.tostring(root, encoding='utf-8', xml_declaration=True))


def label_studio():
    """Ellipses, an empty brush, and answers of each kind to questions about the image or a region."""
    from label_studio_converter import Converter
    from label_studio_converter.brush import mask2rle
    label = blank()
    results = []
    size = {'original_width': W, 'original_height': H, 'image_rotation': 0}

    def region(name, kind, value):
        results.append({'id': name, 'type': kind, 'from_name': kind, 'to_name': 'image', **size, 'value': value})

    y, x = np.mgrid[:H, :W] + .5
    for k, (cx, cy, rx, ry, turn, name) in enumerate([(15, 12, 9, 5, 30, 'car'), (58, 2, 12, 7, 120, 'tree'), (30.25, 31.6, 20.3, 4.45, -17.5, 'road'), (0, 39.9, 3, 3, 0, 'car')]):
        value = {'x': cx / W * 100, 'y': cy / H * 100, 'radiusX': rx / W * 100, 'radiusY': ry / H * 100, 'rotation': turn}
        region(f'e{k}', 'ellipselabels', {**value, 'ellipselabels': [name]})
        a = np.deg2rad(turn)
        u, v = (x - cx) * np.cos(a) + (y - cy) * np.sin(a), -(x - cx) * np.sin(a) + (y - cy) * np.cos(a)
        inside = (u / rx) ** 2 + (v / ry) ** 2
        assert abs(inside - 1).min() > 1e-6
        label[inside < 1] = CLASSES.index(name)
        if k == 0:
            region('e0', 'choices', {**value, 'choices': ['parked']})
            region('e0', 'textarea', {**value, 'text': ['a note']})
            region('e0', 'rating', {**value, 'rating': 4})
    region('b0', 'brushlabels', {'format': 'rle', 'rle': [int(v) for v in mask2rle(np.zeros((H, W), np.uint8))], 'brushlabels': ['road']})
    mask = blob(70) & (np.arange(W) > 45) & (np.arange(H)[:, None] > 20)
    region('b1', 'brushlabels', {'format': 'rle', 'rle': [int(v) for v in mask2rle(mask.astype(np.uint8) * 255)], 'brushlabels': ['tree']})
    label[mask] = 2
    for kind, value in (('choices', {'choices': ['blurred', 'dark']}), ('number', {'number': 7}), ('rating', {'rating': 3}), ('textarea', {'text': ['rain', 'night']}),
                        ('taxonomy', {'taxonomy': [['weather', 'rain']]}), ('datetime', {'datetime': '2026-01-01'}), ('pairwise', {'selected': 'left'})):
        results.append({'id': f'q{kind}', 'type': kind, 'from_name': f'q{kind}', 'to_name': 'image', 'value': value})
    task = {'id': 1, 'data': {'image': '/data/local-files/?d=set/one.png'}, 'annotations': [
        {'id': 2, 'was_cancelled': False, 'result': results, 'created_at': '2026-01-01', 'completed_by': 1, 'lead_time': 1}]}
    config = ('<View><Image name="image" value="$image"/><EllipseLabels name="ellipselabels" toName="image"><Label value="road"/><Label value="car"/><Label value="tree"/></EllipseLabels>'
              '<BrushLabels name="brushlabels" toName="image"><Label value="road"/><Label value="tree"/></BrushLabels><Choices name="choices" toName="image" perRegion="true"><Choice value="parked"/></Choices>'
              '<Choices name="qchoices" toName="image"><Choice value="blurred"/></Choices><TextArea name="textarea" toName="image" perRegion="true"/><Rating name="rating" toName="image" perRegion="true"/>'
              '<Number name="qnumber" toName="image"/><Rating name="qrating" toName="image"/><TextArea name="qtextarea" toName="image"/><Taxonomy name="qtaxonomy" toName="image"><Choice value="weather"/></Taxonomy>'
              '<DateTime name="qdatetime" toName="image"/></View>')
    folder = OUT / 'label-studio'
    (SCRATCH / 'ls.json').write_text(json.dumps([task]))
    (folder / 'questions.json').write_text(json.dumps([task]))
    Converter(config, str(SCRATCH)).convert_to_json_min(str(SCRATCH / 'ls.json'), str(SCRATCH / 'ls'), is_dir=False)
    (folder / 'questions-min.json').write_text(next((SCRATCH / 'ls').glob('*.json')).read_text())
    Converter(config, str(SCRATCH)).convert_to_json(str(SCRATCH / 'ls.json'), str(SCRATCH / 'lsj'), is_dir=False)
    (folder / 'questions-converted.json').write_text(next((SCRATCH / 'lsj').glob('*.json')).read_text())
    save(folder / 'questions.png', label)


def coco_by_pycocotools():
    """What pycocotools makes of the classes of a label map: compressed run lengths, areas and boxes."""
    label = blank()
    for k in range(3):
        label[blob(80 + k)] = k
    label[0, 0] = 0
    annotations = []
    for k in range(3):
        rle = coco_mask.encode(np.asfortranarray(label == k).astype(np.uint8))
        annotations.append({'category': CLASSES[k], 'counts': rle['counts'].decode(), 'area': int(coco_mask.area(rle)), 'bbox': coco_mask.toBbox(rle).tolist()})
    save(OUT / 'coco' / 'pycocotools.png', label)
    (OUT / 'coco' / 'pycocotools.json').write_text(json.dumps(annotations))


def same_stems():
    """Label maps of images that share a stem, packed by Info-ZIP and 7-Zip."""
    folder = SCRATCH / 'stems' / 'labels'
    for k, name in enumerate(['x.png.png', 'x.jpg.png', 'x.tif.png', 'X.webp.png', 'sub/x.png']):
        save(folder / name, np.full((H, W), k % 3, np.uint8))
    (OUT / 'masks').mkdir(exist_ok=True)
    for program, words in (('infozip', ('zip', '-q', '-r', '-X')), ('7zip', ('7z', 'a', '-tzip', '-bd'))):
        file = OUT / 'masks' / f'stems-{program}.zip'
        file.unlink(missing_ok=True)
        tool(*words, file, 'labels', cwd=folder.parent)


def archives():
    """Stored and deflated entries that were streamed, with content that looks like the marks of a ZIP file."""
    folder = OUT / 'archives'
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    label = blank()
    label[blob(90)] = 1
    marks = PngImagePlugin.PngInfo()
    for mark in (b'PK\x07\x08', b'PK\x03\x04', b'PK\x01\x02', b'PK\x05\x06'):
        marks.add(b'prVt', mark + bytes(range(40)))
    out = io.BytesIO()
    Image.fromarray(label).save(out, 'PNG', pnginfo=marks)
    source = SCRATCH / 'archives'
    (source / 'labels').mkdir(parents=True)
    (source / 'labels' / 'one.png').write_bytes(out.getvalue())
    save(folder / 'one.png', label)
    for method, compression in (('stored', zipfile.ZIP_STORED), ('deflated', zipfile.ZIP_DEFLATED), ('bzip2', zipfile.ZIP_BZIP2)):
        read, write = os.pipe()
        with os.fdopen(write, 'wb') as pipe, zipfile.ZipFile(pipe, 'w', compression) as z:
            z.writestr('labels/one.png', out.getvalue())
        with os.fdopen(read, 'rb') as pipe:
            (folder / f'python-pipe-{method}.zip').write_bytes(pipe.read())
    for level in (0, 9):
        tool('zip', '-q', '-r', '-fd', f'-{level}', folder / f'infozip-descriptors-{level}.zip', 'labels', cwd=source)
        made = subprocess.run(['zip', '-q', '-r', f'-{level}', '-', 'labels'], check=True, stdout=subprocess.PIPE, cwd=source).stdout
        (folder / f'infozip-pipe-{level}.zip').write_bytes(made)
    tool('zip', '-q', '-r', '-fz', '-0', folder / 'infozip-zip64-0.zip', 'labels', cwd=source)
    for method in ('Copy', 'Deflate', 'Deflate64', 'BZip2'):
        tool('7z', 'a', '-tzip', '-bd', f'-mm={method}', folder / f'7zip-{method.lower()}.zip', 'labels', cwd=source)
    for method in ('LZMA', 'PPMd'):
        tool('7z', 'a', '-tzip', '-bd', f'-mm={method}', folder / f'refused-7zip-{method.lower()}.zip', 'labels', cwd=source)


if __name__ == '__main__':
    for make in (cvat_by_datumaro, cvat_masks, label_studio, coco_by_pycocotools, same_stems, archives):
        make()
        print(make.__name__)

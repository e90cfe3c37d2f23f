#!/usr/bin/env python3
"""Writes src/test/resources/annotation: annotation files made by other programs, and what they read in them.

    pip install numpy opencv-python-headless pillow pycocotools datumaro label-studio-converter labelme
    python src/test/python/make_annotation_fixtures.py          (in the module's folder)

Images are 40x60 px. Classes are road (0), car (1), tree (2); unlabelled is 255.
"""
import base64
import io
import json
import shutil
import zipfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from pycocotools import mask as coco_mask

OUT = Path(__file__).parents[1] / 'resources' / 'annotation'
H, W = 40, 60
CLASSES = ['road', 'car', 'tree']
COLORS = {'background': (0, 0, 0), 'road': (128, 64, 128), 'car': (0, 0, 142), 'tree': (107, 142, 35)}


def blank():
    return np.full((H, W), 255, np.uint8)


def save(path, label):
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), label)


def blob(seed):
    rng = np.random.default_rng(seed)
    small = rng.random((8, 12)) > .6
    return cv2.resize(small.astype(np.uint8), (W, H), interpolation=cv2.INTER_NEAREST).astype(bool)


def png(array, mode=None):
    out = io.BytesIO()
    Image.fromarray(array, mode).save(out, 'PNG')
    return out.getvalue()


def zipped(path, entries):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            z.writestr(info, data)


def shapes_by_opencv():
    """Polygons, ellipses and rectangles with random corners, filled by OpenCV with 8 fractional bits."""
    rng = np.random.default_rng(7)
    cases = []
    for _ in range(40):
        kind = ['polygon', 'ellipse', 'rectangle'][len(cases) % 3]
        if kind == 'polygon':
            n = int(rng.integers(3, 9))
            xy = (rng.random((n, 2)) * [W * 1.4, H * 1.4] - [W * .2, H * .2]).round(2)
            numbers = xy.ravel().tolist()
            corners = xy
        elif kind == 'ellipse':
            x, y, rx, ry, turn = (rng.random(5) * [W, H, 20, 15, 180]).round(2).tolist()
            numbers = [x, y, rx + 2, ry + 2, turn]
            t = np.linspace(0, 2 * np.pi, 400)
            a = np.deg2rad(turn)
            dx, dy = (rx + 2) * np.cos(t), (ry + 2) * np.sin(t)
            corners = np.stack([x + dx * np.cos(a) - dy * np.sin(a), y + dx * np.sin(a) + dy * np.cos(a)], 1)
        else:
            x0, y0, w, h, turn = (rng.random(5) * [W, H, 30, 20, 360]).round(2).tolist()
            numbers = [x0, y0, x0 + w + 2, y0 + h + 2, turn]
            cx, cy = x0 + (w + 2) / 2, y0 + (h + 2) / 2
            a = np.deg2rad(turn)
            d = np.array([[-(w + 2), -(h + 2)], [w + 2, -(h + 2)], [w + 2, h + 2], [-(w + 2), h + 2]]) / 2
            corners = np.stack([cx + d[:, 0] * np.cos(a) - d[:, 1] * np.sin(a), cy + d[:, 0] * np.sin(a) + d[:, 1] * np.cos(a)], 1)
        # On a larger canvas, because OpenCV moves edges that it clips; its pixel (0, 0) has its center at (0, 0), ours at (.5, .5).
        mask = np.zeros((H + 200, W + 200), np.uint8)
        cv2.fillPoly(mask, [np.round((corners + 100 - .5) * 256).astype(np.int32)], 1, lineType=cv2.LINE_8, shift=8)
        mask = mask[100:100 + H, 100:100 + W]
        cases.append({'kind': kind, 'numbers': numbers, 'rows': [''.join('#' if p else '.' for p in row) for row in mask]})
    (OUT / 'opencv-shapes.json').write_text(json.dumps({'height': H, 'width': W, 'cases': cases}, indent=0) + '\n')


def polygons_by_pycocotools():
    rng = np.random.default_rng(8)
    cases = []
    for _ in range(25):
        polygons = [(rng.random((int(rng.integers(3, 8)), 2)) * [W, H]).round(1).ravel().tolist()
                    for _ in range(int(rng.integers(1, 3)))]
        rle = coco_mask.merge(coco_mask.frPyObjects(polygons, H, W))
        mask = coco_mask.decode(rle)
        cases.append({'polygons': polygons, 'counts': rle['counts'].decode(),
                      'rows': [''.join('#' if p else '.' for p in row) for row in mask]})
    (OUT / 'pycocotools-polygons.json').write_text(json.dumps({'height': H, 'width': W, 'cases': cases}, indent=0) + '\n')


def coco():
    """Instances of all three kinds of segmentation, the compressed ones by pycocotools."""
    folder = OUT / 'coco'
    label = blank()
    a, b, c = blob(1), blob(2), blob(3)
    compressed = coco_mask.encode(np.asfortranarray(a.astype(np.uint8)))
    runs, last = [], 0
    for value in np.asfortranarray(b).ravel('F').astype(int):
        if value != last: runs.append(0); last = value
        if not runs: runs.append(0)
        runs[-1] += 1
    if b.ravel('F')[0]: runs = [0] + runs
    assert sum(runs) == H * W
    annotations = [
        {'id': 1, 'image_id': 7, 'category_id': 30, 'iscrowd': 0, 'area': float(a.sum()), 'bbox': [0, 0, W, H],
         'segmentation': {'size': [H, W], 'counts': compressed['counts'].decode()}},
        {'id': 2, 'image_id': 7, 'category_id': 10, 'iscrowd': 1, 'area': float(b.sum()), 'bbox': [0, 0, W, H],
         'segmentation': {'size': [H, W], 'counts': runs}},
        {'id': 3, 'image_id': 7, 'category_id': 20, 'iscrowd': 0, 'area': 1, 'bbox': [1, 1, 2, 2], 'segmentation': []},
        {'id': 4, 'image_id': 7, 'category_id': 20, 'iscrowd': 0, 'area': 100, 'bbox': [10, 10, 10, 10],
         'segmentation': [[10, 10, 20, 10, 20, 20, 10, 20], [30, 5, 40, 5, 40, 15, 30, 15]], 'keypoints': [1, 2, 2]},
    ]
    label[a] = 2
    label[b] = 0
    label[10:20, 10:20] = 1
    label[5:15, 30:40] = 1
    document = {'info': {}, 'licenses': [], 'annotations': annotations,
                'categories': [{'id': 10, 'name': 'road'}, {'id': 20, 'name': 'car'}, {'id': 30, 'name': 'tree'}],
                'images': [{'id': 7, 'file_name': 'train/one.png', 'height': H, 'width': W}]}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'instances.json').write_text(json.dumps(document))
    zipped(folder / 'cvat-coco.zip', {'annotations/instances_default.json': json.dumps(document), 'images/train/one.png': b'no image'})
    save(folder / 'one.png', label)


def by_datumaro():
    """CVAT, COCO instances, COCO panoptic and VOC as datumaro writes them."""
    import datumaro as dm
    label = blank()
    polygon = [5, 5, 30, 5, 30, 25, 5, 25]
    label[5:25, 5:30] = 0
    label[10:30, 20:50] = 1
    m = np.zeros((H, W), bool)
    m[30:38, 3:55] = blob(5)[30:38, 3:55]
    label[m] = 2
    pixels = np.zeros((H, W, 3), np.uint8)
    items = [dm.DatasetItem(id='sub/one', subset='train', media=dm.Image.from_numpy(pixels), attributes={'id': 1}, annotations=[
        dm.Polygon(polygon, label=0, z_order=0, id=1, group=1),
        dm.Bbox(20, 10, 30, 20, label=1, z_order=1, id=2, group=2),
        dm.Mask(m, label=2, z_order=2, id=3, group=3),
        dm.PolyLine([1, 1, 50, 30], label=1, z_order=3, id=4),
        dm.Points([3, 3, 7, 7], label=1, z_order=3, id=5),
    ])]
    dataset = dm.Dataset.from_iterable(items, categories=CLASSES)
    scratch = Path('/tmp/datumaro-fixtures')
    shutil.rmtree(scratch, ignore_errors=True)
    dataset.export(str(scratch / 'cvat'), 'cvat', save_media=False)
    made = next((scratch / 'cvat').rglob('*.xml'))
    (OUT / 'cvat').mkdir(parents=True, exist_ok=True)
    (OUT / 'cvat' / 'datumaro.xml').write_bytes(made.read_bytes())
    save(OUT / 'cvat' / 'datumaro.png', label)
    # Only masks can be exported as segments.
    segments = dm.Dataset.from_iterable([dm.DatasetItem(id='sub/one', subset='train', media=dm.Image.from_numpy(pixels), annotations=[
        dm.Mask(label == k, label=k, z_order=k, id=k + 1, group=k + 1, attributes={'is_crowd': False}) for k in range(3)])], categories=CLASSES)
    segments.export(str(scratch / 'panoptic'), 'coco_panoptic', save_media=False)
    segments.export(str(scratch / 'voc'), 'voc_segmentation', save_media=False, label_map='source')
    segments.export(str(scratch / 'instances'), 'coco_instances', save_media=False)
    for name, folder in (('coco-panoptic', 'panoptic'), ('voc', 'voc'), ('coco', 'instances')):
        files = {str(f.relative_to(scratch / folder)): f.read_bytes() for f in sorted((scratch / folder).rglob('*')) if f.is_file()}
        zipped(OUT / name / 'datumaro.zip', files)
        save(OUT / name / 'datumaro.png', label)


def voc_by_pillow():
    """A palette PNG by Pillow, with the border color of VOC."""
    label = blank()
    indices = np.zeros((H, W), np.uint8)
    for k in range(3):
        indices[blob(20 + k)] = k + 1
        label[blob(20 + k)] = k
    indices[0] = 4
    label[0] = 255
    image = Image.fromarray(indices, 'P')
    image.putpalette(sum([list(COLORS[n]) for n in ['background'] + CLASSES], []) + [224, 224, 192])
    out = io.BytesIO()
    image.save(out, 'PNG')
    lines = '# label:color_rgb:parts:actions\n' + ''.join(f'{n}:{r},{g},{b}::\n' for n, (r, g, b) in COLORS.items())
    zipped(OUT / 'voc' / 'pillow.zip', {'labelmap.txt': lines, 'SegmentationClass/sub/one.PNG': out.getvalue(),
                                        'SegmentationObject/sub/one.png': out.getvalue(), 'ImageSets/Segmentation/default.txt': 'sub/one\n'})
    save(OUT / 'voc' / 'pillow.png', label)


def label_studio():
    """Brushes by label-studio-converter's encoder, and JSON-MIN by its converter."""
    from label_studio_converter.brush import mask2rle
    label = blank()
    results = []
    for k in range(2):
        mask = blob(30 + k)
        label[mask] = k
        results.append({'id': f'b{k}', 'type': 'brushlabels', 'from_name': 'brush', 'to_name': 'image', 'original_width': W, 'original_height': H,
                        'image_rotation': 0, 'value': {'format': 'rle', 'rle': [int(v) for v in mask2rle(mask.astype(np.uint8) * 255)], 'brushlabels': [CLASSES[k]]}})
    def region(name, type, value):
        results.append({'id': name, 'type': type, 'from_name': type, 'to_name': 'image', 'original_width': W, 'original_height': H, 'image_rotation': 0, 'value': value})
    region('p', 'polygonlabels', {'points': [[50, 50], [75, 50], [75, 75], [50, 75]], 'closed': True, 'polygonlabels': ['tree']})
    label[20:30, 30:45] = 2
    region('r', 'rectanglelabels', {'x': 10, 'y': 10, 'width': 20, 'height': 20, 'rotation': 0, 'rectanglelabels': ['car']})
    label[4:12, 6:18] = 1
    region('k', 'keypointlabels', {'x': 1, 'y': 1, 'width': 0.5, 'keypointlabels': ['road']})
    results.append({'id': 'c', 'type': 'choices', 'from_name': 'q', 'to_name': 'image', 'value': {'choices': ['blurred']}})
    results.append({'type': 'relation', 'from_id': 'p', 'to_id': 'r', 'direction': 'right'})
    task = {'id': 1, 'data': {'image': '/data/upload/3/1a2b3c4d-one%20a.png'}, 'annotations': [
        {'id': 1, 'was_cancelled': True, 'result': [], 'created_at': '2026-01-01', 'completed_by': 1, 'lead_time': 1},
        {'id': 2, 'was_cancelled': False, 'result': results, 'created_at': '2026-01-01', 'completed_by': 1, 'lead_time': 1}]}
    folder = OUT / 'label-studio'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'export.json').write_text(json.dumps([task]))
    save(folder / 'one a.png', label)
    from label_studio_converter import Converter
    config = ('<View><Image name="image" value="$image"/><BrushLabels name="brush" toName="image"><Label value="road"/><Label value="car"/></BrushLabels>'
              '<PolygonLabels name="polygonlabels" toName="image"><Label value="tree"/></PolygonLabels>'
              '<RectangleLabels name="rectanglelabels" toName="image"><Label value="car"/></RectangleLabels>'
              '<KeyPointLabels name="keypointlabels" toName="image"><Label value="road"/></KeyPointLabels>'
              '<Choices name="q" toName="image"><Choice value="blurred"/></Choices></View>')
    scratch = Path('/tmp/label-studio-fixtures')
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    task['annotations'] = task['annotations'][1:]
    (scratch / 'in.json').write_text(json.dumps([task]))
    Converter(config, str(scratch)).convert_to_json_min(str(scratch / 'in.json'), str(scratch / 'out'), is_dir=False)
    made = next((scratch / 'out').glob('*.json'))
    (folder / 'export-min.json').write_text(made.read_text())


def labelme():
    """A file by LabelMe itself; what LabelMe paints differs at the edges, which belong to its shapes."""
    from labelme._label_file import LabelFile
    label = blank()
    mask = blob(40)[10:30, 20:50]
    shapes = [
        {'label': 'road', 'points': [[2, 2], [30, 2], [30, 20], [2, 20]], 'shape_type': 'polygon'},
        {'label': 'car', 'points': [[40, 30], [10, 12]], 'shape_type': 'rectangle'},
        {'label': 'tree', 'points': [[20, 10], [49, 29]], 'shape_type': 'mask', 'mask': base64.b64encode(png((mask * 255).astype(np.uint8))).decode()},
        {'label': 'road', 'points': [[50, 10], [50, 16]], 'shape_type': 'circle'},
        {'label': 'anything', 'points': [[1, 1], [5, 5]], 'shape_type': 'line'},
        {'label': 'anything', 'points': [[1, 1]], 'shape_type': 'point'},
    ]
    label[2:20, 2:30] = 0
    label[12:30, 10:40] = 1
    label[10:30, 20:50][mask] = 2
    y, x = np.mgrid[:H, :W] + .5
    label[(x - 50) ** 2 + (y - 10) ** 2 < 36] = 0
    folder = OUT / 'labelme'
    folder.mkdir(parents=True, exist_ok=True)
    pixels = png(np.zeros((H, W, 3), np.uint8))
    LabelFile().save(filename=str(folder / 'one.json'), image_path='..\\images\\one.jpg', image_height=H, image_width=W, image_data=pixels,
                     shapes=[{**s, 'group_id': None, 'description': '', 'flags': {}, 'mask': s.get('mask')} for s in shapes])
    document = json.loads((folder / 'one.json').read_text())
    save(folder / 'one.png', label)
    second = json.loads(json.dumps(document))
    second['imagePath'] = 'two.jpg'
    zipped(folder / 'many.zip', {'annotations/one.json': json.dumps(document), 'annotations/two.json': json.dumps(second),
                                 'annotations/torn.json': '{"shapes": [', 'annotations/settings.json': '{}', 'images/one.jpg': b'no image'})


def masks():
    """Label maps by Pillow: grey, palette, 1 bit."""
    a = np.where(blob(50), 1, 0).astype(np.uint8)
    b = np.where(blob(51), 2, 255).astype(np.uint8)
    palette = Image.fromarray(a, 'P')
    palette.putpalette([200, 0, 0, 0, 200, 0])
    out = io.BytesIO()
    palette.save(out, 'PNG')
    bits = io.BytesIO()
    Image.fromarray(a * 255).convert('1').save(bits, 'PNG')
    jpeg = io.BytesIO()
    Image.fromarray(a).save(jpeg, 'JPEG')
    zipped(OUT / 'masks' / 'pillow.zip', {'labels/palette.png': out.getvalue(), 'labels/grey.PNG': png(b), 'labels/lossy.jpg': jpeg.getvalue(),
                                          'labels/disguised.png': jpeg.getvalue(), 'images/grey.png': png(b), '__MACOSX/labels/._grey.PNG': b'x'})
    save(OUT / 'masks' / 'palette.png', a)
    save(OUT / 'masks' / 'grey.png', b)


if __name__ == '__main__':
    OUT.mkdir(parents=True, exist_ok=True)
    for make in (shapes_by_opencv, polygons_by_pycocotools, coco, by_datumaro, voc_by_pillow, label_studio, labelme, masks):
        make()
        print(make.__name__)

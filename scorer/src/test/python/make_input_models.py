"""Makes small models whose inputs need more than a plain RGB image, and what their scores are: ../resources/input-models.

    pip install onnx onnxruntime numpy pillow tifffile imagecodecs
    python make_input_models.py

Weights are random. `expected.json` has, by name of the folder, the file of the image, and the sums over the image and
its mirror image of the entropies (nats) of a grid of 2 x 3 regions. They are computed in float64 from the outputs of
ONNX Runtime, with the image prepared by the formulas of the library whose configuration lies beside the model.
"""
import json
import shutil
import struct
import zlib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import tifffile
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

OUT = Path(__file__).resolve().parent.parent / 'resources' / 'input-models'
H, W, ROWS, COLS, CLASSES = 45, 83, 2, 3, 5
MEAN, STD = np.array((0.485, 0.456, 0.406)), np.array((0.229, 0.224, 0.225))
NAMES = {i: n for i, n in enumerate(['sky', 'road', 'car', 'tree', 'house'])}

expected = {}
shutil.rmtree(OUT, ignore_errors=True)
OUT.mkdir(parents=True)


def scene(channels, most=255, seed=5):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:H, 0:W]
    image = np.stack([.4 + .3 * np.sin(x / (9 + 2 * c) + c) + .25 * np.cos(y / (6 + c)) for c in range(channels)], -1)
    image[10:30, 15:40] = rng.random(channels)
    image[22:42, 50:75] = rng.random(channels)
    return np.clip((image + rng.normal(0, .04, image.shape)) * most, 0, most).astype(np.uint8 if most < 256 else np.uint16)


def resize(x, size):
    """Bilinear with half-pixel centres and clamped edges, [C,h,w] in float64."""
    x = x.astype(np.float64)
    for axis, length in ((1, size[0]), (2, size[1])):
        n = x.shape[axis]
        if n == length:
            continue
        at = np.clip((np.arange(length) + .5) * n / length - .5, 0, n - 1)
        low = np.floor(at).astype(int)
        high = np.minimum(low + 1, n - 1)
        t = (at - low).reshape([-1 if a == axis else 1 for a in range(3)])
        x = np.take(x, low, axis) * (1 - t) + np.take(x, high, axis) * t
    return x


def entropy(logits):
    z = logits - logits.max(0)
    s = np.exp(z).sum(0)
    return np.log(s) - (np.exp(z) * z).sum(0) / s


def grid(map_):
    """Means of regions of ceil(H/rows) x ceil(W/cols) px, the last ones smaller."""
    h, w = -(-H // ROWS), -(-W // COLS)
    return [float(map_[r * h:(r + 1) * h, c * w:(c + 1) * w].mean()) for r in range(ROWS) for c in range(COLS)]


def network(channels, size=None, nhwc=False, dtype=TensorProto.FLOAT, stride=1, seed=1):
    """Two convolutions; padding and edges of the image change the values near them."""
    rng = np.random.default_rng(seed)
    tensors = [
        ('w1', rng.normal(0, .6, (8, channels, 5, 5)) / np.sqrt(channels)), ('b1', rng.normal(0, .3, 8)),
        ('w2', rng.normal(0, .9, (CLASSES, 8, 3, 3))), ('b2', rng.normal(0, .3, CLASSES))]
    height, width = size or ('h', 'w')
    dims = ['n', height, width, channels] if nhwc else ['n', channels, height, width]
    nodes, x = [], 'input'
    if dtype != TensorProto.FLOAT:
        nodes.append(helper.make_node('Cast', [x], ['cast'], to=TensorProto.FLOAT))
        x = 'cast'
    if dtype == TensorProto.UINT8:
        tensors.append(('byte', np.array(1 / 255)))
        nodes.append(helper.make_node('Mul', [x, 'byte'], ['unit']))
        x = 'unit'
    if nhwc:
        nodes.append(helper.make_node('Transpose', [x], ['nchw'], perm=[0, 3, 1, 2]))
        x = 'nchw'
    nodes += [helper.make_node('Conv', [x, 'w1', 'b1'], ['c1'], pads=[2] * 4), helper.make_node('Relu', ['c1'], ['r1']),
              helper.make_node('Conv', ['r1', 'w2', 'b2'], ['output' if dtype != TensorProto.BFLOAT16 else 'c2'], pads=[1] * 4,
                               strides=[stride] * 2)]
    if dtype == TensorProto.BFLOAT16:
        nodes.append(helper.make_node('Cast', ['c2'], ['output'], to=TensorProto.BFLOAT16))
    graph = helper.make_graph(
        nodes, 'network', [helper.make_tensor_value_info('input', dtype, dims)],
        [helper.make_tensor_value_info('output', dtype if dtype == TensorProto.BFLOAT16 else TensorProto.FLOAT, None)],
        [numpy_helper.from_array(v.astype(np.float32), n) for n, v in tensors])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8, producer_name='test')


def rounded(x):
    """float32 with the 16 highest bits alone, rounded to the nearest, halves to the even one."""
    bits = x.astype(np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).astype(np.uint32).view(np.float32)


def float_twin(model):
    """The same network between float32 values, because NumPy has no bfloat16; they are rounded outside."""
    twin = onnx.ModelProto()
    twin.CopyFrom(model)
    for value in (twin.graph.input[0], twin.graph.output[0]):
        value.type.tensor_type.elem_type = TensorProto.FLOAT
    for node in twin.graph.node:
        for attribute in node.attribute:
            if node.op_type == 'Cast':
                attribute.i = TensorProto.FLOAT
    return twin


def add(name, model, image, files=None, metadata=None, prepare=None, place=None, nhwc=False, tolerance=1e-5, **more):
    """place: maps the size of an image to (size of the content, size of the input, top, left, raw padding)."""
    folder = OUT / name
    folder.mkdir()
    if metadata:
        helper.set_model_props(model, {k: str(v) for k, v in metadata.items()})
    onnx.save(model, folder / 'model.onnx')
    for file, content in (files or {}).items():
        (folder / file).write_text(content if isinstance(content, str) else json.dumps(content))
    brain = model.graph.input[0].type.tensor_type.elem_type == TensorProto.BFLOAT16
    session = ort.InferenceSession(
        (float_twin(model) if brain else model).SerializeToString(), providers=['CPUExecutionProvider'])
    pixels = PIXELS[image]
    if 'bands' in more:
        pixels = pixels[..., [band - 1 for band in more['bands']]]
    total = np.zeros((H, W))
    for mirrored in (False, True):
        view = (pixels[:, ::-1] if mirrored else pixels).transpose(2, 0, 1)
        content, size, top, left, pad = place(H, W) if place else ((H, W), (H, W), 0, 0, 0)
        x = np.zeros((view.shape[0], *size)) + np.reshape(np.asarray(pad, np.float64), (-1, 1, 1))
        x[:, top:top + content[0], left:left + content[1]] = resize(view, content)
        x = prepare(x) if prepare else x / 255
        x = x[None].transpose(0, 2, 3, 1) if nhwc else x[None]
        x = np.ascontiguousarray(x.astype(np.uint8 if session.get_inputs()[0].type == 'tensor(uint8)' else np.float32))
        logits = session.run(None, {'input': rounded(x) if brain else x})[0][0]
        logits = resize(rounded(logits) if brain else logits, size)
        logits = logits[:, top:top + content[0], left:left + content[1]]
        scores = entropy(resize(logits, (H, W)))
        total += scores[:, ::-1] if mirrored else scores
    more.setdefault('size', 'free')
    expected[name] = dict(image=image, tolerance=tolerance, scores=grid(total), **more)
    print(name, [round(s, 4) for s in expected[name]['scores']])


PIXELS = {}


def image(name, pixels):
    PIXELS[name] = pixels
    Image.fromarray(pixels).save(OUT / name, optimize=True)


image('rgb.png', scene(3))

# --- one factor for both sides ----------------------------------------------------------------------------------------


def letterbox(box, auto=False, stride=32, pad=114):
    """LetterBox of Ultralytics."""

    def place(h, w):
        r = min(box[0] / h, box[1] / w)
        new = round(h * r), round(w * r)
        dh, dw = box[0] - new[0], box[1] - new[1]
        if auto:
            dh, dw = dh % stride, dw % stride
        top, bottom = round(dh / 2 - .1), round(dh / 2 + .1)
        left, right = round(dw / 2 - .1), round(dw / 2 + .1)
        return new, (new[0] + top + bottom, new[1] + left + right), top, left, pad

    return place


def edges(shortest, longest=None, divisor=1, pad=0, stretch=False, box=None, down=False):
    """Hugging Face, which rounds down, MMDeploy and PaddleSeg: the shorter side, unless the longer one gets too long."""

    def place(h, w):
        r = min(shortest / min(h, w) if shortest else 1e9, longest / max(h, w) if longest else 1e9)
        new = rounded_down(h, w, shortest, longest) if down else (round(h * r), round(w * r))
        size = box or tuple(-(-n // divisor) * divisor for n in new)
        return (size if stretch else new), size, 0, 0, pad

    return place


def rounded_down(h, w, shortest, longest):
    """get_resize_output_image_size of Hugging Face Transformers."""
    short, long = shortest, int(shortest * max(h, w) / min(h, w))
    if longest is not None and long > longest:
        short, long = int(longest * short / long), longest
    return (short, long) if h <= w else (long, short)


def imagenet(x):
    return (x / 255 - MEAN[:, None, None]) / STD[:, None, None]


YOLO = dict(author='Ultralytics', task='semantic', stride=32, names=NAMES, args={'dynamic': True})
HUB = dict(do_rescale=True, rescale_factor=1 / 255, do_normalize=True, image_mean=MEAN.tolist(), image_std=STD.tolist(),
           do_resize=True)
PRE = 'preprocessor_config.json'
ZERO = 255 * MEAN

add('fit-ultralytics', network(3, (64, 57)), 'rgb.png', metadata=dict(YOLO, imgsz=[64, 57]), place=letterbox((64, 57)),
    size='fit 64x57 center pad 114.0')
add('fit-ultralytics-beside', network(3, (40, 95)), 'rgb.png', metadata=dict(YOLO, imgsz=[40, 95]), place=letterbox((40, 95)),
    size='fit 40x95 center pad 114.0')
add('fit-ultralytics-stride', network(3, stride=4), 'rgb.png', metadata=dict(YOLO, imgsz=[96, 96]),
    place=letterbox((96, 96), auto=True), size='fit longest 96 divisor 32 center pad 114.0')
add('fit-ultralytics-file', network(3, (64, 57)), 'rgb.png', place=letterbox((64, 57)), size='fit 64x57 center pad 114.0', files={
    'metadata.yaml': 'author: Ultralytics\nstride: 32\ntask: semantic\nimgsz:\n- 64\n- 57\nnames:\n  0: a\n  1: b\n  2: c\n  3: d\n  4: e\n'})
add('fit-hub-shortest', network(3), 'rgb.png', files={PRE: dict(HUB, size=dict(shortest_edge=30, longest_edge=200))},
    place=edges(30, 200, down=True), prepare=imagenet, size='fit shortest 30 longest 200 round-down top-left pad 0.0')
add('fit-hub-longest', network(3), 'rgb.png', files={PRE: dict(HUB, size=dict(shortest_edge=60, longest_edge=70))},
    place=edges(60, 70, down=True), prepare=imagenet, size='fit shortest 60 longest 70 round-down top-left pad 0.0')
add('fit-hub-divisor', network(3, stride=2), 'rgb.png', prepare=imagenet, place=edges(30, 70, 32, ZERO[:, None, None], down=True),
    files={PRE: dict(HUB, size=dict(shortest_edge=30, longest_edge=70), do_pad=True, size_divisor=32)},
    size='fit shortest 30 longest 70 divisor 32 round-down top-left pad 123.674995,116.27999,103.52999')
add('fit-hub-pad-size', network(3, (64, 80)), 'rgb.png', prepare=imagenet, place=edges(30, 70, 1, ZERO[:, None, None], box=(64, 80), down=True),
    files={PRE: dict(HUB, size=dict(shortest_edge=30, longest_edge=70), do_pad=True, pad_size=dict(height=64, width=80))},
    size='fit 64x80 shortest 30 longest 70 round-down top-left pad 123.674995,116.27999,103.52999')
add('fit-hub-stretch', network(3), 'rgb.png', prepare=imagenet, place=edges(30, 70, 32, stretch=True, down=True), files={PRE: dict(
    HUB, size=dict(shortest_edge=30, longest_edge=70), size_divisor=32, image_processor_type='Mask2FormerImageProcessor')},
    size='fit shortest 30 longest 70 divisor 32 round-down stretch')
add('fit-hub-eomt', network(3, (64, 64)), 'rgb.png', prepare=imagenet, place=edges(64, 64, box=(64, 64)), files={PRE: dict(
    HUB, size=dict(shortest_edge=64, longest_edge=64), do_pad=True, image_processor_type='EomtImageProcessor')},
    size='fit 64x64 shortest 64 longest 64 top-left pad 0.0')
add('fit-mmdeploy', network(3), 'rgb.png', place=edges(50, 70, 16, np.array([[[8.]], [[16.]], [[24.]]])),
    prepare=lambda x: (x[::-1] - np.array([[[24.]], [[16.]], [[8.]]])) / 64, size='fit shortest 50 longest 70 divisor 16 top-left pad 24.0,16.0,8.0',
    files={'pipeline.json': dict(pipeline=dict(tasks=[dict(transforms=[
        dict(type='LoadImageFromFile'), dict(type='Resize', keep_ratio=True, size=[70, 50]),
        dict(type='Normalize', mean=[24, 16, 8], std=[64, 64, 64], to_rgb=False), dict(type='Pad', size_divisor=16)])]))})
add('fit-mmdeploy-raw', network(3), 'rgb.png', place=edges(50, 70, 1, 20., box=(72, 72)),
    prepare=lambda x: (x - np.array([[[24.]], [[16.]], [[8.]]])) / 64, size='fit 72x72 shortest 50 longest 70 top-left pad 20.0',
    files={'pipeline.json': dict(pipeline=dict(tasks=[dict(transforms=[
        dict(type='Resize', keep_ratio=True, scale=[70, 50]), dict(type='Pad', size=[72, 72], pad_val=dict(img=20, seg=255)),
        dict(type='Normalize', mean=[24, 16, 8], std=[64, 64, 64], to_rgb=True)])]))})
add('fit-paddle', network(3), 'rgb.png', place=edges(None, 60, pad=127.5, box=(40, 64)), prepare=lambda x: (x / 255 - .5) / .5,
    size='fit 40x64 longest 60 top-left pad 127.5', files={'deploy.yaml':
    'Deploy:\n  model: model.pdmodel\n  transforms:\n  - type: ResizeByLong\n    long_size: 60\n  - type: Padding\n    target_size: [64, 40]\n'
    '  - type: Normalize\n'})
add('fit-bytes', network(3, (64, 58), nhwc=True, dtype=TensorProto.UINT8), 'rgb.png', metadata=dict(YOLO, imgsz=[64, 58]), nhwc=True,
    place=letterbox((64, 58)), prepare=np.rint, tolerance=2e-4, size='fit 64x58 center pad 114.0')

# --- bands ------------------------------------------------------------------------------------------------------------


def png(name, pixels):
    """A PNG of any depth and number of channels; Pillow writes 16 bits of grey alone."""
    bits = 8 * pixels.dtype.itemsize
    color = {1: 0, 2: 4, 3: 2, 4: 6}[pixels.shape[2]]
    rows = pixels.astype(f'>u{bits // 8}').reshape(H, -1)
    data = zlib.compress(b''.join(b'\0' + row.tobytes() for row in rows), 9)
    chunks = [(b'IHDR', struct.pack('>IIBBBBB', W, H, bits, color, 0, 0, 0)), (b'IDAT', data), (b'IEND', b'')]
    (OUT / name).write_bytes(b'\x89PNG\r\n\x1a\n' + b''.join(
        struct.pack('>I', len(d)) + t + d + struct.pack('>I', zlib.crc32(t + d)) for t, d in chunks))
    PIXELS[name] = pixels


def tiff(name, pixels, planar=False, **options):
    planes = {'planarconfig': 'separate' if planar else 'contig', 'photometric': 'minisblack', 'metadata': None}
    stored = pixels.transpose(2, 0, 1) if planar else pixels
    if 'extratags' in options:  # orientation 6: the reader turns the image clockwise
        stored = np.rot90(stored, 1)
    tifffile.imwrite(OUT / name, stored, **planes, **options)
    assert (tifffile.imread(OUT / name) == stored).all()
    PIXELS[name] = pixels


def bands(name, image, numbers, scale=None, mean=None, std=None, **more):
    """Values of 8 bits are scaled by 1/255, those of 16 bits by 1/10000, unless told otherwise."""
    bits = 8 * PIXELS[image].dtype.itemsize
    scale = scale or (1 / 255 if bits == 8 else 1 / 10000)
    n = len(numbers)
    mean = mean or [round(.3 + .05 * i, 2) for i in range(n)]
    std = std or [round(.2 + .04 * i, 2) for i in range(n)]
    column = [np.array(v)[:, None, None] for v in (mean, std)]
    add(name, network(n, seed=n), image, prepare=lambda x: (x * np.float32(scale) - column[0]) / column[1],
        bands=numbers, bits=bits, scale=scale, mean=mean, std=std, **more)


png('rgba.png', scene(4))
png('grey-alpha.png', scene(2))
png('grey-16.png', scene(1, 10000))
png('rgba-16.png', scene(4, 60000))
five, seven = scene(5), scene(7, 12000)
tiff('strips.tif', five, compression='zlib', predictor=True, rowsperstrip=8)
tiff('turned.tif', five, compression='zlib', predictor=True, rowsperstrip=8, extratags=[(274, 3, 1, 6, True)])
tiff('packbits.tif', five, compression='packbits', rowsperstrip=16)
tiff('lzw-16.tif', seven, compression='lzw', predictor=True, rowsperstrip=20)
tiff('planes-16.tif', seven, planar=True, compression='zlib', predictor=True, rowsperstrip=20, byteorder='>')
tiff('tiles-16.tif', seven, compression='zlib', predictor=True, tile=(16, 32))
tiff('tiles-planes.tif', five, planar=True, compression='lzw', tile=(16, 16))
tiff('plain-16.tif', seven, bigtiff=True)
tiff('plain-tiles-planes-16.tif', seven, planar=True, tile=(32, 16), byteorder='>')

bands('bands-rgba', 'rgba.png', [1, 2, 3, 4])
bands('bands-alpha-first', 'rgba.png', [4, 1])
bands('bands-grey-alpha', 'grey-alpha.png', [2, 1])
bands('bands-rgb', 'rgb.png', [3, 1, 2, 3])
bands('bands-grey-16', 'grey-16.png', [1])
bands('bands-rgba-16', 'rgba-16.png', [4, 3, 2, 1])
bands('bands-strips', 'strips.tif', [4, 3, 2, 1])
bands('bands-turned', 'turned.tif', [2, 5, 4])
bands('bands-packbits', 'packbits.tif', [5, 1, 3])
bands('bands-lzw-16', 'lzw-16.tif', [7, 2, 5, 1])
bands('bands-planes-16', 'planes-16.tif', [1, 2, 3, 4, 5, 6, 7])
bands('bands-tiles-16', 'tiles-16.tif', [2, 7])
bands('bands-tiles-planes', 'tiles-planes.tif', [5, 4])
bands('bands-plain-16', 'plain-16.tif', [6, 5, 4])
bands('bands-plain-tiles-planes-16', 'plain-tiles-planes-16.tif', [3, 1, 7])
add('bands-fit', network(4, (64, 57)), 'rgba.png', metadata=dict(YOLO, imgsz=[64, 57], channels=4), place=letterbox((64, 57)),
    bands=[1, 2, 3, 4], bits=8, size='fit 64x57 center pad 114.0')

# --- bfloat16 ---------------------------------------------------------------------------------------------------------


add('bfloat16', network(3, dtype=TensorProto.BFLOAT16), 'rgb.png', tolerance=1e-5, metadata=dict(preprocessing=json.dumps(
    dict(mean=[0, 0, 0], std=[1, 1, 1], input_space='RGB', input_range=[0, 1]))))

(OUT / 'expected.json').write_text(json.dumps(expected, indent=1) + '\n')

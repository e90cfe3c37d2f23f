"""Exports small segmentation models of many libraries and what their scores are: ../resources/models.

    pip install torch torchvision timm transformers segmentation-models-pytorch onnx onnxruntime onnxscript opencv-python-headless
    python make_models.py

Weights are random and widths are shrunk, so that a file has less than 300 kB. `expected.json` has, by name of the
folder, the library, and the entropies (nats) of a grid of 2 x 3 regions of picture.png, computed in float64 from the
outputs of ONNX Runtime, or a part of the message of the refusal.
"""
import json
import shutil
import sys
import traceback
import warnings
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from torch import nn
from torch.nn import functional as F

warnings.filterwarnings('ignore')
OUT = Path(__file__).resolve().parent.parent / 'resources' / 'models'
H, W, ROWS, COLS = 96, 128, 2, 3
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
IMAGENET = dict(scale=1 / 255, mean=MEAN, std=STD)
UNIT = dict(scale=1 / 255, mean=(0, 0, 0), std=(1, 1, 1))
RAW = dict(scale=1, mean=(0, 0, 0), std=(1, 1, 1))
SCALE = 12  # random networks are unsure everywhere; larger logits make scores differ

expected = {}


def picture():
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:H, 0:W]
    image = np.stack([90 + 60 * np.sin(x / 17) + y / 3, 60 + x / 1.2 + 20 * np.cos(y / 9), 200 - y - x / 3], -1)
    image[20:60, 30:60] = (210, 40, 30)
    image[50:90, 80:120] = (20, 120, 60)
    return np.clip(image + rng.normal(0, 9, image.shape), 0, 255).astype(np.uint8)


PICTURE = picture()


def prepare(scale, mean, std, bgr=False, nhwc=False, dtype=np.float32, size=None, grey=False):
    image = np.array(Image.fromarray(PICTURE).convert('L'))[..., None] if grey else PICTURE
    if size is not None and size != (H, W):
        image = resize(image.transpose(2, 0, 1).astype(np.float64), size).transpose(1, 2, 0)
    x = image[..., ::-1] if bgr else image
    if dtype == np.uint8:
        x = x.astype(np.uint8)
    else:
        x = ((x.astype(np.float64) * scale - np.array(mean)) / np.array(std)).astype(dtype)
    return np.ascontiguousarray(x[None] if nhwc else x.transpose(2, 0, 1)[None])


def resize(x, size):
    """Bilinear with half-pixel centres and clamped edges, [C,h,w] in float64."""
    if x.shape[1:] == tuple(size):
        return x
    for axis, length in ((1, size[0]), (2, size[1])):
        n = x.shape[axis]
        at = np.clip((np.arange(length) + .5) * n / length - .5, 0, n - 1)
        low = np.floor(at).astype(int)
        high = np.minimum(low + 1, n - 1)
        t = (at - low).reshape([-1 if a == axis else 1 for a in range(3)])
        x = np.take(x, low, axis) * (1 - t) + np.take(x, high, axis) * t
    return x


def softmax(x, axis=0):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def entropy(p, axis=0):
    return -(p * np.log(np.maximum(p, 1e-300))).sum(axis)


def log(p):
    return np.log(np.maximum(p, 1.1754944e-38))


def of_logits(x):
    return entropy(softmax(resize(x, (H, W))))


def of_probabilities(p):
    return of_logits(log(p))


def of_foreground_logit(x):
    return of_logits(np.concatenate([np.zeros_like(x), x]))


def of_foreground(p):
    return of_logits(np.concatenate([log(1 - p), log(p)]))


def of_sigmoid(p):
    p = sigmoid(resize(log(p) - log(1 - p), (H, W)))
    return entropy(np.stack([p, 1 - p])).mean(0)


def of_queries(classes, masks, size):
    p = softmax(classes, 1)[:, :-1]
    s = np.einsum('qc,qhw->chw', p, sigmoid(resize(masks, size)))
    return of_probabilities(s)


def grid(map_):
    """Means of regions of ceil(H/rows) x ceil(W/cols) px, the last ones smaller."""
    h, w = -(-H // ROWS), -(-W // COLS)
    return [float(map_[r * h:(r + 1) * h, c * w:(c + 1) * w].mean()) for r in range(ROWS) for c in range(COLS)]


def export(model, path, example, inputs=('input',), outputs=('output',), opset=17, dynamic=True, dynamo=False):
    model = model.eval()
    axes = {n: {0: 'n', 2: 'h', 3: 'w'} for n in inputs} if dynamic else None
    with torch.no_grad():
        if dynamo:
            torch.onnx.export(model, (example,), str(path), input_names=list(inputs), output_names=list(outputs),
                              opset_version=max(opset, 18), dynamo=True, external_data=False)
        else:
            torch.onnx.export(model, (example,), str(path), input_names=list(inputs), output_names=list(outputs),
                              opset_version=opset, dynamic_axes=axes, dynamo=False)


def strip(path):
    model = onnx.load(path)
    for node in model.graph.node:
        node.doc_string = ''
        del node.metadata_props[:]
    del model.graph.value_info[:]
    del model.graph.metadata_props[:]
    onnx.save(model, path)
    return model


def add(name, library, make, scores=None, refused=None, pre=IMAGENET, files=None, metadata=None, tolerance=1e-5,
        edit=None, shape=(H, W), channels=3, **options):
    """Exports one model. scores: function of the outputs (dict of float64) to a map of entropies."""
    if len(sys.argv) > 1 and not any(name.startswith(each) for each in sys.argv[1:]):
        return
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = folder / 'model.onnx'
    try:
        torch.manual_seed(len(name) * 7 + 3)
        made = make()
        if isinstance(made, onnx.ModelProto):
            onnx.save(made, path)
        else:
            export(made, path, torch.rand(1, *((shape[0], shape[1], channels) if pre.get('nhwc') else (channels, *shape))), **options)
        model = strip(path)
        if edit is not None:
            edited = edit(model)
            model = edited if edited is not None else model
            onnx.save(model, path)
        if metadata:
            helper.set_model_props(model, metadata)
            onnx.save(model, path)
        for file, content in (files or {}).items():
            (folder / file).write_text(content if isinstance(content, str) else json.dumps(content))
        entry = dict(library=library)
        if refused is not None:
            entry['refused'] = refused
        else:
            session = ort.InferenceSession(str(path), providers=['CPUExecutionProvider'])
            fixed = session.get_inputs()[0].shape
            inputs = dict(pre)
            if not inputs.get('nhwc') and isinstance(fixed[2], int):
                inputs['size'] = (fixed[2], fixed[3])
            results = session.run(None, {session.get_inputs()[0].name: prepare(**inputs)})
            values = {o.name: r[0].astype(np.float64) if r.ndim > 2 and r.dtype != bool else r for o, r in zip(session.get_outputs(), results)}
            entry['scores'] = grid(scores(values))
            entry['tolerance'] = tolerance
        expected[name] = entry
        print(f'{name}: {path.stat().st_size} bytes', entry.get('scores', entry.get('refused')), flush=True)
    except Exception:
        traceback.print_exc(limit=3)
        print(f'{name}: FAILED', flush=True)
        shutil.rmtree(folder, ignore_errors=True)


def only(key='output', fn=of_logits):
    return lambda values: fn(values[key])


class Net(nn.Module):
    """A small encoder and decoder with a tail."""

    def __init__(self, classes=5, tail=None, stride=1, front=None, channels=3):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(channels, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(),
                                  nn.Conv2d(8, 12, 3, stride=2, padding=1), nn.ReLU())
        self.head = nn.Conv2d(12, classes, 1)
        self.stride, self.tail, self.front = stride, tail, front
        with torch.no_grad():
            self.head.weight.mul_(SCALE)

    def forward(self, x):
        if self.front is not None:
            x = self.front(x)
        y = self.head(self.down(x))
        if self.stride == 1:
            y = F.interpolate(y, scale_factor=2.0, mode='bilinear', align_corners=False)
        return y if self.tail is None else self.tail(y)


def hidden(name, node_types, fn, index=0, axis=None):
    """Scores from the input of the last node of one of these types."""

    def scores(values):
        path = OUT / name / 'model.onnx'
        model = onnx.load(path)
        node = [n for n in model.graph.node if n.op_type in node_types][-1]
        model.graph.output.append(onnx.ValueInfoProto(name=node.input[index]))
        session = ort.InferenceSession(model.SerializeToString(), providers=['CPUExecutionProvider'])
        options = dict(hidden.pre)
        value = session.run([node.input[index]], {session.get_inputs()[0].name: prepare(**options)})[0]
        value = value[0] if value.ndim == 4 else value
        value = value.astype(np.float64)
        return fn(value if axis != 'last' else value.transpose(2, 0, 1))

    return scores


hidden.pre = IMAGENET

# --- plain networks in torch: ends ---------------------------------------------------------------------------------
T = 'torch'


def softmax_tail(y):
    return torch.softmax(y, 1)


add('logits', T, lambda: Net(), only())
add('logits-dynamo', T, lambda: Net(), only(), dynamo=True)
add('logits-stride2', T, lambda: Net(stride=2), only())
add('logits-opset11', T, lambda: Net(), only(), opset=11)


def old_operators(y):
    y = F.pad(y, (1, 1, 2, 2), value=.5)[:, :, 2:-2, 1:-1]
    y = F.interpolate(F.hardtanh(y, -6, 6), scale_factor=2.0, mode='nearest')
    return F.conv2d(y, torch.eye(5).view(5, 5, 1, 1) * 1.5, stride=2)


add('logits-opset9', T, lambda: Net(tail=old_operators), only(), opset=9)
add('logits-opset10', T, lambda: Net(tail=old_operators), only(), opset=10)
add('topk-opset9', T, lambda: Net(tail=lambda y: torch.topk(torch.softmax(y, 1), 1, dim=1)),
    hidden('topk-opset9', ['TopK'], of_probabilities), outputs=('confidence', 'ids'), opset=9)
add('logits-opset13-fixed', T, lambda: Net(), only(), opset=13, dynamic=False)
add('logits-temperature', T, lambda: Net(tail=lambda y: y / 2.5), only())
add('logits-centred', T, lambda: Net(tail=lambda y: y - y.mean(1, keepdim=True)), only())
add('softmax', T, lambda: Net(tail=softmax_tail), only(fn=of_probabilities))
add('softmax-dynamo', T, lambda: Net(tail=softmax_tail), only(fn=of_probabilities), dynamo=True)
add('softmax-resized', T, lambda: Net(stride=2, tail=lambda y: F.interpolate(torch.softmax(y, 1), scale_factor=2.0)),
    only(fn=of_probabilities))
add('softmax-times-100', T, lambda: Net(tail=lambda y: torch.softmax(y, 1) * 100), only(fn=of_probabilities))
add('log-softmax', T, lambda: Net(tail=lambda y: torch.log_softmax(y, 1)), only())
add('log-of-softmax', T, lambda: Net(tail=lambda y: torch.log(torch.softmax(y, 1) + 1e-8)), only())
add('logsumexp', T, lambda: Net(tail=lambda y: y - torch.logsumexp(y, 1, keepdim=True)), only())
add('sigmoid-over-sum', T, lambda: Net(tail=lambda y: torch.sigmoid(y) / torch.sigmoid(y).sum(1, keepdim=True)),
    only(fn=of_probabilities))
add('exp-over-sum', T, lambda: Net(tail=lambda y: torch.exp(y) / torch.exp(y).sum(1, keepdim=True)),
    only(fn=of_probabilities))
add('softplus-l1', T, lambda: Net(tail=lambda y: F.normalize(F.softplus(y), p=1.0, dim=1)), only(fn=of_probabilities))
add('softmax-nhwc', T, lambda: Net(tail=lambda y: torch.softmax(y, 1).permute(0, 2, 3, 1)),
    lambda v: of_probabilities(v['output'].transpose(2, 0, 1)))
add('logits-nhwc', T, lambda: Net(tail=lambda y: y.permute(0, 2, 3, 1)), lambda v: of_logits(v['output'].transpose(2, 0, 1)))
add('foreground-sigmoid', T, lambda: Net(1, torch.sigmoid), only(fn=of_foreground))
add('foreground-logit', T, lambda: Net(1), only(fn=of_foreground_logit))
add('foreground-of-two', T, lambda: Net(2, lambda y: torch.softmax(y, 1)[:, 1:]), only(fn=of_foreground))
add('foreground-squeezed', T, lambda: Net(1, lambda y: torch.sigmoid(y).squeeze(1)),
    lambda v: of_foreground(v['output'][None]))
add('argmax-batch-removed', T, lambda: Net(tail=lambda y: y[0].argmax(0)), hidden('argmax-batch-removed', ['ArgMax'], of_logits),
    dynamic=False)
COLOURS = torch.arange(15.0).view(5, 3) * 17
add('argmax-colours', T, lambda: Net(tail=lambda y: F.embedding(y.argmax(1), COLOURS)),
    hidden('argmax-colours', ['ArgMax'], of_logits))
add('complement', T, lambda: Net(1, lambda y: torch.cat([1 - torch.sigmoid(y), torch.sigmoid(y)], 1)),
    only(fn=of_probabilities))
add('sigmoid-channels', T, lambda: Net(tail=torch.sigmoid), only(fn=of_sigmoid))
add('argmax', T, lambda: Net(tail=lambda y: y.argmax(1)), hidden('argmax', ['ArgMax'], of_logits))
add('argmax-uint8', T, lambda: Net(tail=lambda y: y.argmax(1).to(torch.uint8)), hidden('argmax-uint8', ['ArgMax'], of_logits))
add('argmax-float-keepdim', T, lambda: Net(tail=lambda y: y.argmax(1, keepdim=True).float()),
    hidden('argmax-float-keepdim', ['ArgMax'], of_logits))
add('argmax-of-softmax', T, lambda: Net(tail=lambda y: torch.softmax(y, 1).argmax(1)),
    hidden('argmax-of-softmax', ['ArgMax'], of_probabilities))
add('argmax-resized', T,
    lambda: Net(stride=2, tail=lambda y: F.interpolate(y.argmax(1, keepdim=True).float(), scale_factor=2.0, mode='nearest')),
    hidden('argmax-resized', ['ArgMax'], of_logits))
add('argmax-nhwc', T, lambda: Net(tail=lambda y: y.permute(0, 2, 3, 1).argmax(3)),
    hidden('argmax-nhwc', ['ArgMax'], of_logits, axis='last'))
add('topk', T, lambda: Net(tail=lambda y: torch.topk(torch.softmax(y, 1), 1, dim=1)),
    hidden('topk', ['TopK'], of_probabilities), outputs=('confidence', 'ids'))
add('max', T, lambda: Net(tail=lambda y: torch.softmax(y, 1).amax(1, keepdim=True)),
    hidden('max', ['ReduceMax'], of_probabilities))
add('threshold', T, lambda: Net(1, lambda y: torch.sigmoid(y) > .5), hidden('threshold', ['Greater'], of_foreground))
add('threshold-uint8', T, lambda: Net(1, lambda y: (torch.sigmoid(y) > .5).to(torch.uint8) * 255),
    hidden('threshold-uint8', ['Greater'], of_foreground))
add('threshold-logit', T, lambda: Net(1, lambda y: (y > 0).float()), hidden('threshold-logit', ['Greater'], of_foreground_logit))
add('scores-and-ids', T, lambda: Net(tail=lambda y: (torch.softmax(y, 1), y.argmax(1))), only('probs', of_probabilities),
    outputs=('probs', 'ids'))


class Supervised(nn.Module):
    """Side outputs, and one fused from all of them, as U2-Net has them."""

    def __init__(self):
        super().__init__()
        self.net, self.sides, self.fuse = Net(8), nn.ModuleList([nn.Conv2d(8, 1, 1) for _ in range(3)]), nn.Conv2d(3, 1, 1)

    def forward(self, x):
        y = torch.relu(self.net(x))
        sides = [side(y) for side in self.sides]
        return tuple(torch.sigmoid(z) for z in [self.fuse(torch.cat(sides, 1))] + sides)


add('fused-of-sides', T, Supervised, only('d0', of_foreground), outputs=('d0', 'd1', 'd2', 'd3'))
add('auxiliary', T, lambda: Net(tail=lambda y: (y, y[:, :, ::2, ::2] * 2)), only('out'), outputs=('out', 'aux'))

# --- what has to be asked about or refused --------------------------------------------------------------------------
ASK = 'what its numbers are is not clear'
add('ask-l2', T, lambda: Net(tail=lambda y: F.normalize(y, dim=1)), refused=ASK)
add('ask-tanh', T, lambda: Net(tail=torch.tanh), refused=ASK)
add('ask-relu', T, lambda: Net(tail=torch.relu), refused=ASK)
add('ask-silu', T, lambda: Net(tail=F.silu), refused=ASK)
add('ask-softmax-of-rows', T, lambda: Net(tail=lambda y: torch.softmax(y, 2)), refused=ASK)
add('ask-masked-softmax', T, lambda: Net(tail=lambda y: torch.softmax(y, 1) * (torch.softmax(y, 1) > .3)), refused=ASK)
add('ask-min-max', T, lambda: Net(tail=lambda y: (y - y.amin(1, keepdim=True)) / (y.amax(1, keepdim=True) - y.amin(1, keepdim=True))),
    refused=ASK)
add('ask-log2', T, lambda: Net(tail=lambda y: torch.log_softmax(y, 1) * 1.442695), refused=ASK)
add('ask-complement', T, lambda: Net(tail=lambda y: 1 - torch.softmax(y, 1)), refused=ASK)
add('ask-disparity', T, lambda: Net(1, torch.sigmoid), refused='neither the probability nor the logit', outputs=('disparity',))
add('ask-depth', T, lambda: Net(1, torch.relu), refused='neither the probability nor the logit')


class Prototypes(nn.Module):
    """Detections with mask coefficients, and prototypes, as YOLO-seg has them."""

    def __init__(self):
        super().__init__()
        self.net = Net(8, F.silu, stride=2)
        self.detect = nn.Conv2d(8, 4 + 6 + 8, 3, stride=2, padding=1)

    def forward(self, x):
        protos = self.net(x)
        return self.detect(protos).flatten(2), protos


add('refuse-prototypes', T, Prototypes, refused='instance segmentation', outputs=('output0', 'output1'))


class Video(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv3d(3, 5, 3, padding=1)

    def forward(self, x):
        return self.conv(x.unsqueeze(2).repeat(1, 1, 2, 1, 1))


add('refuse-volume', T, Video, refused='has 5 axes')

# --- preprocessing inside the graph -----------------------------------------------------------------------------------


def normalise(scale):
    mean = torch.tensor(MEAN).view(1, 3, 1, 1)
    std = torch.tensor(STD).view(1, 3, 1, 1)
    return lambda x: (x / scale - mean) / std


add('inside-bytes', T, lambda: Net(front=normalise(255.0)), only(), pre=RAW)
add('inside-unit', T, lambda: Net(front=normalise(1.0)), only(), pre=UNIT)
add('inside-div255', T, lambda: Net(front=lambda x: x / 255.0), only(), pre=RAW)
add('inside-mul255', T, lambda: Net(front=lambda x: x * (1 / 255.0)), only(), pre=RAW)
add('inside-mean-of-bytes', T, lambda: Net(front=lambda x: (x - torch.tensor([123.675, 116.28, 103.53]).view(1, 3, 1, 1)) / 58.0),
    only(), pre=RAW)
add('inside-to-symmetric', T, lambda: Net(front=lambda x: x / 127.5 - 1), only(), pre=RAW)
add('inside-unit-to-symmetric', T, lambda: Net(front=lambda x: x * 2 - 1), only(), pre=UNIT)
add('inside-ask', T, lambda: Net(front=lambda x: x * .5), refused='not in a way that tells')
add('inside-identity', T, lambda: Net(front=lambda x: x * torch.ones(1, 3, 1, 1)), only())
add('inside-bgr', T, lambda: Net(front=lambda x: normalise(255.0)(x.flip(1))), only(), pre=dict(RAW, bgr=True))

# --- inputs of one channel ---------------------------------------------------------------------------------------------
GREY = dict(UNIT, mean=(0,), std=(1,), grey=True)
add('grey', T, lambda: Net(channels=1), only(), pre=GREY, channels=1)
add('grey-fixed', T, lambda: Net(channels=1), only(), pre=GREY, channels=1, dynamic=False, shape=(64, 80))
add('grey-foreground', T, lambda: Net(1, torch.sigmoid, channels=1), only(fn=of_foreground), pre=GREY, channels=1)
add('grey-inside-bytes', T, lambda: Net(front=lambda x: (x / 255 - .4) / .2, channels=1), only(), channels=1,
    pre=dict(RAW, mean=(0,), std=(1,), grey=True))
add('grey-file', T, lambda: Net(channels=1), only(), pre=dict(GREY, mean=(.5,), std=(.25,)), channels=1, files={
    'preprocessing.json': dict(mean=[.5], std=[.25], input_range=[0, 1])})
add('grey-nhwc', T, lambda: Net(front=lambda x: x.permute(0, 3, 1, 2), channels=1), only(), pre=dict(GREY, nhwc=True), channels=1,
    dynamic=False)
add('grey-repeated', T, lambda: Net(front=lambda x: x.repeat(1, 3, 1, 1)), only(), pre=GREY, channels=1)
add('refuse-bands', T, lambda: Net(channels=4), refused='tell which bands of the image files they are', channels=4)

# --- files beside the model -------------------------------------------------------------------------------------------
HALF = dict(scale=1 / 255, mean=(.5, .5, .5), std=(.5, .5, .5))
add('file-preprocessor', T, lambda: Net(), only(), pre=HALF, files={'preprocessor_config.json': dict(
    do_rescale=True, rescale_factor=1 / 255, do_normalize=True, image_mean=[.5, .5, .5], image_std=[.5, .5, .5]),
    'config.json': dict(id2label={str(i): n for i, n in enumerate(['sky', 'road', 'car', 'tree', 'house'])})})
add('file-preprocessor-rescale', T, lambda: Net(), only(), pre=UNIT, files={'preprocessor_config.json': dict(
    do_rescale=True, rescale_factor=1 / 255, do_normalize=False)})
add('file-preprocessor-raw', T, lambda: Net(), only(), pre=RAW, files={'preprocessor_config.json': dict(
    do_rescale=False, do_normalize=False)})
add('file-ask-twice', T, lambda: Net(front=normalise(255.0)), refused='done twice', files={'preprocessor_config.json': dict(
    do_rescale=True, rescale_factor=1 / 255, do_normalize=True, image_mean=list(MEAN), image_std=list(STD))})
add('file-pipeline', T, lambda: Net(), only(), pre=dict(scale=1, mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375)),
    files={'pipeline.json': dict(pipeline=dict(tasks=[dict(transforms=[dict(type='LoadImageFromFile'), dict(
        type='Normalize', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=True)])]))})
add('file-deploy', T, lambda: Net(tail=softmax_tail), only(fn=of_probabilities), pre=HALF, files={
    'deploy.yaml': 'Deploy:\n  model: model.pdmodel\n  transforms:\n  - type: Normalize\n  output_op: softmax\n'})
add('file-smp', T, lambda: Net(), only(), pre=dict(UNIT, bgr=True), files={'preprocessing.json': dict(
    input_space='BGR', input_range=[0, 1], mean=[0, 0, 0], std=[1, 1, 1])})
add('file-metadata', T, lambda: Net(), only(), pre=dict(scale=1, mean=(120, 110, 100), std=(60, 61, 62), bgr=True), metadata=dict(
    preprocessing=json.dumps(dict(mean=[120, 110, 100], std=[60, 61, 62], input_space='BGR')), classes='a, b, c, d, e'))
add('file-ultralytics', T, lambda: Net(), only(), pre=UNIT, metadata=dict(
    author='Ultralytics', task='semantic', stride='32', names="{0: 'a', 1: 'b', 2: 'c', 3: 'd', 4: 'e'}", imgsz='[96, 128]'))

exec(Path(__file__).with_name('model_libraries.py').read_text())

cv2.imwrite(str(OUT / 'picture.png'), PICTURE[..., ::-1])
table = OUT / 'expected.json'
if len(sys.argv) > 1 and table.exists():
    expected = {**json.loads(table.read_text()), **expected}
table.write_text(json.dumps(dict(sorted(expected.items())), indent=1) + '\n')

"""Flip-entropy region scoring of an FCN on ResNet in PyTorch, on decoded images: one JSON line per size and batch.

Random weights; fp16 with channels last on a GPU, float32 on the CPU."""
import argparse
import json
import time

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    """A bottleneck block, or a basic one for depths below 50."""

    def __init__(self, channels, width, stride, dilation, bottleneck):
        super().__init__()
        out = width * (4 if bottleneck else 1)
        if bottleneck:
            shapes = [(channels, width, 1, 1, 1), (width, width, 3, stride, dilation), (width, out, 1, 1, 1)]
        else:
            shapes = [(channels, width, 3, stride, dilation), (width, out, 3, 1, dilation)]
        layers = []
        for i, (a, b, k, s, d) in enumerate(shapes):
            layers += [nn.Conv2d(a, b, k, s, d * (k // 2), d, bias=False), nn.BatchNorm2d(b)]
            if i < len(shapes) - 1:
                layers.append(nn.ReLU(inplace=True))
        self.body = nn.Sequential(*layers)
        self.skip = nn.Identity()
        if stride > 1 or channels != out:
            self.skip = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        return F.relu(self.body(x) + self.skip(x))


class Fcn(nn.Module):
    """Output stride 8, as in EquAL."""

    def __init__(self, depth, classes=19):
        super().__init__()
        counts = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}[depth]
        bottleneck = depth >= 50
        layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
        channels = 64
        for stage, (count, stride, dilation) in enumerate(zip(counts, (1, 2, 1, 1), (1, 1, 2, 4))):
            for i in range(count):
                width = 64 << stage
                layers.append(Block(channels, width, stride if i == 0 else 1, dilation, bottleneck))
                channels = width * (4 if bottleneck else 1)
        middle = channels // 4
        layers += [nn.Conv2d(channels, middle, 3, padding=1, bias=False), nn.BatchNorm2d(middle), nn.ReLU(inplace=True),
                   nn.Conv2d(middle, classes, 1)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return F.interpolate(self.body(x), x.shape[2:], mode="bilinear", align_corners=False)


def entropy(logits):
    logs = F.log_softmax(logits.float(), 1)
    return -(logs.exp() * logs).sum(1)


@torch.inference_mode()
def measure(net, device, size, batch, seconds):
    height, width = size
    gpu = device != "cpu"
    raw = torch.randint(0, 256, (batch, height, width, 3), dtype=torch.uint8)

    def score():
        x = raw.to(device).permute(0, 3, 1, 2).float() / 255 - 0.5
        x = torch.cat([x, x.flip(3)]).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cuda", torch.float16, enabled=gpu):
            first, second = net(x).chunk(2)
        h = entropy(first) + entropy(second).flip(2)
        return F.avg_pool2d(h[:, None], (height // 5, width // 5)).cpu()

    for _ in range(3):
        score()
    start, runs = time.time(), 0
    while runs == 0 or time.time() - start < seconds:
        score()
        runs += 1
    return batch * runs / (time.time() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--depth", type=int, default=50)
    parser.add_argument("--sizes", default="360x480,512x1024")
    parser.add_argument("--batches", default="1,8")
    parser.add_argument("--seconds", type=float, default=2)
    args = parser.parse_args()
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = True
    net = Fcn(args.depth).eval().to(args.device).to(memory_format=torch.channels_last)
    for size in args.sizes.split(","):
        for batch in map(int, args.batches.split(",")):
            line = {"by": "torch " + torch.__version__, "what": "decoded", "size": size,
                    "precision": "fp32" if args.device == "cpu" else "fp16", "batch": batch}
            try:
                rate = measure(net, args.device, tuple(map(int, size.split("x"))), batch, args.seconds)
                line["per_second"] = round(rate, 2)
            except RuntimeError as e:
                line["error"] = str(e).splitlines()[0]
            print(json.dumps(line, separators=(",", ":")), flush=True)


main()

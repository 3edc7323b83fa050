"Classifiers of others: each kind of file gives the probabilities of the original, gradients, and a frontier; and what is wrong with one is said."
import os
os.environ['KERAS_BACKEND'] = 'torch'
import copy, pickle, subprocess, sys, warnings

import numpy as np
import pytest
import torch
import torchvision
from torch import nn

from gen_explain.core import model_fingerprint
from gen_explain.data import ImageData
from gen_explain.classifiers import Classifier, evaluate, predict_proba
from gen_explain.loading import load_classifier
from gen_explain.checking import check_classifier
from gen_explain.vae import train_vae
from gen_explain.frontiers import find_frontier

CLASSES, SIZE = ['left', 'right'], 32
MEAN, STD = [.485, .456, .406], [.229, .224, .225]


def images(n, seed, channels=3):
    "A bright blot left or right of the middle, of any colour, on dark noise."
    g = torch.Generator().manual_seed(seed)
    at, y = torch.rand(n, generator=g)*20 + 6, None
    y = (at > 16).long()
    row = torch.rand(n, generator=g)*16 + 8
    yy, xx = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), indexing='ij')
    blot = torch.exp(-((xx - at.view(-1, 1, 1))**2 + (yy - row.view(-1, 1, 1))**2)/24)[:, None]
    color = .5 + .5*torch.rand(n, channels, 1, 1, generator=g)
    return ImageData.from_floats((blot*color + .05*torch.rand(n, channels, SIZE, SIZE, generator=g)).clamp(0, 1), y, CLASSES)


def fit(net, data, prepare, loss, steps=60):
    torch.manual_seed(0)
    opt = torch.optim.AdamW(net.train().parameters(), 2e-3)
    for i in range(steps):
        ix = torch.randint(len(data), (64,))
        opt.zero_grad()
        loss(net(prepare(data.floats(ix))), data.y[ix]).backward()
        opt.step()
    return net.eval()


@pytest.fixture(scope='module')
def data(): return images(1200, 0)


@pytest.fixture(scope='module')
def test(): return images(300, 1)


@pytest.fixture(scope='module')
def vae(data):
    os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'
    return train_vae(data, nz=8, width=.25, epochs=8, seed=0)


@pytest.fixture(scope='module')
def resnet(data):
    torch.manual_seed(0)
    net = torchvision.models.resnet18(num_classes=2)
    mean, std = torch.tensor(MEAN).view(3, 1, 1), torch.tensor(STD).view(3, 1, 1)
    return fit(net, data, lambda x: (x - mean)/std, nn.functional.cross_entropy, 25)


class WithSoftmax(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net
    def forward(self, x): return self.net(x).softmax(1)


def keras_net(out):
    import keras
    keras.utils.set_random_seed(0)
    l = keras.layers
    return keras.Sequential([l.Input((SIZE, SIZE, 3)), l.Conv2D(8, 3, strides=2, activation='relu'), l.BatchNormalization(), l.Conv2D(16, 3, strides=2, activation='relu'), l.Flatten(), l.Dropout(.2),
                             l.Dense(1, activation='sigmoid') if out == 'sigmoid' else l.Dense(2, activation='softmax')])


@pytest.fixture(scope='module')
def keras_models(data):
    made = {}
    for out in ('softmax', 'sigmoid'):
        m = keras_net(out)
        m.compile('adam', 'binary_crossentropy' if out == 'sigmoid' else 'sparse_categorical_crossentropy')
        m.fit(data.floats().permute(0, 2, 3, 1).numpy(), data.y.numpy(), batch_size=64, epochs=3, verbose=0)
        made[out] = m
    return made


def onnx_export(net, path, n=2, dynamic=True):
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        torch.onnx.export(net, (torch.rand(n, 3, SIZE, SIZE),), str(path), dynamo=False, input_names=['x'], dynamic_axes={'x': {0: 'n'}} if dynamic else None)


ARGS = dict(classes=CLASSES, mean=MEAN, std=STD)
KINDS = ['torchvision', 'onnx', 'onnx with softmax', 'onnx of one image', 'torchscript', 'pt2', 'pt2 of one image', 'keras softmax', 'h5 softmax', 'keras sigmoid', 'h5 sigmoid', 'timm']


@pytest.fixture(scope='module')
def load(resnet, keras_models, tmp_path_factory):
    "By kind: the classifier as a user loads it, and the original as a function of images in [0, 1] to probabilities."
    tmp, cache = tmp_path_factory.mktemp('models'), {}
    mean, std = torch.tensor(MEAN).view(3, 1, 1), torch.tensor(STD).view(3, 1, 1)
    original = lambda x: resnet((x - mean)/std).softmax(1)
    example = torch.rand(2, 3, SIZE, SIZE)

    def make(kind):
        if kind == 'torchvision': return load_classifier(resnet, size=SIZE, **ARGS), original
        if kind.startswith('onnx'):
            path = tmp/f'{kind.replace(" ", "-")}.onnx'
            onnx_export(WithSoftmax(resnet).eval() if 'softmax' in kind else resnet, path, *((1, False) if 'one' in kind else ()))
            return load_classifier(path, **ARGS), original
        if kind == 'torchscript':
            torch.jit.trace(resnet, example).save(str(tmp/'net.pt'))
            return load_classifier(tmp/'net.pt', size=SIZE, trust=True, **ARGS), original
        if kind.startswith('pt2'):
            one = 'one' in kind
            torch.export.save(torch.export.export(resnet, (example[:1 + (not one)],), dynamic_shapes=None if one else ({0: torch.export.Dim('n')},)), tmp/'net.pt2')
            return load_classifier(tmp/'net.pt2', trust=True, **ARGS), original
        if kind == 'timm':
            import timm
            torch.manual_seed(0)
            net = timm.create_model('resnet10t', pretrained=False, num_classes=2).eval()
            net.pretrained_cfg = net.pretrained_cfg | dict(input_size=(3, SIZE, SIZE))
            m, s = (torch.tensor(net.pretrained_cfg[k]).view(3, 1, 1) for k in ('mean', 'std'))
            return load_classifier(net, classes=CLASSES), lambda x: net((x - m)/s).softmax(1)
        suffix, out = kind.split()
        model = keras_models[out]
        model.save(tmp/f'{out}.{suffix}')
        def probs(x):
            p = torch.tensor(np.asarray(model.predict(x.permute(0, 2, 3, 1).numpy(), verbose=0)))
            return torch.cat([1 - p, p], 1) if p.shape[1] == 1 else p
        return load_classifier(tmp/f'{out}.{suffix}', classes=CLASSES), probs

    def get(kind):
        if kind not in cache: cache[kind] = make(kind)
        return cache[kind]
    return get


@pytest.mark.parametrize('kind', KINDS)
def test_same_probabilities(kind, load, test):
    clf, original = load(kind)
    with torch.no_grad(): want = original(test.floats(slice(0, 40)))
    off = (predict_proba(clf, test[:40]) - want).abs().max().item()
    print(f'{kind}: off by {off:.1e}; accuracy {evaluate(clf, test)["accuracy"]:.1%}')
    assert off < 1e-4 and len({*clf.probs(test.floats(slice(0, 7))).argmax(1).shape}) == 1
    if kind == 'onnx of one image' or kind.startswith(('keras', 'h5')):
        f = clf.features(test.floats(slice(0, 5)))
        assert f.shape[0] == 5 and f.ndim == 2
    twin = copy.deepcopy(clf)
    assert torch.equal(predict_proba(twin, test[:9]), predict_proba(clf, test[:9])) and model_fingerprint(twin) == model_fingerprint(clf)
    assert clf.size == SIZE and clf.channels == 3 and clf.output == 'logits' and not any(p.requires_grad for p in clf.parameters())


@pytest.mark.parametrize('kind', KINDS)
def test_gradients(kind, load, test):
    "Along the gradient and along a random direction, against central differences; in double precision where the network has it."
    clf, _ = load(kind)
    double = not kind.startswith(('keras', 'h5', 'torchscript', 'pt2'))
    if double: clf = clf.double()
    x = test.floats(slice(3, 6)).to(clf.mean.dtype).requires_grad_()
    f = lambda x: (clf(x)[:, 1] - clf(x)[:, 0]).sum()
    g, = torch.autograd.grad(f(x), x)
    assert g.abs().max() > 0
    step = 1e-6 if double else 1e-2
    with torch.no_grad():
        for d in (g/g.norm(), (r := torch.randn(g.shape, generator=torch.Generator().manual_seed(0)).to(g))/r.norm()):
            numeric = (f(x + step*d) - f(x - step*d))/(2*step)
            assert abs(numeric - (g*d).sum()) < (1e-3 if double else 3e-2)*max(1., abs(numeric)), (kind, numeric, (g*d).sum())
    if double: clf.float()


@pytest.mark.parametrize('kind', [k for k in KINDS if k != 'timm'])                   # that one is not trained
def test_a_frontier(kind, load, vae, data):
    clf, _ = load(kind)
    found = find_frontier(vae, clf, {'left': .5, 'right': .5}, n=6, data=data.subset(slice(0, 200)), pool=500, rounds=1, seed=0)
    print(kind, found)
    assert found.hit.float().mean() >= .5
    p = clf.probs(found.images[found.hit])
    assert ((p - .5).abs() <= .0501).all()


@pytest.mark.parametrize('kind', [k for k in KINDS if k not in ('timm', 'onnx with softmax')])
def test_retraining(kind, load, data, tmp_path):
    "The corrections say the opposite of what it learnt: the retrained one has moved, the first has not, and what was saved is read back."
    from gen_explain.retraining import retrain
    clf, _ = load(kind)
    some = data.subset(slice(0, 96))
    opposite = ImageData(some.x, 1 - some.y, CLASSES)
    before = predict_proba(clf, some)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')                               # that it is worse is the point
        new = retrain(clf, opposite, some, valid=some, epochs=1, lr=1e-3, patience=9, out=tmp_path/'out')
        again = retrain(clf, opposite, some, valid=some, epochs=1, lr=1e-3, patience=9, out=tmp_path/'out')
    assert torch.equal(predict_proba(clf, some), before) and (predict_proba(new, some) - before).abs().max() > 1e-3
    assert torch.allclose(predict_proba(again, some), predict_proba(new, some), atol=1e-5)


def test_what_a_file_does_not_say_is_asked_for(load, resnet, tmp_path):
    load('torchscript'), load('onnx')
    with pytest.raises(ValueError, match='size: the network does not say it; give size=...'): load_classifier(resnet, classes=CLASSES)
    onnx_export(resnet, tmp_path/'a.onnx')
    with pytest.raises(ValueError, match=r'classes: the network gives 2 numbers per image and no names; give classes=\[2 names'): load_classifier(tmp_path/'a.onnx')
    with pytest.raises(ValueError, match="classes: 3 names, but the network gives"): predict_proba(load_classifier(tmp_path/'a.onnx', classes=['a', 'b', 'c']), torch.rand(2, 3, 32, 32))
    import onnx
    m = onnx.load(tmp_path/'a.onnx')
    m.metadata_props.add(key='names', value="{0: 'left', 1: 'right'}")
    onnx.save(m, tmp_path/'b.onnx')
    assert load_classifier(tmp_path/'b.onnx', mean=MEAN, std=STD).classes == CLASSES


def test_torchvisions_transforms(resnet, test):
    weights = torchvision.models.ResNet18_Weights.DEFAULT
    clf = load_classifier(resnet, classes=CLASSES, preprocess=weights.transforms())
    x = test.floats(slice(0, 4)).requires_grad_()
    assert clf.size == 224 and torch.autograd.grad(clf(x).sum(), x)[0].abs().sum() > 0
    assert torch.allclose(clf(x), resnet(weights.transforms()(x)), atol=1e-5)


@pytest.mark.parametrize('name, size', [('mobilenet_v3_small', 64), ('efficientnet_b0', 64), ('convnext_tiny', 64), ('vit_b_16', 64), ('shufflenet_v2_x0_5', 64)])
def test_onnx_of_common_networks(name, size, tmp_path):
    torch.manual_seed(0)
    net = getattr(torchvision.models, name)(num_classes=4, **(dict(image_size=64) if 'vit' in name else {})).eval()
    x = torch.rand(3, 3, size, size)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        torch.onnx.export(net, (x[:2],), str(tmp_path/'a.onnx'), dynamo=False, input_names=['x'], dynamic_axes={'x': {0: 'n'}})
    clf = load_classifier(tmp_path/'a.onnx', classes=list('abcd'))
    with torch.no_grad(): assert (clf.probs(x) - net(x).softmax(1)).abs().max() < 1e-4


def test_an_unsupported_operator_is_named(tmp_path):
    import onnx
    from onnx import TensorProto, helper
    graph = lambda nodes, c=3, kind=TensorProto.FLOAT, outs=('y',): helper.make_graph(nodes, 'g', [helper.make_tensor_value_info('x', kind, ['n', c, 8, 8])], [helper.make_tensor_value_info(o, kind, ['n', 'k']) for o in outs])
    def saved(g):
        onnx.save(helper.make_model(g, opset_imports=[helper.make_opsetid('', 17), helper.make_opsetid('ai.acme', 1)], ir_version=8), tmp_path/'a.onnx')
        return tmp_path/'a.onnx'
    for g, why in ((graph([helper.make_node('Fancy', ['x'], ['y'], domain='ai.acme')]), 'the operators ai.acme.Fancy are none of ONNX'), (graph([helper.make_node('Abs', ['x'], ['y'])], 2), 'its input has 2 channels; expected 1 or 3'),
                   (graph([helper.make_node('Abs', ['x'], ['y'])], 3, TensorProto.INT32), 'expected FLOAT'), (graph([helper.make_node('Abs', ['x'], ['y']), helper.make_node('Neg', ['x'], ['z'])], 3, outs=('y', 'z')), 'expected one output, or one that is called logits, got 2: y, z')):
        with pytest.raises(ValueError, match=why): load_classifier(saved(g), classes=['a', 'b'])


def test_nothing_is_unpickled(tmp_path):
    class Evil:
        def __reduce__(self): return (os.system, (f'touch {tmp_path/"ran"}',))
    (tmp_path/'model.pt').write_bytes(pickle.dumps(Evil()))
    torch.save(Evil(), tmp_path/'zip.pt')
    for name in ('model.pt', 'zip.pt'):
        for trust in (False, True):
            with pytest.raises(ValueError, match='a pickle, which is never opened'): load_classifier(tmp_path/name, classes=CLASSES, size=8, channels=3, trust=trust)
    assert not (tmp_path/'ran').exists()


def test_programs_need_trust(load, tmp_path):
    net = nn.Sequential(nn.Flatten(), nn.Linear(192, 2))
    torch.jit.trace(net, torch.rand(1, 3, 8, 8)).save(str(tmp_path/'a.pt'))
    torch.export.save(torch.export.export(net, (torch.rand(2, 3, 8, 8),)), tmp_path/'a.pt2')
    for name in ('a.pt', 'a.pt2'):
        with pytest.raises(ValueError, match='give trust=True; from a stranger ask for an ONNX file'): load_classifier(tmp_path/name, classes=CLASSES)


def test_several_sigmoids_are_refused(tmp_path):
    import keras
    l = keras.layers
    m = keras.Sequential([l.Input((8, 8, 3)), l.Flatten(), l.Dense(3, activation='sigmoid')])
    net = nn.Sequential(nn.Flatten(), nn.Linear(192, 3), nn.Sigmoid())
    m.save(tmp_path/'a.keras'), m.save(tmp_path/'a.h5')
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        torch.onnx.export(net, (torch.rand(2, 3, 8, 8),), str(tmp_path/'a.onnx'), dynamo=False)
    for source in (tmp_path/'a.keras', tmp_path/'a.h5', tmp_path/'a.onnx', net):
        with pytest.raises(ValueError, match='one sigmoid per class'): load_classifier(source, classes=list('abc'), size=8, channels=3)


def test_output_describes_the_file(load, keras_models, tmp_path):
    "A softmax that was taken off is still true of the file; probabilities that are none are refused."
    load('h5 softmax'), keras_models['softmax'].save(tmp_path/'a.h5')
    a, b = load_classifier(tmp_path/'a.h5', classes=CLASSES, output='probs'), load_classifier(tmp_path/'a.h5', classes=CLASSES)
    x = torch.rand(3, 3, SIZE, SIZE)
    assert torch.equal(a.probs(x), b.probs(x))
    torch.manual_seed(0)
    with pytest.raises(ValueError, match="'probs' was said"): load_classifier(nn.Sequential(nn.Flatten(), nn.Linear(192, 3)), classes=list('abc'), size=8, output='probs', channels=3)


def test_a_correct_classifier_of_middling_accuracy_raises_no_alarm():
    "Its mistakes are anew by chance for each way of giving the images: none of these is better, however often one looks."
    class Noisy(nn.Module):
        def __init__(self, seed):
            super().__init__()
            self.w = nn.Parameter(torch.randn(3*SIZE*SIZE, 3, generator=torch.Generator().manual_seed(seed)))
        def forward(self, x):
            c = x.mean((2, 3))
            return (c - c.mean(1, keepdim=True))/c.std(1, keepdim=True).clamp_min(1e-6) + 4*torch.sin(1e4*(x.flatten(1) @ self.w))
    checks = [check_classifier(Classifier(Noisy(seed), COLORS, size=SIZE, channels=3), colored(100, seed)) for seed in range(40)]
    accuracies = [c.rows[0]['accuracy'] for c in checks]
    print(f'accuracy {min(accuracies):.0%} to {max(accuracies):.0%}; alarms: {sum(not c.ok for c in checks)} of 40')
    assert .35 < sum(accuracies)/40 < .8 and sum(not c.ok for c in checks) <= 1


def test_a_lambda_layer_is_not_loaded(tmp_path):
    import keras
    l = keras.layers
    m = keras.Sequential([l.Input((8, 8, 3)), l.Lambda(lambda x: x*2), l.Flatten(), l.Dense(2, activation='softmax')])
    for name in ('a.keras', 'a.h5'):
        m.save(tmp_path/name)
        with pytest.raises(ValueError, match='holds code and is not loaded'): load_classifier(tmp_path/name, classes=CLASSES)


def test_a_rescaling_layer_is_understood(tmp_path):
    import keras
    l = keras.layers
    for name, scale in (('a.keras', l.Rescaling(1/255)), ('a.h5', l.Rescaling(1/127.5, offset=-1))):
        keras.utils.set_random_seed(1)
        m = keras.Sequential([l.Input((8, 8, 3)), scale, l.Conv2D(4, 3), l.Flatten(), l.Dense(3)])
        m.save(tmp_path/name)
        x = torch.rand(5, 3, 8, 8)
        clf = load_classifier(tmp_path/name, classes=list('abc'))
        assert (clf.probs(x).detach() - torch.tensor(m.predict(255*x.permute(0, 2, 3, 1).numpy(), verbose=0)).softmax(1)).abs().max() < 1e-4


def test_keras_on_another_backend_is_said():
    "A stand-in for Keras: the other backends are not installed here."
    code = "import sys, types; sys.modules['keras'] = types.SimpleNamespace(config=types.SimpleNamespace(backend=lambda: 'numpy')); from gen_explain.keras_files import _keras; _keras()"
    r = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
    assert 'Keras runs on numpy here' in r.stderr and 'restart the kernel' in r.stderr


@pytest.mark.parametrize('module, extra, name', [('onnx2pytorch', 'onnx', 'a.onnx'), ('keras', 'keras', 'a.h5')])
def test_what_is_missing_says_how_to_install_it(module, extra, name, tmp_path):
    (tmp_path/name).write_bytes(b'\x89HDF\r\n\x1a\n' if extra == 'keras' else b'x')
    code = f"import sys; sys.modules['{module}'] = None; from gen_explain.foreign import read_network; read_network({str(tmp_path/name)!r})"
    r = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
    assert f"pip install 'gen_explain[{extra}]'" in r.stderr, r.stderr


# What is wrong with a classifier is found, and the argument that mends it, mends it.

class Scaled(nn.Module):
    def __init__(self, net, f):
        super().__init__()
        self.net, self.f = net, f
    def forward(self, x): return self.net(self.f(x))


COLORS = ['red', 'green', 'blue']

def colored(n, seed):
    "A blot of one colour: its place says nothing."
    d = images(n, seed)
    y = torch.randint(3, (n,), generator=torch.Generator().manual_seed(seed))
    keep = torch.full((n, 3, 1, 1), .2)
    keep[torch.arange(n), y] = 1.
    return ImageData.from_floats(d.floats()*keep, y, COLORS)


WRONG = {
    'expects 0 to 255': (lambda net: Scaled(net, lambda x: x/255), 'mean=0., std=1/255'),
    'expects [-1, 1]': (lambda net: Scaled(net, lambda x: (x + 1)/2), 'mean=.5, std=.5'),
    'has its classes in another order': (lambda net: net, None),
    'expects BGR': (lambda net: Scaled(net, lambda x: x.flip(1)), None),
    'gives probabilities': (lambda net: WithSoftmax(net), "output='probs'"),
    'expects light on dark': (lambda net: Scaled(net, lambda x: 1 - x), None),
}


@pytest.fixture(scope='module')
def color_net():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.Conv2d(8, 8, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3))
    return fit(net, colored(1000, 3), lambda x: x, nn.functional.cross_entropy, 500)


@pytest.mark.parametrize('what', WRONG)
def test_what_is_wrong_is_found_and_mended(what, color_net):
    wrap, args = WRONG[what]
    data = colored(400, 4)
    good = load_classifier(color_net, classes=COLORS, size=SIZE, channels=3)
    assert check_classifier(good, data).ok and evaluate(good, data)['accuracy'] > .95
    net, order = wrap(color_net), 'order' in what
    clf = Classifier(net, ['green', 'blue', 'red'] if order else COLORS, size=SIZE, channels=3)
    check = check_classifier(clf, data)
    print(check)
    assert not check.ok
    if order: assert check.findings[0][1] == f'classes={COLORS}'
    elif args:
        mended = load_classifier(net, classes=COLORS, size=SIZE, channels=3, **eval(f'dict({args})'))
        assert check.findings[0][1] == args and check_classifier(mended, data).ok
    else:
        mended = Classifier(net, COLORS, size=SIZE, channels=3, preprocess=eval(check.findings[0][1].split('preprocess=')[1], dict(clf=clf, torch=torch)))
        assert check_classifier(mended, data).rows[0]['accuracy'] > .95


def test_training_mode_is_noticed():
    class Drop(nn.Module):
        def __init__(self):
            super().__init__()
            self.last = nn.Linear(3*SIZE*SIZE, 2)
        def forward(self, x): return self.last(nn.functional.dropout(x.flatten(1), .5, True))
    class Batch(Drop):
        def forward(self, x): return self.last(((x - x.mean(0))/(x.std(0) + .1)).flatten(1))
    data = colored(100, 5)
    for net, why in ((Drop(), 'dropout'), (Batch(), 'batch normalisation')): assert any(why in what for what, _ in check_classifier(Classifier(net, CLASSES, size=SIZE, channels=3), ImageData(data.x)).findings)


def test_a_classifier_that_knows_nothing_is_not_mended(test):
    torch.manual_seed(1)
    clf = Classifier(nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2)), CLASSES, size=SIZE, channels=3)
    check = check_classifier(clf, test, expect=.9)
    assert not check.ok and check.findings[0][1] == '' and 'None of the usual mistakes' in check.findings[0][0]
    assert 'too few images to tell' in repr(check_classifier(clf, test))                # it is no worse than chance, and no better
    with pytest.raises(ValueError, match='the classes up are unknown'): check_classifier(clf, ImageData(test.x, torch.zeros(len(test), dtype=torch.int64), ['up']))

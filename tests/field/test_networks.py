"Networks as people have them: each is loaded right, or refused with a word on what to do. Numbers are the rows of the field test."
import contextlib, io, json, warnings

import numpy as np, pytest, torch
from torch import nn

from gen_explain.data import ImageData
from gen_explain.classifiers import predict_proba
from gen_explain.stability import target_probs
from gen_explain.loading import load_classifier
from gen_explain.checking import _worse, check_classifier

ABC = ['a', 'b', 'c']


def small(channels=3, k=3, last=()):
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(channels, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, k), *last).eval()


def export(net, path, *shape, **how):
    "As torch's documentation writes it."
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter('ignore')
        torch.onnx.export(net, (torch.rand(*(shape or (1, 3, 16, 16))),), path, **how)
    return path


def close(clf, net, x, tol=1e-4):
    want, got = net(x), clf(x)
    assert got.dtype == torch.float32 and (got - want).abs().max() < tol*max(1, float(want.abs().max()))


# ONNX: row 1, 1b

@pytest.mark.parametrize('how', ['as it stands', 'dynamic', 'two images', 'weights inside', 'opset 18', 'old exporter'])
def test_1_onnx_by_the_default_exporter(how, tmp_path):
    net, x = small(), torch.rand(5, 3, 16, 16)
    n = torch.export.Dim('n')
    extra = {'dynamic': dict(dynamic_shapes=({0: n},)), 'weights inside': dict(external_data=False), 'opset 18': dict(opset_version=18), 'old exporter': dict(dynamo=False)}
    path = export(net, tmp_path/'m.onnx', 2 if how in ('dynamic', 'two images') else 1, 3, 16, 16, **extra.get(how, {}))
    clf = load_classifier(path, classes=ABC)
    assert (clf.size, clf.channels) == (16, 3)
    close(clf, net, x), close(clf, net, x[:1])


@pytest.mark.parametrize('opset', [12, 13, 15, 17])
def test_1_attributes_that_say_their_default(opset, tmp_path):
    "The older exporter writes training_mode=0 for a batch normalisation that it cannot fold."
    net = nn.Sequential(nn.BatchNorm2d(3), nn.ReLU(), small()).eval()
    clf = load_classifier(export(net, tmp_path/'m.onnx', dynamo=False, opset_version=opset), classes=ABC)
    close(clf, net, torch.rand(3, 3, 16, 16))
    export(net.train(), tmp_path/'m.onnx', 2, 3, 16, 16, dynamo=False, opset_version=17, training=torch.onnx.TrainingMode.TRAINING)
    with pytest.raises(ValueError, match='export it after net.eval'): load_classifier(tmp_path/'m.onnx', classes=ABC)


def test_1_an_onnx_file_of_any_size_asks_for_one(tmp_path):
    h, w = torch.export.Dim('h', min=8), torch.export.Dim('w', min=8)
    path = export(small(), tmp_path/'m.onnx', 1, 3, 16, 16, dynamic_shapes=({2: h, 3: w},))
    with pytest.raises(ValueError, match='size: .* give size='): load_classifier(path, classes=ABC)
    close(load_classifier(path, classes=ABC, size=20), small(), torch.rand(2, 3, 20, 20))


def test_1_what_an_onnx_file_says_is_not_overruled(tmp_path):
    path = export(small(), tmp_path/'m.onnx')
    with pytest.raises(ValueError, match='size: 32 was given, but the file takes images of 16 x 16'): load_classifier(path, classes=ABC, size=32)
    with pytest.raises(ValueError, match='channels: 1 was given, but the file takes 3'): load_classifier(path, classes=ABC, channels=1)
    assert load_classifier(path, classes=ABC, size=16, channels=3).size == 16


def test_1_an_older_python_is_told(tmp_path, monkeypatch):
    path = export(small(), tmp_path/'m.onnx')
    monkeypatch.setattr('sys.version_info', (3, 10, 13))
    with pytest.raises(ImportError, match='Python 3.11 or newer'): load_classifier(path, classes=ABC)


@pytest.mark.parametrize('how', ['missing', 'both renamed', 'called otherwise', 'cut off', 'a link', 'elsewhere'])
def test_1_weights_beside_are_named_with_a_way(how, tmp_path, monkeypatch):
    import onnx
    path, data = export(small(), tmp_path/'m.onnx', external_data=True), tmp_path/'m.onnx.data'
    x, want = torch.rand(2, 3, 16, 16), small()
    if how == 'both renamed': path = path.rename(tmp_path/'n.onnx')
    if how in ('both renamed', 'called otherwise', 'a link'): other = data.rename(tmp_path/('n.onnx.data' if how == 'both renamed' else 'weights.bin'))
    if how == 'a link': data.symlink_to('weights.bin')
    if how == 'missing': away = data.rename(tmp_path.parent/f'{tmp_path.name}.data')
    if how == 'cut off': data.write_bytes((whole := data.read_bytes())[:100])
    if how == 'elsewhere':
        model = onnx.load(path, load_external_data=False)
        for entry in (e for i in model.graph.initializer for e in i.external_data if e.key == 'location'): entry.value = '../m.onnx.data'
        path.write_bytes(model.SerializeToString())
    says = {'missing': "'m.onnx.data', and there is none.*Copy it there under this name", 'both renamed': "'n.onnx.data' there has the size: rename it to 'm.onnx.data'",
            'called otherwise': "'weights.bin' there has the size: rename it to 'm.onnx.data'", 'cut off': "'m.onnx.data' beside it holds 100 bytes.*copy it again",
            'a link': "'m.onnx.data' beside it is a link.*copy", 'elsewhere': "'../m.onnx.data', which is not in its own folder"}
    with pytest.raises(ValueError, match=f'{path.name}: .*{says[how]}'): load_classifier(path, classes=ABC)
    if how == 'elsewhere': return
    if how == 'missing': away.rename(data)
    elif how == 'cut off': data.write_bytes(whole)
    else: other.replace(data)
    close(load_classifier(path, classes=ABC), want, x)
    onnx.save(onnx.load(path), tmp_path/'new.onnx', save_as_external_data=False)
    data.unlink()
    monkeypatch.chdir(tmp_path)
    close(load_classifier('new.onnx', classes=ABC), want, x)


@pytest.mark.parametrize('name', ['bvlc_alexnet', 'squeezenet', 'inception_v1', 'densenet121', 'shufflenet'])
def test_1b_graphs_of_the_zoo(name, tmp_path):
    "Opset 9; the package onnx carries the graphs, in which each weight is one number over and over: here they are drawn."
    import onnx, onnxruntime
    from pathlib import Path
    model = onnx.load(Path(onnx.__file__).parent/'backend'/'test'/'data'/'light'/f'light_{name}.onnx')
    rng, shapes = np.random.default_rng(0), {i.name: onnx.numpy_helper.to_array(i) for i in model.graph.initializer}
    for node in [n for n in model.graph.node if n.op_type == 'ConstantOfShape']:
        shape = shapes[node.input[0]].tolist()
        w = rng.normal(0, (2/max(1, np.prod(shape[1:])))**.5, shape) if len(shape) > 1 else rng.uniform(.5, 1, shape)
        model.graph.initializer.append(onnx.numpy_helper.from_array(w.astype(np.float32), node.output[0]))
        model.graph.node.remove(node)
    onnx.save(model, tmp_path/'m.onnx')
    clf = load_classifier(tmp_path/'m.onnx', classes=[str(i) for i in range(1000)])
    run = onnxruntime.InferenceSession(tmp_path/'m.onnx')
    x = torch.rand(2, 3, 224, 224)
    want = torch.cat([torch.as_tensor(run.run(None, {run.get_inputs()[0].name: i[None].numpy()})[0]).flatten(1) for i in x])
    got = predict_proba(clf, x) if clf.output == 'logits' and name != 'densenet121' else clf(x).detach()
    assert got.shape == (2, 1000) and (got - want).abs().max() < 1e-4*max(1., float(want.abs().max()))


def test_1_of_several_outputs_the_logits(tmp_path):
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = small()
        def forward(self, x): return self.net(x), self.net[:5](x)
    path = export(Two().eval(), tmp_path/'m.onnx', output_names=['logits', 'features'])
    close(load_classifier(path, classes=ABC), small(), torch.rand(3, 3, 16, 16))
    export(Two().eval(), path, output_names=['one', 'other'])
    with pytest.raises(ValueError, match='one that is called logits, got 2: one, other'): load_classifier(path, classes=ABC)


@pytest.mark.parametrize('how', [{}, dict(dynamo=False), dict(external_data=True), dict(opset_version=18)], ids=str)
@pytest.mark.parametrize('inside', [False, True])
def test_1_onnx_in_bfloat16(how, inside, tmp_path):
    net = small().bfloat16()
    class Within(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net
        def forward(self, x): return self.net(x.bfloat16()).float()
    x = torch.rand(1, 3, 16, 16)
    with contextlib.redirect_stdout(io.StringIO()): torch.onnx.export(Within().eval() if inside else net, (x if inside else x.bfloat16(),), tmp_path/'m.onnx', **how)
    with warnings.catch_warnings():
        warnings.simplefilter('error', UserWarning)    # compared with ONNX Runtime
        clf = load_classifier(tmp_path/'m.onnx', classes=ABC)
    close(clf, small().bfloat16().float(), torch.rand(3, 3, 16, 16))


@pytest.mark.parametrize('dtype', [torch.float64, torch.float16])
def test_1_onnx_in_other_floats(dtype, tmp_path):
    net = small().to(dtype)
    class Cast(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net
        def forward(self, x): return self.net(x)
    with contextlib.redirect_stdout(io.StringIO()): torch.onnx.export(Cast().eval(), (torch.rand(1, 3, 16, 16).to(dtype),), tmp_path/'m.onnx')
    close(load_classifier(tmp_path/'m.onnx', classes=ABC), small(), torch.rand(3, 3, 16, 16), 1e-4 if dtype == torch.float64 else 1e-2)


# Layout and batches: row 2

class View(nn.Module):
    def __init__(self, d=3*16*16, before=()):
        super().__init__()
        torch.manual_seed(0)
        self.before, self.last = nn.Sequential(*before), nn.Linear(d, 3)
    def forward(self, x): return self.last(self.before(x).view(len(x), -1))


@pytest.mark.parametrize('net', [View(), View(6*7*7, [nn.Conv2d(3, 6, 3), nn.MaxPool2d(2)])], ids=['mlp', 'lenet'])
def test_2_view_after_channels_last(net):
    clf = load_classifier(net, classes=ABC, size=16, channels=3)
    x = torch.rand(4, 3, 16, 16).contiguous(memory_format=torch.channels_last)
    close(clf, net, x.contiguous()), close(clf, net, torch.rand(1, 3, 16, 16))
    assert not any(p.is_contiguous(memory_format=torch.channels_last) and not p.is_contiguous() for p in net.parameters())


def test_2_a_squeeze_takes_no_image_away():
    class Squeezed(nn.Module):
        def __init__(self, k):
            super().__init__()
            self.net = small(k=k)
        def forward(self, x): return self.net(x).squeeze()
    for k, classes in ((3, ABC), (1, ['no', 'yes'])):
        clf = load_classifier(Squeezed(k), classes=classes, size=16, channels=3, output='logits')
        assert clf(torch.rand(1, 3, 16, 16)).shape == (1, len(classes)) and clf(torch.rand(2, 3, 16, 16)).shape == (2, len(classes))


def test_2_a_network_for_eight_images_alone_is_refused():
    class Eight(View):
        def forward(self, x): return self.last(x.reshape(8, -1))
    with pytest.raises(ValueError, match='fails on one image of 3 x 16 x 16'): load_classifier(Eight(), classes=ABC, size=16, channels=3)


def test_2_a_network_without_gradients_says_so():
    class Numpy(View):
        def forward(self, x): return torch.from_numpy(super().forward(x).detach().numpy())
    with pytest.warns(UserWarning, match='no gradient of its answers reaches the images'): clf = load_classifier(Numpy(), classes=ABC, size=16, channels=3)
    assert predict_proba(clf, torch.rand(3, 3, 16, 16)).shape == (3, 3)


# Settings of timm: row 7

def timm_net(name='resnet10t', **kw):
    timm = pytest.importorskip('timm')
    torch.manual_seed(0)
    return timm.create_model(name, num_classes=3, **kw)


def test_7_not_square_is_refused():
    net = timm_net()
    net.pretrained_cfg = dict(net.pretrained_cfg, input_size=(3, 256, 128))
    with pytest.raises(ValueError, match='size: .* 256 x 128.*size=256'): load_classifier(net, classes=ABC)
    assert load_classifier(net, classes=ABC, size=256).size == 256


def test_7_the_first_convolution_says_the_channels():
    clf = load_classifier(timm_net(in_chans=1), classes=ABC, size=64)
    assert clf.channels == 1 and clf.assumed == ('mean', 'std') and 'assumed' in repr(clf)


def test_7_the_check_tries_the_size_of_the_data():
    torch.manual_seed(0)
    blocks = [nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(8, 2)]
    net, y = nn.Sequential(*blocks), torch.arange(400) % 2
    x = (.6*torch.rand(400, 1, 16, 16)*255).byte()
    for i in y.nonzero()[:, 0]: x[i, 0, 4:12:2, 4:12] = 255                          # stripes that a larger image has not
    x[y == 0, :, 4:12, 4:12:4] = 255
    opt = torch.optim.Adam(net.parameters(), 1e-2)
    for _ in range(60):
        loss = nn.functional.cross_entropy(net(x.float()/255), y)
        opt.zero_grad(), loss.backward(), opt.step()
    net.pretrained_cfg = dict(input_size=(1, 64, 64), mean=(0.,), std=(1.,))           # what it was trained with first
    data = ImageData(x, y, ['a', 'b'])
    check = check_classifier(load_classifier(net, classes=['a', 'b']), data)
    assert not check.ok and check.findings[0][1] == 'size=16', check
    assert check_classifier(load_classifier(net, classes=['a', 'b'], size=16), data).ok


# Names: rows 10, 11

@pytest.fixture(scope='module')
def thirteen():
    "Images that say their class, and a network trained on folders sorted as text."
    names = [str(i) for i in range(13)]
    y = torch.arange(260) % 13
    x = (torch.nn.functional.one_hot(y, 13).view(-1, 1, 1, 13).expand(-1, 1, 13, 13)*255).byte()
    class Net(nn.Module):
        def forward(self, x): return 9*x.mean((1, 2))[:, [int(n) for n in sorted(names)]]
    return ImageData(x, y, names), Net()


def test_10_text_order_is_said_and_found(thirteen):
    data, net = thirteen
    with pytest.warns(UserWarning, match=r"'10' comes earlier.*classes=sorted\(classes\)"): clf = load_classifier(net, classes=data.classes, size=13, channels=1)
    one_each = data.subset(torch.arange(13))
    for d in (data, one_each):
        check = check_classifier(clf, d)
        assert not check.ok and check.findings[0][1] == 'classes=sorted(clf.classes)', check
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        good = load_classifier(net, classes=sorted(data.classes), size=13, channels=1)
    assert check_classifier(good, data).ok
    assert 'cannot be said' in repr(check_classifier(clf, ImageData(data.x)))
    assert '13 images are few' in repr(check_classifier(good, one_each))


def test_11_names_that_stand_twice_are_named():
    names = [f'n{i}' for i in range(1000)]
    names[134] = names[517] = 'crane'
    with pytest.raises(ValueError, match=r"classes: names must differ, and 1 of 999 stand there more than once: 'crane' \(at 134, 517\)") as e: load_classifier(small(k=1000), classes=names, size=16, channels=3)
    assert len(str(e.value)) < 300
    clf = load_classifier(small(k=1000), classes=[f'{i} {c}' for i, c in enumerate(names)], size=16, channels=3)
    assert len(clf.classes) == 1000


def test_names_as_others_write_them():
    "id2label, class_to_idx; a set has no order."
    for classes in ({0: 'a', 1: 'b', 2: 'c'}, {'2': 'c', '0': 'a', '1': 'b'}, {'c': 2, 'a': 0, 'b': 1}, (b'a', 'b', 'c')):
        assert load_classifier(small(), classes=classes, size=np.int64(16), channels=3).classes == ABC
    with pytest.raises(TypeError, match='a list of names, in order'): load_classifier(small(), classes=set(ABC), size=16, channels=3)
    with pytest.raises(ValueError, match='names, or a dictionary'): load_classifier(small(), classes={'a': 1, 'b': 2, 'c': 3}, size=16, channels=3)
    with pytest.raises(ValueError, match='divide mean and std by 255'): load_classifier(small(), classes=ABC, size=16, channels=3, mean=[124, 116, 104], std=58)


# transformers: row 13

@pytest.fixture(scope='module')
def vit():
    transformers = pytest.importorskip('transformers')
    torch.manual_seed(0)
    config = transformers.ViTConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, image_size=32, patch_size=8, num_labels=3,
                                    id2label={0: 'ant', 1: 'bee', 2: 'cat'}, label2id={'ant': 0, 'bee': 1, 'cat': 2})
    return transformers, transformers.ViTForImageClassification(config).eval()


def test_13_a_module_with_its_processor(vit):
    transformers, net = vit
    processor = transformers.ViTImageProcessor(size=dict(height=32, width=32), image_mean=[.5, .4, .3], image_std=[.2, .2, .4])
    clf = load_classifier(net, preprocess=processor)
    assert clf.classes == ['ant', 'bee', 'cat'] and clf.size == 32 and clf.assumed == ()
    x = (torch.rand(3, 3, 32, 32)*255).byte()
    with torch.no_grad():
        want = net(**processor(images=list(x), return_tensors='pt')).logits
        assert (clf(x.float()/255) - want).abs().max() < 1e-3
    assert load_classifier(net).assumed == ('mean', 'std')


def test_13_a_folder_of_save_pretrained(vit, tmp_path):
    transformers, net = vit
    net.save_pretrained(tmp_path/'vit'), transformers.ViTImageProcessor(size=dict(height=32, width=32)).save_pretrained(tmp_path/'vit')
    clf = load_classifier(tmp_path/'vit')
    x = torch.rand(2, 3, 32, 32)
    with torch.no_grad(): assert (clf(x) - net((x - .5)/.5).logits).abs().max() < 1e-4
    assert clf.classes == ['ant', 'bee', 'cat']
    (tmp_path/'vit'/'model.safetensors').rename(tmp_path/'vit'/'pytorch_model.bin')
    with pytest.raises(ValueError, match='safe_serialization=True'): load_classifier(tmp_path/'vit')
    with pytest.raises(FileNotFoundError, match="from_pretrained.'google/vit'"): load_classifier('google/vit')


def test_13_numbered_names_are_no_names(vit):
    transformers, _ = vit
    net = transformers.ViTForImageClassification(transformers.ViTConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, image_size=32, patch_size=8, num_labels=3))
    with pytest.raises(ValueError, match='give classes='): load_classifier(net)


@pytest.mark.parametrize('how, refused', [('dict', None), ('named tuple', None), ('one of two by its width', None), ('two alike', r'just one tensor of \[8, 3\]'), ('no logits', 'expected logits')])
def test_13_what_an_answer_may_be_wrapped_in(how, refused):
    from collections import namedtuple
    class Wrapped(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = small()
        def forward(self, x):
            o, f = self.net(x), self.net[:5](x)
            return {'dict': dict(logits=o, aux=o), 'named tuple': namedtuple('Out', 'logits hidden')(o, f), 'one of two by its width': (f, o), 'two alike': (o, -o), 'no logits': dict(hidden=f)}[how]
    if refused:
        with pytest.raises(ValueError, match=refused): load_classifier(Wrapped(), classes=ABC, size=16, channels=3)
    else: close(load_classifier(Wrapped(), classes=ABC, size=16, channels=3), small(), torch.rand(3, 3, 16, 16))


# Keras 2: row 21

def keras_h5(tmp_path, change, layers):
    "An .h5 file as Keras 2 would have written it."
    import h5py
    from gen_explain.keras_files import _keras
    keras = _keras()
    model = keras.Sequential([keras.layers.Input((16, 16, 3)), *layers(keras.layers)])
    model.save(tmp_path/'m.h5')
    with h5py.File(tmp_path/'m.h5', 'r+') as f:
        config = json.loads(f.attrs['model_config'])
        for layer in config['config']['layers']: change(layer)
        f.attrs['model_config'], f.attrs['keras_version'] = json.dumps(config), '2.15.0'
    return model, tmp_path/'m.h5'


def test_21_depthwise_convolutions_of_keras_2(tmp_path):
    def change(layer):
        if layer['class_name'] == 'DepthwiseConv2D': layer['config']['groups'] = 1
        if layer['class_name'] == 'BatchNormalization': layer['config']['axis'] = [3]
        layer['config']['name'] = f'block/{layer["config"]["name"]}'
    model, path = keras_h5(tmp_path, change, lambda l: [l.DepthwiseConv2D(3), l.BatchNormalization(), l.GlobalAveragePooling2D(), l.Dense(3, activation='softmax')])
    clf, x = load_classifier(path, classes=ABC), torch.rand(2, 3, 16, 16)
    assert np.abs(predict_proba(clf, x).numpy() - np.asarray(model(x.permute(0, 2, 3, 1)).detach())).max() < 1e-5


def test_21_what_keras_3_cannot_read_is_named_whole_with_a_way(tmp_path):
    def change(layer):
        if layer['class_name'] == 'ReLU': layer['class_name'] = 'TFOpLambda'
    _, path = keras_h5(tmp_path, change, lambda l: [l.Conv2D(4, 3), l.ReLU(), l.GlobalAveragePooling2D(), l.Dense(3)])
    with pytest.raises(ValueError, match=r"operations of TensorFlow.*TFOpLambda.*Keras 2.15.0.*python -m tf2onnx.convert --keras m.h5 --output model.onnx"): load_classifier(path, classes=ABC)


# Shown, targets: rows 28, 17

def test_28_a_classifier_shows_itself_in_a_line():
    said = repr(load_classifier(small(k=1000), classes=[f'n{i}' for i in range(1000)], size=16, channels=3, mean=.5, std=.25))
    assert '\n' not in said and len(said) < 300 and all(t in said for t in ('1000 classes', 'n0', '16 x 16', 'mean 0.5', 'std 0.25', 'logits')) and 'assumed' not in said


def test_17_targets():
    clf = load_classifier(small(), classes=ABC, size=16, channels=3)
    y = torch.tensor([2, 1])
    for t in (y[0], np.int64(2), 2, 'c', np.array([0, 0, 1.]), torch.tensor([0., 0, 1]), [0, 0, 1], {'c': 1}): assert target_probs(clf, t).tolist() == [0, 0, 1]
    with pytest.raises(ValueError, match=r"give \{'a': 0.5, 'b': 0.5\}"): target_probs(clf, ('a', 'b'))
    assert target_probs(clf, {'a': .5, 'b': .5}).tolist() == [.5, .5, 0]
    for bad in ([.5, .6, .2], [[.1]], 'd', 3, -1, [None], 1.5):
        with pytest.raises((ValueError, KeyError)): target_probs(clf, bad)


# Right already, to stay so

@pytest.mark.parametrize('kind', ['DataParallel', 'compile', 'double wrapped', 'tuple in training only', 'no parameters'])
def test_networks_that_load_as_before(kind):
    net = small()
    class Plain(nn.Module):
        def forward(self, x): return x.mean((2, 3))
    class InTraining(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net
        def forward(self, x): return (self.net(x),)*2 if self.training else self.net(x)
    made = {'DataParallel': lambda: nn.DataParallel(net), 'compile': lambda: torch.compile(net, backend='eager'), 'double wrapped': lambda: nn.Sequential(nn.Sequential(net)),
            'tuple in training only': lambda: InTraining().train(), 'no parameters': Plain}[kind]()
    clf = load_classifier(made, classes=ABC, size=16, channels=3)
    close(clf, Plain() if kind == 'no parameters' else net, torch.rand(2, 3, 16, 16))


# What a stranger tried

def test_a_keras_model_in_memory_is_told_to_be_saved():
    from gen_explain.keras_files import _keras
    keras = _keras()
    with pytest.raises(TypeError, match='a Keras model in memory; save it'):
        load_classifier(keras.Sequential([keras.layers.Input((16, 16, 3)), keras.layers.Flatten(), keras.layers.Dense(3)]), classes=ABC, size=16, channels=3)


@pytest.mark.parametrize('high', [1., 255.])
def test_a_normalization_layer_says_the_range(high, tmp_path):
    from gen_explain.keras_files import _keras
    keras = _keras()
    layers = [keras.layers.Input((16, 16, 3)), keras.layers.Normalization(mean=[.4*high, .5*high, .6*high], variance=[.05*high**2]*3), keras.layers.Flatten(), keras.layers.Dense(3)]
    model = keras.Sequential(layers)
    model.save(tmp_path/'m.keras')
    clf, x = load_classifier(tmp_path/'m.keras', classes=ABC), torch.rand(2, 3, 16, 16)
    assert (clf(x) - model(high*x.permute(0, 2, 3, 1))).abs().max() < 1e-4 and clf.assumed == ()


def test_transforms_of_pil_images_that_tensors_pass_too():
    from torchvision.models import ResNet18_Weights
    from torchvision.transforms import v2
    from PIL import Image
    scaled = v2.Compose([v2.Resize((16, 16)), v2.ToImage(), v2.ToDtype(torch.float32, scale=False), v2.Normalize([123., 117., 104.], [58., 57., 57.])])
    clf = load_classifier(small(), classes=ABC, preprocess=scaled)
    assert (clf.preprocess(torch.ones(1, 3, 32, 32))[0] - scaled(Image.new('RGB', (32, 32), 'white'))).abs().max() < 1e-2
    with pytest.raises(ValueError, match='not for training'):
        load_classifier(small(), classes=ABC, preprocess=v2.Compose([v2.RandomResizedCrop(16), v2.ToImage(), v2.ToDtype(torch.float32, scale=True)]))
    preset = ResNet18_Weights.DEFAULT.transforms()
    assert load_classifier(small(), classes=ABC, channels=3, preprocess=preset).preprocess is preset


# what the last linear layer takes

def keras_file(path, *head):
    from gen_explain.keras_files import _keras
    keras = _keras()
    L = keras.layers
    keras.Sequential([L.Input((8, 8, 3)), L.Conv2D(4, 3), L.GlobalAveragePooling2D(), *(h(L) for h in head)]).save(path)
    return path

DENSE = lambda L: L.Dense(7, activation='relu'), lambda L: L.Dense(3)
HEADS = {'within': [DENSE[0], lambda L: L.Dense(3, activation='softmax')], 'softmax': [*DENSE, lambda L: L.Softmax()],
         'activation': [*DENSE, lambda L: L.Activation('softmax')], 'dropout': [*DENSE, lambda L: L.Dropout(.5), lambda L: L.Softmax()],
         'rescaling': [*DENSE, lambda L: L.Rescaling(2.)], 'both': [*DENSE, lambda L: L.Rescaling(2.), lambda L: L.Activation('softmax')],
         'convolution': [lambda L: L.Reshape((1, 1, 4)), lambda L: L.Conv2D(7, 1, activation='relu'), lambda L: L.Conv2D(3, 1), lambda L: L.Flatten(), lambda L: L.Softmax()]}

@pytest.mark.parametrize('head', HEADS)
def test_features_of_keras_are_those_before_the_last_dense_layer(head, tmp_path):
    clf, x = load_classifier(keras_file(tmp_path/'m.keras', *HEADS[head]), classes=ABC, mean=0., std=1.), torch.rand(5, 3, 8, 8)
    f, kernel = clf.features(x), [w.value for w in clf.net.model.weights if 'kernel' in w.path][-1].reshape(7, 3)
    assert f.shape == (5, 7) and clf.output == 'logits'
    want = f @ kernel
    got = clf(x)
    assert torch.allclose(got, want*(2 if head in ('rescaling', 'both') else 1), atol=1e-5)    # the bias is 0

class Head(nn.Module):
    "Seven features and a head without a module of its own, or followed by something."
    def __init__(self, how):
        super().__init__()
        torch.manual_seed(0)
        self.body, self.how = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 7), nn.ReLU()), how
        self.head, self.conv, self.gate, self.w = nn.Linear(7, 3), nn.Conv2d(7, 3, 1), nn.Linear(7, 7), nn.Parameter(torch.randn(3, 7))
    def forward(self, x):
        z, w = self.body(x), self.w
        z = z*self.gate(z).sigmoid() if self.how == 'gate' else z
        unit = nn.functional.normalize
        return dict(softmax=lambda: self.head(z).softmax(1), squeeze=lambda: self.head(z)[:, :, None, None].squeeze(), matmul=lambda: z @ w.T,
                    cosine=lambda: nn.functional.linear(unit(z), unit(w)), weights_first=lambda: (w @ z.T).T, einsum=lambda: torch.einsum('kd,nd->nk', w, z),
                    prototypes=lambda: -torch.cdist(z, w), convolution=lambda: self.conv(z[:, :, None, None].expand(-1, -1, 3, 3)).mean((2, 3)),
                    gate=lambda: self.conv(z[:, :, None, None]).flatten(1))[self.how]()

TRANSLATED = 'softmax', 'matmul', 'cosine', 'convolution', 'gate'
MODULES = *TRANSLATED, 'squeeze', 'weights_first', 'einsum', 'prototypes'

@pytest.mark.parametrize('how, form', [*((h, f) for f in ('module', 'compiled') for h in MODULES), *((h, f) for f in ('onnx', 'old onnx', 'pt2') for h in TRANSLATED)])
def test_features_by_what_is_computed(how, form, tmp_path):
    net, x = Head(how).eval(), torch.rand(5, 3, 8, 8)
    if form == 'compiled': source = torch.compile(net, backend='eager')
    elif form == 'pt2': torch.export.save(torch.export.export(net, (torch.rand(1, 3, 8, 8),)), source := tmp_path/'m.pt2')
    else: source = net if form == 'module' else export(net, tmp_path/'m.onnx', 1, 3, 8, 8, **(dict(dynamo=False) if 'old' in form else {}))
    clf = load_classifier(source, classes=ABC, size=8, channels=3, mean=0., std=1., trust=True)
    z = net.body(x)
    if how == 'gate': z = z*net.gate(z).sigmoid()
    if how == 'cosine': z = nn.functional.normalize(z)
    assert torch.allclose(clf.features(x), z, atol=1e-5)
    assert clf.features(x.requires_grad_()).requires_grad

def test_features_of_a_network_that_hides_them_are_refused():
    for net in (torch.jit.script(small()), nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())):
        clf = load_classifier(net, classes=ABC, size=16, channels=3)
        close(clf, net, torch.rand(3, 3, 16, 16))
        with pytest.raises(ValueError, match='features: .* no linear layer or convolution'): clf.features(torch.rand(3, 3, 16, 16))


# what a network gives: probabilities in other forms

class Gives(nn.Module):
    def __init__(self, f, k=3):
        super().__init__()
        self.net, self.f = small(k=k), f
        self.net[-1].weight.data.mul_(40)
    def forward(self, x): return self.f(self.net(x))

FORMS = {'percent': lambda o: 100*o.softmax(1), 'rounded': lambda o: o.softmax(1).mul(100).round()/100, 'rounded percent': lambda o: (100*o.softmax(1)).round(),
         'rounded to one decimal': lambda o: o.softmax(1).mul(10).round()/10, 'of 255': lambda o: 255*o.softmax(1), 'with eps': lambda o: o.softmax(1) + 1e-3,
         'clamped': lambda o: o.softmax(1).clamp(.005, .995), 'probabilities': lambda o: o.softmax(1), 'not normalised': lambda o: 7*o.softmax(1)}

@pytest.mark.parametrize('form', FORMS)
@pytest.mark.parametrize('k', [2, 3])
def test_probabilities_in_other_forms(form, k):
    names = ABC[:k]
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        clf = load_classifier(net := Gives(FORMS[form], k), classes=names, size=16, channels=3)
    x, off = torch.rand(40, 3, 16, 16)*torch.linspace(0, 1, 40)[:, None, None, None], .11 if 'one' in form else .02
    assert clf.output == ('percent' if 'percent' in form else 'probs')
    assert (clf.probs(x) - net.net(x).softmax(1)).abs().max() < off
    said = load_classifier(net, classes=names, size=16, channels=3, output='logits') if 'rounded' not in form else clf
    if 'rounded' not in form: assert any('probabilities already' in what for what, _ in check_classifier(said, ImageData.from_floats(x)).findings)

@pytest.mark.parametrize('form', ['rounded', 'rounded percent'])
def test_rounded_answers_have_no_gradient(form):
    with pytest.warns(UserWarning, match='gradient of its answers is 0.*does it round'): load_classifier(Gives(FORMS[form]), classes=ABC, size=16, channels=3)

def test_logarithms_that_are_no_logits():
    for f, mend in ((lambda o: -o.log_softmax(1), r'-net\(x\)'), (lambda o: o.softmax(1).log2(), r'net\(x\)\*math.log\(2\)'), (lambda o: o.softmax(1).log10(), r'math.log\(10\)')):
        with pytest.raises(ValueError, match=f'output: .*logarithms.*returns .*{mend}'): load_classifier(Gives(f), classes=ABC, size=16, channels=3)
    clf = load_classifier(net := Gives(lambda o: o.log_softmax(1)), classes=ABC, size=16, channels=3)
    close(clf, net, torch.rand(3, 3, 16, 16))

def test_a_sigmoid_in_percent():
    net, x = Gives(lambda o: 100*o.sigmoid(), 1), torch.rand(20, 3, 16, 16)*torch.linspace(0, 1, 20)[:, None, None, None]
    how = dict(classes=['no', 'yes'], size=16, channels=3)
    with pytest.raises(ValueError, match="output: .*is it a percentage .output='percent'.*logit"): load_classifier(net, **how)
    assert torch.allclose(load_classifier(net, **how, output='percent').probs(x)[:, 1:], net.net(x).sigmoid(), atol=1e-5)
    said = check_classifier(load_classifier(net, **how, output='logits'), ImageData.from_floats(x)).findings
    assert any('percentage' in what and mend == "output='percent'" for what, mend in said)
    three = load_classifier(Gives(lambda o: 100*(o/4).sigmoid()), classes=ABC, size=16, channels=3)
    assert any('between 0 and 100' in what for what, _ in check_classifier(three, ImageData.from_floats(x)).findings)
    with pytest.raises(ValueError, match="output: expected one of logits, probs, percent, got 'prob'"): load_classifier(net, **how, output='prob')

@pytest.mark.parametrize('f', [lambda o: o.relu(), lambda o: o.relu()*30, lambda o: o.exp(), lambda o: o.square(), lambda o: o - o.mean(1, keepdim=True), lambda o: o*1e-3])
def test_logits_that_look_a_little_like_it(f):
    net = Gives(f)
    clf = load_classifier(net, classes=ABC, size=16, channels=3)
    assert clf.output == 'logits'
    close(clf, net, torch.rand(5, 3, 16, 16))


def test_a_check_of_a_network_that_is_less_often_right_than_chance():
    torch.manual_seed(0)
    clf, y = load_classifier(small().bfloat16(), classes=ABC, size=16, channels=3), torch.tensor([0]*40 + [1]*10 + [2]*10)[torch.randperm(60)]
    x = torch.rand(60, 3, 16, 16)*torch.rand(60, 1, 1, 1)
    clf.net[-1].bias.data = torch.tensor([-9., 0, 0]).bfloat16()    # never the most frequent class, and no order of the names does better
    clf.net[-1].weight.data[2] = -clf.net[-1].weight.data[1]
    data = ImageData.from_floats(x, y, classes=ABC)
    for expect, says in ((None, 'at least 66.7%, which always naming the most frequent class would give'), (.9, '90.0%')):
        findings = _worse(dict(accuracy=.2, interval=(.1, .3)), 60, 2/3, expect)
        assert f'expected {says}' in findings[0][0] and repr(check_classifier(clf, data, expect=expect))


# networks in other states and forms

class Around(nn.Module):
    def __init__(self, f, k=3):
        super().__init__()
        self.net, self.f = small(k=k), f
        self.net[-1].weight.data.mul_(40)
    def forward(self, x): return self.f(self.net, x)

X = torch.rand(24, 3, 16, 16, generator=torch.Generator().manual_seed(0))*torch.linspace(0, 1, 24)[:, None, None, None]

@pytest.mark.parametrize('how', ['script', 'traced', 'frozen', 'exported', 'exported for one', 'program', 'program for one', 'compiled', 'quantized'])
def test_programs_in_memory(how):
    net = small()
    one, any_n = (torch.rand(1, 3, 16, 16),), dict(dynamic_shapes=({0: torch.export.Dim('n')},))
    made = {'script': lambda: torch.jit.script(net), 'traced': lambda: torch.jit.trace(net, one), 'frozen': lambda: torch.jit.freeze(torch.jit.script(net)),
            'exported': lambda: torch.export.export(net, (X,), **any_n).module(), 'exported for one': lambda: torch.export.export(net, one).module(),
            'program': lambda: torch.export.export(net, (X,), **any_n), 'program for one': lambda: torch.export.export(net, one),
            'compiled': lambda: torch.compile(net, backend='eager'), 'quantized': lambda: torch.ao.quantization.quantize_dynamic(net, {nn.Linear})}[how]()
    clf = load_classifier(made, classes=ABC, size=16, channels=3)
    close(clf, net, X, .05 if how == 'quantized' else 1e-4)

@pytest.mark.parametrize('dtype', [torch.float16, torch.float64])
def test_numbers_may_be_buffers(dtype):
    class Buffers(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer('w', torch.randn(3, 3, generator=torch.Generator().manual_seed(0)).to(dtype))
        def forward(self, x): return x.mean((2, 3)) @ self.w
    net = Buffers()
    want = X.mean((2, 3)) @ net.w.float()
    assert torch.allclose(load_classifier(net, classes=ABC, size=16, channels=3)(X), want, atol=1e-2)

def test_answers_that_hang_on_something_else_are_told():
    first = lambda net, x: net(x[:1]).expand(len(x), -1)
    for f, says in ((lambda net, x: nn.functional.dropout(net(x)), 'other answers each time'), (first, 'depends on what else is in the batch'),
                    (lambda net, x: net(x).softmax(0), 'depends on what else is in the batch')):
        with pytest.warns(UserWarning, match=f'source: .*{says}'): load_classifier(Around(f), classes=ABC, size=16, channels=3)

def test_a_network_that_divides_by_each_images_deviation():
    f = lambda net, x: net((x - x.mean((1, 2, 3), keepdim=True))/x.std((1, 2, 3), keepdim=True))
    with pytest.warns(UserWarning, match='black image is not finite'): clf = load_classifier(net := Around(f), classes=ABC, size=16, channels=3)
    close(clf, net, X[1:])
    with pytest.raises(ValueError, match='not finite'): load_classifier(Around(lambda net, x: net(x)/0), classes=ABC, size=16, channels=3)

def test_what_is_given_stays_as_it_is():
    clf = load_classifier(Around(lambda net, x: net(x.sub_(.5))), classes=ABC, size=16, channels=3, preprocess=lambda x: x)
    x = X.clone()
    assert torch.equal(clf(x), clf(x)) and torch.equal(x, X)

def test_dataclasses_and_networks_for_channels_last():
    from dataclasses import dataclass
    from gen_explain.wrappers import ChannelsLast
    @dataclass
    class Out:
        scores: torch.Tensor
        embedding: torch.Tensor
    net = Around(lambda net, x: Out(net(x), net[:5](x)))
    close(load_classifier(net, classes=ABC, size=16, channels=3), net.net, X)
    last = Around(lambda net, x: net(x.permute(0, 3, 1, 2)))
    with pytest.raises(ValueError, match=r'It takes \[n, h, w, c\]: gen_explain.wrappers.ChannelsLast'): load_classifier(last, classes=ABC, size=16, channels=3)
    close(load_classifier(ChannelsLast(last), classes=ABC, size=16, channels=3), last.net, X)
    assert any('one sigmoid per class' in what for what, _ in check_classifier(load_classifier(Around(lambda net, x: net(x).sigmoid(), 2), classes=['a', 'b'], size=16, channels=3), ImageData.from_floats(X)).findings)

def test_what_is_no_finished_network_is_told():
    for net, error, says in ((nn.Sequential(nn.LazyConv2d(3, 3), nn.Flatten(), nn.LazyLinear(3)), ValueError, 'no shape yet'), (small, TypeError, 'a module whose forward calls it'),
                             (View, TypeError, 'give one of this class'), (Around(lambda net, x: net(x)*1j), ValueError, 'complex')):
        with pytest.raises(error, match=f'source: .*{says}'): load_classifier(net, classes=ABC, size=16, channels=3)

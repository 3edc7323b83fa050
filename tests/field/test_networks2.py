"What networks, their files and the arguments say is used or refused, never ignored or guessed. Numbers are those of a stranger's report."
import json, warnings

import numpy as np, pytest, torch
from torch import nn

from gen_explain.loading import load_classifier

ABC = ['a', 'b', 'c']


def small(channels=3, k=3):
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(channels, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, k)).eval()


def vit(kind='ViTForImageClassification', **how):
    transformers = pytest.importorskip('transformers')
    torch.manual_seed(0)
    config = dict(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, image_size=32, patch_size=8, id2label={0: 'cat', 1: 'dog', 2: 'emu'})
    return getattr(transformers, kind)(transformers.ViTConfig(**config | how)).eval()


def folder(path, net=None, **files):
    (net or vit()).save_pretrained(path)
    for name, text in files.items(): (path/f'{name}.json').write_text(text if isinstance(text, str) else json.dumps(text))
    return path


def settings(**how):
    transformers = pytest.importorskip('transformers')
    return transformers.ViTImageProcessor(size=dict(height=32, width=32), **how).to_dict()


# 1: the head

@pytest.mark.parametrize('kind', ['ViTModel', 'ViTForMaskedImageModeling', 'CLIPModel'])
def test_1_a_folder_without_a_head_is_refused(kind, tmp_path):
    if kind == 'CLIPModel':
        transformers = pytest.importorskip('transformers')
        few = dict(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8)
        net = transformers.CLIPModel(transformers.CLIPConfig(vision_config=dict(image_size=32, patch_size=8, **few), text_config=dict(vocab_size=9, **few), projection_dim=4))
    else: net = vit(kind)
    with pytest.raises(ValueError, match='lack weights of .*ForImageClassification: classifier'): load_classifier(folder(tmp_path, net))


def test_1_a_folder_with_its_head_is_taken(tmp_path):
    folder(tmp_path)
    x = torch.rand(2, 3, 32, 32)
    assert torch.equal(load_classifier(tmp_path)(x), load_classifier(tmp_path)(x))


# 3: the image processor of a folder

@pytest.mark.parametrize('inside', [False, True])
def test_3_the_processor_of_transformers_5(inside, tmp_path):
    said = settings(image_mean=[.5, .4, .3], image_std=[.2, .2, .4])
    folder(tmp_path, **({'processor_config': dict(image_processor=said, processor_class='CLIPProcessor')} if inside else {'preprocessor_config': said}))
    clf, x, t = load_classifier(tmp_path), torch.rand(2, 3, 32, 32), lambda *v: torch.tensor(v).view(3, 1, 1)
    with torch.no_grad(): assert (clf(x) - vit()((x - t(.5, .4, .3))/t(.2, .2, .4)).logits).abs().max() < 1e-4
    with pytest.raises(ValueError, match='mean, std: .*both'): load_classifier(tmp_path, mean=.5)
    with torch.no_grad(): assert (load_classifier(tmp_path, mean=0., std=1.)(x) - vit()(x).logits).abs().max() < 1e-4


@pytest.mark.parametrize('text', ['{', '{"image_processor_type": "FooProcessor"}', '{"auto_map": {"AutoImageProcessor": "x.Y"}, "image_processor_type": "Y"}', '[]'])
def test_a_broken_processor_has_a_way_out_that_works(text, tmp_path):
    folder(tmp_path, preprocessor_config=text)
    with pytest.raises(ValueError, match='preprocessor_config.json: .*give mean=..., std=... and size=..., or preprocess=') as e: load_classifier(tmp_path)
    assert 'trust_remote_code' not in str(e.value)
    x = torch.rand(2, 3, 32, 32)
    for clf in (load_classifier(tmp_path, mean=.5, std=.5, size=32), load_classifier(tmp_path, preprocess=lambda x: (x - .5)/.5)):
        with torch.no_grad(): assert (clf(x) - vit()((x - .5)/.5).logits).abs().max() < 1e-4


def test_a_processor_config_without_an_image_processor(tmp_path):
    assert load_classifier(folder(tmp_path, processor_config=dict(processor_class='X'))).assumed == ('mean', 'std')


def test_the_class_of_a_processor_is_no_processor():
    transformers = pytest.importorskip('transformers')
    with pytest.raises(TypeError, match=r'preprocess: is the class ViTImageProcessor; .*ViTImageProcessor.from_pretrained'):
        load_classifier(vit(), preprocess=transformers.ViTImageProcessor)


# 8: transforms of PIL images

def transforms():
    from PIL import Image, ImageOps
    from torchvision import transforms as T
    size, bicubic, F = T.Resize((32, 32)), T.InterpolationMode.BICUBIC, T.functional
    taken = dict(bilinear=[size], bicubic=[T.Resize(39, bicubic), T.CenterCrop(32)], same_side=[T.Resize(256, bicubic), T.CenterCrop(224)], odd=[T.Resize(35), T.CenterCrop(28)],
                 lanczos=[T.Resize(32, T.InterpolationMode.LANCZOS)], nearest=[T.Resize(32, T.InterpolationMode.NEAREST)], nothing=[])
    refused = dict(crop=[T.CenterCrop(32)], pad=[T.Pad(8), size], blur=[size, T.GaussianBlur(9, 3.)], flip=[T.RandomVerticalFlip(1.), size], turned=[size, lambda i: i.rotate(90)],
                   mirrored=[size, ImageOps.mirror], transposed=[size, lambda i: i.transpose(Image.Transpose.TRANSPOSE)], equalised=[size, ImageOps.equalize], contrast=[size, ImageOps.autocontrast],
                   posterised=[size, lambda i: F.posterize(i, 3)], saturated=[size, lambda i: F.adjust_saturation(i, 1.2)], sharper=[size, lambda i: F.adjust_sharpness(i, 2)])
    random = dict(vertical=[T.RandomVerticalFlip(), size], horizontal=[T.RandomHorizontalFlip(), size], grey=[size, T.RandomGrayscale(.1)], crop=[T.RandomCrop(32)])
    return [{k: T.Compose([*v, T.ToTensor()]) for k, v in kind.items()} for kind in (taken, refused, random)]


def picture(side, seed=3):
    g = np.random.default_rng(seed)
    from PIL import Image
    return Image.fromarray(g.integers(0, 256, (7, 7, 3), dtype=np.uint8)).resize((side, side), Image.Resampling.BICUBIC)


@pytest.mark.parametrize('name', transforms()[0])
def test_8_what_is_taken_is_what_the_transform_does(name):
    from torchvision.transforms.functional import to_tensor
    from gen_explain.transforms import measured
    theirs = transforms()[0][name]
    ours = measured(theirs)
    for side in (28, 64, 100): assert (ours(to_tensor(picture(side))[None])[0] - theirs(picture(side))).abs().mean() < .006


@pytest.mark.parametrize('name', transforms()[1])
def test_8_what_cannot_be_said_is_refused_with_the_difference(name):
    with pytest.raises(ValueError, match='off by|no linear function') as e: load_classifier(small(), classes=ABC, preprocess=transforms()[1][name])
    assert 'give preprocess= a function of tensors' in str(e.value)


@pytest.mark.parametrize('name', transforms()[2])
def test_8_random_ones_are_always_refused(name):
    for seed in range(10):
        torch.manual_seed(seed)
        with pytest.raises(ValueError, match='not for training'): load_classifier(small(), classes=ABC, preprocess=transforms()[2][name])


def test_8_random_ones_of_tensors():
    from torchvision import transforms as T
    make = lambda *first: T.Compose([*first, T.Resize((32, 32)), T.Normalize([.5]*3, [.5]*3)])
    for seed in range(10):
        torch.manual_seed(seed)
        for first in (T.RandomHorizontalFlip(), T.RandomErasing(.1)):
            with pytest.raises(ValueError, match='not for training'): load_classifier(small(), classes=ABC, channels=3, size=32, preprocess=make(first))
    load_classifier(small(), classes=ABC, channels=3, size=32, preprocess=make(T.GaussianBlur(5, 2.)))    # draws, but always the same


# 15: the range of Keras' networks

def keras_file(path, *first, last=()):
    from gen_explain.keras_files import _keras
    keras = _keras()
    L = keras.layers
    x = i = keras.Input((16, 16, 3))
    for f in first: x = f(L)(x)
    x = L.GlobalAveragePooling2D()(L.Conv2D(4, 3)(x))
    for f in last: x = f(L)(x)
    model = keras.Model(i, L.Dense(3)(x))
    model.save(path)
    return model


RANGES = {  # what comes first: (std, or None where nothing is said)
    'no mean': ([lambda L: L.Normalization(mean=0., variance=255.**2)], 1/255), 'three scales': ([lambda L: L.Rescaling([1/255.]*3)], 1/255), 'operations': ([lambda L: lambda x: x/127.5 - 1], 1/255),
    'padding': ([lambda L: L.ZeroPadding2D(1), lambda L: L.Rescaling(1/255.)], 1/255), 'noise': ([lambda L: L.GaussianNoise(.1), lambda L: L.Rescaling(1/255.)], 1/255), 'minus one': ([lambda L: L.Rescaling(1/127.5, -1.)], 1/255),
    'caffe': ([lambda L: lambda x: x - 117.], 1/255), 'both': ([lambda L: L.Rescaling(1/255.), lambda L: L.Normalization(mean=[.5, .4, .3], variance=[.04]*3)], 1/255),
    'of 0 to 1': ([lambda L: L.Normalization(mean=[.5, .4, .3], variance=[.04]*3)], 1.), 'to 255': ([lambda L: L.Rescaling(255.), lambda L: lambda x: x - 117.], 1.), 'twice': ([lambda L: L.Rescaling(2., -1.)], 1.),
    'identity': ([lambda L: L.Normalization(mean=0., variance=1.)], None), 'nothing': ([], None), 'of -1 to 1': ([lambda L: L.Normalization(mean=-.1, variance=.25)], None)}

@pytest.mark.parametrize('name', RANGES)
def test_15_what_keras_networks_take(name, tmp_path):
    first, std = RANGES[name]
    model = keras_file(tmp_path/'m.keras', *first)
    clf, x = load_classifier(tmp_path/'m.keras', classes=ABC), torch.rand(2, 3, 16, 16)
    assert clf.assumed == (('mean', 'std') if std is None else ())
    want = model(x.permute(0, 2, 3, 1)/(std or 1.))
    assert (clf(x) - want).abs().max() < 1e-3*want.abs().max()


def test_what_keras_does_not_load_has_a_way_out(tmp_path):
    from gen_explain.keras_files import _keras
    keras = _keras()
    class Own(keras.layers.Layer):
        def call(self, x): return x
    for name, last, says in (('lambda', lambda L: L.Lambda(lambda x: 2*x), r"model.export\('model.onnx', format='onnx'\)"), ('own', lambda L: Own(), 'register_keras_serializable.* or, .*model.export')):
        keras_file(tmp_path/f'{name}.keras', last=[last])
        with pytest.raises(ValueError, match=f'(?s){says}') as e: load_classifier(tmp_path/f'{name}.keras', classes=ABC)
        assert 'safe_mode' not in str(e.value) and 'unsafe' not in str(e.value)
    keras_file(tmp_path/'m.keras').save_weights(tmp_path/'m.weights.h5')
    with pytest.raises(ValueError, match=r"weights alone: .*model.load_weights\(path\), then model.save"): load_classifier(tmp_path/'m.weights.h5', classes=ABC)


# 9: sizes

def test_9_a_size_that_preprocess_does_not_make_is_refused():
    import torchvision as tv
    from torchvision import transforms as T
    preset, tensors = tv.models.ResNet18_Weights.DEFAULT.transforms(), T.Compose([T.Resize((32, 32)), T.Normalize([.5]*3, [.5]*3)])
    pil = T.Compose([T.Resize(40), T.CenterCrop(32), T.ToTensor()])
    for preprocess, side in ((preset, 224), (tensors, 32), (pil, 32)):
        with pytest.raises(ValueError, match=f'size: 64 was given, but preprocess makes images of {side} x {side}; leave size out'):
            load_classifier(small(), classes=ABC, size=64, preprocess=preprocess)
        for size in (None, side):
            clf = load_classifier(small(), classes=ABC, size=size, preprocess=preprocess)
            assert clf.size == side and clf.prepare(torch.rand(1, 3, 64, 64)).shape[2:] == (side, side)
    timm = pytest.importorskip('timm')
    net = timm.create_model('resnet10t', num_classes=3)
    preprocess = timm.data.create_transform(**timm.data.resolve_data_config({}, model=net))
    with pytest.raises(ValueError, match='size: 64 was given'): load_classifier(net, classes=ABC, size=64, preprocess=preprocess)
    assert load_classifier(net, classes=ABC, preprocess=preprocess).size == 176
    assert load_classifier(small(), classes=ABC, size=64, preprocess=lambda x: 2*x).size == 64


# 14: features

class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.c, self.a, self.aux = nn.Conv2d(3, 4, 3), nn.Linear(4, 3), nn.Linear(6, 2)
    def forward(self, x):
        h = self.c(x).mean((2, 3))
        self.seen = h
        return dict(logits=self.a(h), aux=self.aux(torch.cat([h, h[:, :2]], 1)))


class Gated(nn.Module):
    def __init__(self):
        super().__init__()
        self.c, self.gate, self.head = nn.Conv2d(3, 4, 3), nn.Linear(4, 4), nn.Conv2d(4, 3, 1)
    def forward(self, x):
        h = self.c(x)
        self.seen = (h*torch.sigmoid(self.gate(h.mean((2, 3))))[..., None, None]).mean((2, 3))
        return self.head(self.seen[..., None, None]).flatten(1)


class Loop(nn.Module):
    def __init__(self, k=1):
        super().__init__()
        self.net, self.k = small(), k
    def forward(self, x): return torch.cat([self.net(i) for i in x.split(self.k)])


def test_14_features_are_those_before_the_logits():
    x = torch.rand(5, 3, 16, 16, requires_grad=True)
    for net in (Two(), Gated()):
        clf = load_classifier(net, classes=ABC, size=16)
        f = clf.features(x)
        clf(x)
        assert torch.allclose(f, net.seen, atol=1e-6) and torch.autograd.grad(f.sum(), x)[0].any()
    want = load_classifier(small(), classes=ABC, size=16).features(x)
    for k in (1, 2, 5):
        f = load_classifier(Loop(k), classes=ABC, size=16).features(x)
        assert torch.allclose(f, want, atol=1e-6) and torch.autograd.grad(f.sum(), x)[0].any()


@pytest.mark.parametrize('dtype', [torch.float64, torch.float16, torch.bfloat16])
def test_14_features_are_of_32_bits(dtype):
    clf = load_classifier(small().to(dtype), classes=ABC, size=16)
    assert clf.features(torch.rand(2, 3, 16, 16)).dtype == torch.float32 == clf(torch.rand(2, 3, 16, 16)).dtype


# 18: names

def test_18_names_in_another_order_are_told():
    with pytest.warns(UserWarning, match="classes: 'dog' is given as number 0, but the network says that it is number 1: cat, dog, emu"):
        assert load_classifier(vit(), classes=['dog', 'cat', 'emu']).classes == ['dog', 'cat', 'emu']
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        for names in (['Katze', 'Hund', 'Emu'], ['cat', 'dog', 'emu'], {'cat': 0, 'emu': 2, 'dog': 1}): load_classifier(vit(), classes=names)


def test_18_names_of_our_own_files(tmp_path):
    from gen_explain.core import save_model
    from gen_explain.classifiers import own_classifier
    save_model(own_classifier('cnn', 1., ABC, 16, 3, [.5]*3, [.5]*3), tmp_path/'m.safetensors')
    for same in (ABC, {0: 'a', 1: 'b', 2: 'c'}, {'c': 2, 'a': 0, 'b': 1}): assert load_classifier(tmp_path/'m.safetensors', classes=same).classes == ABC
    for other in ({'a': 1, 'b': 0, 'c': 2}, ['b', 'a', 'c']):
        with pytest.raises(ValueError, match='classes: .*says it itself, and otherwise'): load_classifier(tmp_path/'m.safetensors', classes=other)


# 19: quantities

def test_19_regression_is_no_classification(tmp_path):
    for source in (vit(problem_type='regression'), folder(tmp_path, vit(problem_type='regression'))):
        with pytest.raises(ValueError, match='problem_type is regression.*single_label_classification'): load_classifier(source)
    net = vit(problem_type='regression')
    net.config.problem_type = 'single_label_classification'
    load_classifier(net)


# 20: what exporters leave in an ONNX file

def onnx_file(path, meta, side=16):
    onnx = pytest.importorskip('onnx')
    from onnx import TensorProto as T, helper as h, numpy_helper
    nodes = [h.make_node('GlobalAveragePool', ['x'], ['g']), h.make_node('Flatten', ['g'], ['f']), h.make_node('MatMul', ['f', 'W'], ['y'])]
    x, y = h.make_tensor_value_info('x', T.FLOAT, ['n', 3, side or 'h', side or 'w']), h.make_tensor_value_info('y', T.FLOAT, ['n', 3])
    model = h.make_model(h.make_graph(nodes, 'g', [x], [y], [numpy_helper.from_array(np.eye(3, dtype='f4'), 'W')]), opset_imports=[h.make_opsetid('', 17)], ir_version=8)
    h.set_model_props(model, meta)
    onnx.save(model, str(path))
    return path


@pytest.mark.parametrize('mean, std', [('[0.485, 0.456, 0.406]', '[0.229, 0.224, 0.225]'), ('0.485 0.456 0.406', '0.229,0.224,0.225'), ('[123.675, 116.28, 103.53]', '[58.395, 57.12, 57.375]')])
def test_20_mean_and_std(mean, std, tmp_path):
    path, x, t = onnx_file(tmp_path/'m.onnx', dict(mean=mean, std=std)), torch.rand(2, 3, 16, 16), lambda *v: torch.tensor(v)
    clf = load_classifier(path, classes=ABC)
    assert clf.assumed == () and torch.allclose(clf(x), (x.mean((2, 3)) - t(.485, .456, .406))/t(.229, .224, .225), atol=1e-4)
    assert torch.allclose(load_classifier(path, classes=ABC, mean=0., std=1.)(x), x.mean((2, 3)), atol=1e-4)
    with pytest.raises(ValueError, match='give both, or neither'): load_classifier(path, classes=ABC, mean=0.)


def test_20_mean_and_std_that_are_none(tmp_path):
    x = torch.rand(2, 3, 16, 16)
    assert torch.allclose(load_classifier(onnx_file(tmp_path/'m.onnx', dict(mean='127.5')), classes=ABC)(x), 255*x.mean((2, 3)) - 127.5, atol=1e-2)
    path = onnx_file(tmp_path/'m.onnx', dict(mean='imagenet', std='imagenet'))
    with pytest.raises(ValueError, match="mean: .*'imagenet'"): load_classifier(path, classes=ABC)
    assert load_classifier(path, classes=ABC, mean=0., std=1.).size == 16


@pytest.mark.parametrize('meta', [dict(names="{0: 'cat', 1: 'dog', 2: 'emu'}"), dict(id2label='{"0": "cat", "1": "dog", "2": "emu"}'), dict(class_names="['cat', 'dog', 'emu']"), dict(names='["cat", "dog", "emu"]'),
                                  dict(classes='cat,dog,emu'), dict(classes='cat\ndog\nemu\n'), dict(labels='{"cat": 0, "dog": 1, "emu": 2}'), dict(label2id='{"emu": 2, "cat": 0, "dog": 1}')])
def test_20_names(meta, tmp_path):
    path = onnx_file(tmp_path/'m.onnx', meta)
    assert load_classifier(path).classes == ['cat', 'dog', 'emu']
    with pytest.warns(UserWarning, match="'dog' is given as number 0"): load_classifier(path, classes=['dog', 'cat', 'emu'])


@pytest.mark.parametrize('text', ['[16, 16]', '16', '(16, 16)', '[3, 16, 16]'])
def test_20_the_side(text, tmp_path):
    path = onnx_file(tmp_path/'m.onnx', dict(imgsz=text), None)
    assert load_classifier(path, classes=ABC).size == 16 and load_classifier(path, classes=ABC, size=20).size == 20
    with pytest.raises(ValueError, match='size: '): load_classifier(onnx_file(tmp_path/'n.onnx', dict(imgsz='[16, 32]'), None), classes=ABC)


# other people's errors

@pytest.mark.parametrize('dtype', [torch.float16, torch.float64, torch.bfloat16, torch.float32])
@pytest.mark.parametrize('file', [False, True])
def test_frozen_programs_have_no_numbers_to_look_at(file, dtype, tmp_path):
    net = torch.jit.freeze(torch.jit.script(small().to(dtype)))
    torch.jit.save(net, str(tmp_path/'m.pt'))
    clf, x = load_classifier(tmp_path/'m.pt' if file else net, trust=True, classes=ABC, size=16, channels=3), torch.rand(3, 3, 16, 16)
    assert clf(x).dtype == torch.float32 and torch.allclose(clf(x), small()(x), atol=2e-2)


def test_programs_of_export():
    program = torch.export.export(small(), (torch.rand(1, 3, 16, 16),))
    for source in (program, program.module()): assert load_classifier(source, classes=ABC)(torch.rand(5, 3, 16, 16)).shape == (5, 3)


def test_channels_that_no_image_has():
    with pytest.raises(ValueError, match='channels: the first convolution takes 4, .* a module around it'): load_classifier(small(4), classes=ABC, size=16)
    with pytest.raises(ValueError, match='channels: .*got 4; a module around'): load_classifier(small(4), classes=ABC, size=16, channels=4)
    class Around(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = small(4)
        def forward(self, x): return self.net(torch.cat([x, x[:, :1]], 1))
    assert load_classifier(Around(), classes=ABC, size=16, channels=3).channels == 3


def test_a_vit_for_images_that_are_no_squares():
    net = vit(image_size=(32, 64))
    with pytest.raises(ValueError, match=r'size: .*32 x 64, and only squares .*nn.Upsample\(\(32, 64\)'): load_classifier(net)
    assert load_classifier(nn.Sequential(nn.Upsample((32, 64), mode='bilinear'), net), classes=ABC, size=64, channels=3)(torch.rand(2, 3, 40, 40)).shape == (2, 3)


def test_a_folder_of_networks_names_them(tmp_path):
    (tmp_path/'best.pt').write_bytes(b'x')
    with pytest.raises(TypeError, match="holds best.pt; give its path"): load_classifier(tmp_path)


def test_a_thousand_classes_make_no_long_message():
    from gen_explain.data import ImageData
    from gen_explain.classifiers import evaluate, train_classifier
    names, x = [f'name {i}' for i in range(1000)], torch.zeros(4, 3, 16, 16, dtype=torch.uint8)
    y = torch.tensor([0, 1, 2, 0])
    clf = load_classifier(small(k=1000), classes=names[::-1], size=16)
    for f in (lambda: evaluate(clf, ImageData(x, y, ABC)), lambda: train_classifier(ImageData(x, y, names), valid=ImageData(x, y, ABC)), lambda: evaluate(clf, ImageData(x, y, names))):
        with pytest.raises(ValueError, match='has the classes') as e: f()
        assert len(str(e.value)) < 700
    assert "number 0 is 'name 0' here, 'name 999' there" in str(e.value)


def test_distances_of_what_functions_give():
    from gen_explain.metrics import kid, sharpness
    a, b = torch.rand(60, 3, 16, 16), torch.rand(30, 3, 16, 16)
    assert kid(a, b, features=lambda x: x.flatten(1)[:, :5].numpy()) == kid(a, b, features=lambda x: x.flatten(1)[:, :5])
    with pytest.raises(ValueError, match=r'features: for \d+ images the function gives \[1\]; expected'): kid(a, b, features=lambda x: x.mean()[None])
    with pytest.raises(ValueError, match='features: the function gives str'): kid(a, b, features=lambda x: 'x')
    for c, d in ((torch.rand(60, 3, 16, 20), torch.rand(30, 3, 16, 20)), (a, torch.rand(30, 3, 32, 32))):
        with pytest.raises(ValueError, match='real, fake: expected squares of one size'): sharpness(c, d)


def test_a_preparation_that_standardises_each_image():
    standard = lambda x: (x - x.mean((1, 2, 3), keepdim=True))/x.std((1, 2, 3), keepdim=True)
    with pytest.warns(UserWarning, match='black image is not finite'): clf = load_classifier(small(), classes=ABC, size=16, preprocess=standard)
    x = torch.rand(3, 3, 16, 16)
    assert torch.allclose(clf(x), small()(standard(x)), atol=1e-5)


@pytest.mark.parametrize('kind', ['bilinear', 'bicubic', 'lanczos', 'hamming', 'box', 'linear', 'nearest'])
def test_8_flat_images_keep_their_gradient(kind):
    from gen_explain.transforms import resized
    for value in (0., 1.):
        x = torch.full((1, 3, 37, 37), value, requires_grad=True)
        y = resized(x, 24, kind)
        assert torch.allclose(y, torch.full_like(y, value), atol=1e-5) and torch.autograd.grad(y.sum(), x)[0].sum() > .99*3*24*24

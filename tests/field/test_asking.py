"What people hand to the parts that ask a classifier: many classes, targets, images and latents of all forms, numbers of all kinds, images in any order; and what figures and explorers say."
import re, warnings

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from gen_explain.core import class_index, some_names
from gen_explain.stats import same_everywhere
from gen_explain.data import ImageData
from gen_explain.datasets import load_data
from gen_explain.classifiers import Classifier, predict_proba, train_classifier
from gen_explain.models import small_model
from gen_explain.metrics import fid, kid, prdc, sharpness, steering_scores
from gen_explain.collages import steered_collage
from gen_explain.steering import ClassTarget, FrontierTarget
from gen_explain.latent import decode_images, encode_data, given_images
from gen_explain.figures import PALETTE
from gen_explain.paths import Centroids, class_lines, centroids, compare_paths, interpolate
from gen_explain.centroid_maps import centroid_map, class_walk
from gen_explain.search import latent_pool, optimize_latents
from gen_explain.frontiers import find_frontier, random_search
from gen_explain.atlas import frontier_atlas
from gen_explain.counterfactuals import counterfactual, invert
from gen_explain.corrections import write_corrections
from gen_explain.labels import LabelingState
from gen_explain.comparison import compare
from gen_explain.explore import class_looks
from gen_explain.explorer import LatentExplorer
from gen_explain.player import InterpolationPlayer
from gen_explain.latent_map import LatentMap
from gen_explain.grid import LabelingGrid

NAMES = [f'breed {i}' for i in range(1000)]


class Painter(nn.Module):
    "A generator of 8 x 8 images without an encoder: each number of the latent brightens a part."
    nz, size, channels = 4, 8, 3

    def __init__(self, scale=2.):
        super().__init__()
        torch.manual_seed(0)
        self.net = nn.Linear(4, 192)
        self.net.weight.data.mul_(scale)

    def decode(self, z): return self.net(z).sigmoid().view(-1, 3, 8, 8)
    def sample(self, n, seed=None): return self.decode(torch.randn(n, 4, generator=torch.Generator().manual_seed(seed or 0)))


class Encoder(Painter):
    def encode(self, x): return (x.flatten(1).clamp(.001, .999).logit() - self.net.bias) @ torch.linalg.pinv(self.net.weight.float()).T.to(x)


class Blob(Painter):
    "An autoencoder that has collapsed."
    def encode(self, x): return .01*x.flatten(1)[:, :4]


class Brightness(nn.Module):
    "A thousand classes, one for each thousandth of the mean brightness."
    def forward(self, x): return -(1000*x.mean((1, 2, 3))[:, None] - torch.arange(1000))**2


def linear(names, size=8, gain=1., seed=0):
    "A random linear classifier."
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Flatten(), nn.Linear(3*size*size, len(names)))
    net[1].weight.data.mul_(gain)
    return Classifier(net, names, size=size, channels=3)


@pytest.fixture(scope='module')
def G(): return small_model('avatars-vae')

@pytest.fixture(scope='module')
def clf(): return small_model('avatars-hair')

@pytest.fixture(scope='module')
def data(): return load_data('avatars', size=64, n=120, seed=0, split='test')

@pytest.fixture(scope='module')
def pool(G, clf): return latent_pool(G, clf, n=400)

@pytest.fixture(scope='module')
def thousand(): return linear(NAMES)


def message(error, f, *args, **kwargs):
    with pytest.raises(error) as e: f(*args, **kwargs)
    text = str(e.value)
    assert len(text) < 1000, f'{len(text)} characters'
    return text


# row 16: many classes

def test_row16_names(thousand):
    for wrong in ('Breed_77', 'bred 77', 'breed  77'): assert 'breed 77' in message(KeyError, thousand.index, wrong)
    assert '1,000' in message(KeyError, thousand.index, 'zebra') and '0 to 999' in message(KeyError, thousand.index, 1000)
    assert 'cat, dog (or 0 to 1)' in message(KeyError, class_index, ['cat', 'dog'], 'bird')
    message(KeyError, class_index, ['x'*5000, 'y'], 'z'*5000)
    assert some_names('ab') == 'a, b'


@pytest.mark.parametrize('ask', [
    lambda c: interpolate(Painter(), c, [0.]*4, [1.]*4).plot('no such'), lambda c: ClassTarget(c, 'no such'), lambda c: FrontierTarget(c, {'no such': 1.}),
    lambda c: find_frontier(Painter(), c, 'no such'), lambda c: counterfactual(Painter(), c, torch.rand(3, 8, 8), 'no such', pool=256),
    lambda c: LatentExplorer(Painter(), c).start_class('no such'), lambda c: LatentMap(Painter(), c, plane=('no', 'such', 'class'), res=5)])
def test_row16_unknown(ask, thousand): message(KeyError, ask, thousand)


def test_row16_other_classes(thousand):
    other = linear([*NAMES[:-1], 'another'])
    assert 'another' in message(ValueError, compare, thousand, other, Painter())
    message(ValueError, ClassTarget, [thousand, other], 0)
    message(ValueError, steering_scores, Painter(), thousand, 0, oracle=other)
    assert len(repr(FrontierTarget(thousand, torch.full((1000,), .001)))) < 500


def test_row16_atlas(thousand):
    G = Painter()
    G.decode = None                                                      # refused before anything is decoded
    text = message(ValueError, frontier_atlas, G, thousand)
    assert '499,500 pairs' in text and 'classes=[...]' in text and 'classes=range(1000)' in text
    atlas = frontier_atlas(Painter(), thousand, classes=['breed 1', 'breed 5', 7], n=1, rounds=1, pool=256)      # the way out
    assert len(atlas.pairs) == 3
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        with pytest.raises(UserWarning, match='1,035 pairs'): frontier_atlas(Painter(), thousand, classes=range(46), n=1)


def test_row16_empty_classes():
    never = linear(['a', 'b', 'never'], gain=5)
    never.net[1].bias.data[2] = -1e4
    with pytest.warns(UserWarning, match=r'1 of 3 classes .* left out: never \(0\)'): c = centroids(Painter(), clf=never, n=500)
    assert c.classes == ['a', 'b'] and c.z.shape == (2, 1, 4) and torch.equal(c[1], c['b'])
    assert 'too few members' in message(KeyError, lambda: c['never']) and 'too few members' in message(KeyError, lambda: c[2])
    assert 'without members 1' in repr(c)
    player = InterpolationPlayer(Painter(), never, c, 'a', 1, n=5)
    assert player.end == (1, 0) and 'never' in message(KeyError, InterpolationPlayer, Painter(), never, c, 'a', 'never')
    assert 'smaller k' in message(ValueError, centroids, Painter(), clf=never, n=300, k=301)
    middle = linear(['never', 'a', 'b'], gain=5)                       # a position counts all classes
    middle.net[1].bias.data[0] = -1e4
    with pytest.warns(UserWarning): m = centroids(Painter(), clf=middle, n=500)
    assert torch.equal(m[1], m['a']) and torch.equal(m[2], m['b']) and m.index(2) == 1
    player = InterpolationPlayer(Painter(), middle, m, 'a', 'b', n=5)
    player.set_start(*player.setup['ends'][1][0])                      # as the browser says it
    assert player.start == (1, 0) and player.setup['ends'][1][1] == 'b'


def test_row16_many_empty_classes(thousand):
    with pytest.warns(UserWarning) as seen: c = centroids(Painter(), clf=thousand, n=300)
    assert len(str(seen[0].message)) < 1000 and len(repr(c)) < 500 and 'data=' in str(seen[0].message)


def test_row16_explorers(thousand, tmp_path):
    explorer = LatentExplorer(Painter(), thousand)
    assert len(repr(explorer)) < 500 and explorer.figure()
    atlas = LatentMap(Painter(6.), Classifier(Brightness(), NAMES, size=8, channels=3), res=21)
    assert len(atlas.panel.plane_info['shares']) <= 20 and 'other classes' in atlas.panel.plane_info['note']
    assert len(atlas.figure().axes[0].get_legend().get_texts()) <= 15 and 'other classes' in atlas.figure().axes[0].get_legend().get_title().get_text()
    grid = LabelingGrid(Painter().sample(6), thousand, tmp_path/'grid')
    grid.label(0, 'breed 7')
    assert len(grid.setup['keys']) < 100 and len(repr(grid)) < 500
    grid.close()
    other = linear([*NAMES[:-1], 'another'])
    assert 'another' in message(ValueError, LabelingState, Painter().sample(6), other, tmp_path/'grid')


def test_row16_comparison_page(tmp_path):
    a, b = Classifier(Brightness(), NAMES, size=8, channels=3), linear(NAMES, gain=8, seed=1)
    c = compare(a, b, Painter(6.), n=400)
    assert len(c.table) > 100
    page = c.to_html(tmp_path/'c.html', n=4).read_text()
    assert page.count('<tr') <= 101 and 'the first 100 pairs' in page


# row 17: targets

def same_as(a, b): return torch.allclose(a.z, b.z, atol=1e-6)


def test_row17_targets(G, clf, data, pool):
    x, kw = data.floats(slice(0, 2)), dict(n=1, steps=4, pool=pool)
    want = counterfactual(G, clf, x, 'Red', **kw)
    i = clf.index('Red')
    hot = np.eye(10)[i]
    for target in (i, np.int64(i), torch.tensor(i), np.array(i), hot, hot.astype(np.float32), torch.from_numpy(hot), hot.tolist(), hot[None], {'Red': 1}, ['Red', 'Red'],
                   [i, i], torch.tensor([i, i]), np.array([i, i]), [torch.tensor(i)]*2, {torch.tensor(i): 1.}):
        assert same_as(counterfactual(G, clf, x, target, **kw), want), target
    by_image = counterfactual(G, clf, x, data.y[:2], **kw)
    assert same_as(by_image, counterfactual(G, clf, x, [data.classes[c] for c in data.y[:2]], **kw))
    assert "{'Black': 0.5, 'Red': 0.5}" in message(ValueError, counterfactual, G, clf, x[0], ('Black', 'Red'), **kw)
    assert "{'Black': 0.5, 'Red': 0.5}" in message(ValueError, find_frontier, G, clf, ('Black', 'Red'), pool=pool)
    for bad in (None, 1.5, object(), torch.tensor(.5), '', True, np.ones(10), [[.5]*2]): message((KeyError, ValueError, TypeError), counterfactual, G, clf, x, bad, **kw)


def test_row17_one_target(G, clf, data, pool):
    i = int(data.y[0])
    want = find_frontier(G, clf, i, n=2, rounds=1, pool=pool)
    for target in (data.y[0], data.y.numpy()[0], torch.eye(10)[i][None], np.eye(10)[i]):
        assert same_as(find_frontier(G, clf, target, n=2, rounds=1, pool=pool), want)
    assert 'for each' in message(ValueError, find_frontier, G, clf, torch.eye(10)[:3], pool=pool)
    assert 'latent_pool(G, clf)' in message(ValueError, find_frontier, G, clf, i, pool=pool.z)
    for f in (find_frontier, frontier_atlas): message(ValueError, f, G, clf, *([i]*(f is find_frontier)), pool=[1, 2])
    assert ClassTarget(clf, data.y[0]).target[i] == 1 and ClassTarget(clf, np.int64(i)).target[i] == 1
    message(ValueError, ClassTarget, clf, torch.eye(10)[0])


# row 17: images

def forms(data):
    "An image, in the forms in which it is at hand."
    bytes_ = data.x[0]
    rows = bytes_.permute(1, 2, 0).numpy()
    return {'float': data.floats(slice(0, 1))[0], 'item': data[0], 'uint8': bytes_, 'array': rows, 'floats of an array': rows/255, 'PIL': Image.fromarray(rows),
            'channels first': bytes_.numpy(), 'one of a batch': data.x[:1], 'rows in a tensor': torch.from_numpy(rows), 'item of another': (Image.fromarray(rows), 3),
            'double': data.floats(slice(0, 1))[0].double(), 'requires grad': data.floats(slice(0, 1))[0].requires_grad_(), 'subset': data[:1],
            'item of a Hugging Face data set': dict(image=Image.fromarray(rows), label=3), 'mask of one': (data.x[0], torch.tensor(3))}


def test_row17_images(G, clf, data, pool):
    kw = dict(n=1, steps=4, pool=pool)
    want = counterfactual(G, clf, data.floats(slice(0, 1))[0], 'Red', **kw)
    for name, x in forms(data).items():
        got = counterfactual(G, clf, x, 'Red', **kw)
        assert torch.allclose(got.z.flatten(), want.z.flatten(), atol=1e-5), name
        z, error = invert(G, x)
        assert z.shape == (1, 32) and error.shape == (1,), name
    z = invert(G, data.floats(slice(0, 3)))[0]
    for x in ([data[i] for i in range(3)], (data.x[:3], data.y[:3]), [data.x[:3], data.y[:3]], (data[0], data[1], data[2]), (data.x[:3], [*'abc']), [*data.x[:3]], data[:3], data.x[:3].permute(0, 2, 3, 1).numpy()):
        assert torch.allclose(invert(G, x)[0], z, atol=1e-5)


@pytest.mark.parametrize('x, says', [
    (torch.rand(3, 32, 32), 'size=64'), (torch.rand(1, 64, 64), 'channels=3'), (torch.rand(3, 64, 64)*255, 'values in [0, 1]'), ((torch.rand(3, 64, 64)*255).long(), '.to(torch.uint8)'),
    (torch.rand(3, 64, 64)*2 - 1, '(x + 1)/2'), (torch.rand(3, 64, 64)*1.02 + .01, 'clamp(0, 1)'), (dict(pixels=1), 'dict'), ((None, 3), 'NoneType'),
    (Image.new('RGBA', (64, 64)), ".convert('RGB')"), ('face.png', 'array'), (None, 'NoneType'), ([], 'list'), (np.array(['a']), 'array'), (torch.tensor(3.), 'expected images'),
    ([torch.rand(3, 64, 64), torch.rand(3, 32, 32)], 'size=64'), (torch.full((3, 64, 64), float('nan')), 'NaN')])
def test_row17_no_images(G, clf, pool, x, says):
    assert says in message((TypeError, ValueError), counterfactual, G, clf, x, 'Red', pool=pool)
    assert says in message((TypeError, ValueError), invert, G, x)


def test_row17_grey():
    x = torch.rand(5, 28, 28)
    assert given_images(x.numpy(), [1, 28, 28])[0].shape == (5, 1, 28, 28)
    assert given_images(Image.fromarray(np.zeros((28, 28), np.uint8)), [1, 28, 28])[1]
    assert given_images(torch.rand(3, 28, 28), [1, 28, 28])[0].shape == (3, 1, 28, 28)          # three grey ones, where G is grey
    message(ValueError, given_images, torch.rand(100, 784))


def test_row17_grid(clf, data, tmp_path):
    want = LabelingState(data.x[:3], clf, tmp_path/'0')
    for k, x in enumerate((data.x[:3].permute(0, 2, 3, 1).numpy(), [data[i] for i in range(3)], [Image.fromarray(i.permute(1, 2, 0).numpy()) for i in data.x[:3]], data[:3], data.floats(slice(0, 3)))):
        grid = LabelingState(x, clf, tmp_path/str(k + 1))
        assert torch.equal(grid.x, want.x) and torch.equal(grid.said, want.said)
        grid.label(torch.tensor(0) if k else 0, data.y[0])
        grid.label(np.int64(1), data.y.numpy()[1])
        assert grid.label(torch.tensor([False, False, True]), 'Red') == 1 and grid.labels[2] == 'Red'
        assert grid.labels[:2] == [data.classes[c] for c in data.y[:2]]
        grid.close()
    want.close()
    assert LabelingState(data[0], clf, tmp_path/'one').x.shape == (1, 3, 64, 64)
    message(ValueError, LabelingState, torch.rand(10, 784), clf, tmp_path/'flat')
    assert 'expected 1, one per image' in message(ValueError, write_corrections, data[0], data.y[0], clf, tmp_path/'w')
    assert write_corrections(data[0], data.y[:1], clf, tmp_path/'w', keep='all')


# row 17: latents

def test_row17_latents(G, clf):
    a, b = torch.randn(2, 32)
    want = interpolate(G, clf, a, b, n=5)
    for z0, z1 in ((a[None], b[None]), (a.numpy(), b.numpy()), (a.tolist(), b.tolist()), (a.double(), b.double()[None]), ([*a], (*b.tolist(),)), (a.clone().requires_grad_(), b)):
        assert torch.allclose(interpolate(G, clf, z0, z1, n=5).images, want.images, atol=1e-6)
    x = decode_images(G, torch.stack([a, b]))
    for z in ([a, b], [a.tolist(), b.tolist()], torch.stack([a, b]).numpy()): assert torch.allclose(decode_images(G, z), x, atol=1e-6)
    assert torch.allclose(decode_images(G, a)[0], x[0], atol=1e-6)
    assert len(optimize_latents(G, clf, a.tolist(), 'Red', steps=2)[0]) == 1
    for z in (3, None, torch.randn(2, 32), torch.randn(8), 'Black', torch.full((32,), float('nan')), torch.randn(1, 1, 32)): message(ValueError, interpolate, G, clf, z, b)
    assert "centroids(G, data)['Black']" in message(ValueError, interpolate, G, clf, 'Black', b)


# kinds of centroids, and the walk of a class

@pytest.mark.parametrize('k', [1, 2, 3])
@pytest.mark.parametrize('kind', ['mean', 'medoid', 'sure'])
def test_kinds_of_centroids(kind, k, tmp_path):
    "Of data and of draws; kept with their kind; taken by what takes centroids."
    clf, G, data = linear(['a', 'b', 'c'], gain=5), Encoder(), ImageData.from_floats(Painter().sample(200, seed=1).detach())
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')                                # of classes with few
        for d in (data, None): c = centroids(G, d, clf=clf, kind=kind, k=k, n=300, least=.5)
    again = Centroids.load(c.save(tmp_path).parent)
    assert again.kind == kind and torch.equal(again.z, c.z) and again.table.rows == c.table.rows and again.plot() and repr(again) == repr(c)
    assert ('medoid' in repr(c)) == (kind == 'medoid') and centroid_map(G, clf, c, 'a', 'b', n=3).n[0][0] == int(c.n[0, 0])


def test_the_mean_stays_what_it_was():
    clf, G = linear(['a', 'b', 'c'], gain=5), Encoder()
    data = ImageData.from_floats(Painter().sample(90, seed=1).detach())
    y, z, c = predict_proba(clf, data).argmax(1), encode_data(G, data), centroids(G, data, clf=clf)
    for name in c.classes: assert torch.equal(c[name], z[y == clf.index(name)].mean(0))


def test_few_sure_members():
    "Never silently: the surest stand in, and their probability is said."
    clf, G = linear(['a', 'b', 'c'], gain=5), Painter()
    said = r'3 of 3 classes have fewer than 2 member\(s\) that clf calls so with 1.01 or more; the 2 surest .* stand in: a \('
    with pytest.warns(UserWarning, match=said) as seen: c = centroids(G, clf=clf, kind='sure', k=2, n=200, least=1.01)
    assert len(seen) == 1 and c.n.tolist() == [[1, 1]]*3
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        every, all_sure = centroids(G, clf=clf, n=200), centroids(G, clf=clf, kind='sure', least=0., n=200)
    assert torch.equal(every.z, all_sure.z) and torch.equal(every.n, all_sure.n)
    assert 'clf=' in message(ValueError, centroids, G, ImageData.from_floats(torch.rand(4, 3, 8, 8), torch.zeros(4).long(), ['a']), kind='sure')


def test_class_walk_of_all_forms():
    "An image as tensor, bytes, array, PIL, item of a data set; a latent as tensor, array, list; a left-out class by its place."
    clf, G = linear(['never', 'a', 'b'], gain=5), Encoder()
    clf.net[1].bias.data[0] = -1e4
    with pytest.warns(UserWarning): c = centroids(G, clf=clf, n=500)
    data = ImageData.from_floats(Painter().sample(3, seed=1).detach(), torch.zeros(3).long(), ['x'])
    x, z = data[0][0], encode_data(G, data)[0]
    want = class_walk(G, clf, z, c, 'a', 'b', n=5)
    assert torch.allclose(want.z1 - want.z0, c['b'] - c['a'], atol=1e-5) and want.between('a', 'b') == [] and want.under(clf).plot('a', 'b')
    rows = data.x[0].permute(1, 2, 0).numpy()
    for form in (x, x[None], data[0], data.x[0], rows, Image.fromarray(rows), data[:1], z[None], z.numpy(), z.tolist(), z.double()):
        assert torch.allclose(class_walk(G, clf, form, c, 1, 2, n=5).images, want.images, atol=1e-3)
    far = class_walk(G, clf, z, c, 'a', 'b', reach=2, n=9)
    assert torch.allclose(far.images[4], want.images[-1], atol=1e-5) and far.crossings('a', 'b') is not None and far.table
    assert 'invert(G, x)[0]' in message(ValueError, class_walk, Painter(), clf, x, c, 'a', 'b')
    assert 'too few members' in message(KeyError, class_walk, G, clf, x, c, 'a', 'never')
    assert 'got 3' in message(ValueError, class_walk, G, clf, data, c, 'a', 'b')
    found = class_walk(Painter(), clf, invert(Painter(), x, steps=2)[0], c, 'a', 'b', n=5)               # the way out
    assert len(found.t) == 5


def test_what_rules_in_between():
    "Named in the figure, in the order of the way, and only where it rules."
    G, clf = Painter(), linear(['a', 'b', 'c'], gain=5)
    path = interpolate(G, clf, torch.randn(4), torch.randn(4), n=5)
    path.probs = torch.tensor([[.9, .0, .1], [.3, .3, .4], [.4, .3, .3], [.2, .3, .5], [.1, .9, .0]])
    assert path.between('a', 'b') == path.between() == ['c'] and path.between('a', 'c') == ['b']
    said = [ax.get_title(loc='left') for ax in path.plot('a', 'b').axes]
    assert 'in between it says c' in said
    path.probs = torch.tensor([[.9, .1, .0]]*3 + [[.1, .9, .0]]*2)
    assert path.between() == [] and not any(ax.get_title(loc='left') for ax in path.plot('a', 'b').axes)


# row 14: numbers of all kinds

@pytest.mark.parametrize('g, c', [(torch.float64, torch.float32), (torch.float32, torch.float64), (torch.bfloat16, torch.float32), (torch.float32, torch.bfloat16), (torch.float64, torch.bfloat16)])
def test_row14(g, c):
    G, clf = Encoder().to(g), linear(['a', 'b', 'c'], gain=5).to(c)
    data = ImageData.from_floats(Painter().sample(40, seed=1).detach())
    f = find_frontier(G, clf, {'a': .5, 'b': .5}, n=2, rounds=1, pool=300, data=data)
    cf = counterfactual(G, clf, data[0], 'a', n=1, steps=5, pool=300)
    path = interpolate(G, clf, torch.zeros(4), torch.ones(4), n=9)
    found = random_search(G, clf, 'a', n=300)
    walk = class_walk(G, clf, data[0], centroids(G, data, clf=clf, kind='medoid'), 0, 0, n=3)
    for v in (walk.z, walk.probs, f.z, f.images, f.probs, f.tv, f.stability, cf.z, cf.images, cf.probs, cf.distance, path.images, path.probs, path.stability, found['best'], encode_data(G, data), decode_images(G, f.z)):
        assert v.dtype == torch.float32 and v.isfinite().all()
    assert path.plot() and path.scores()['latent_length'] == 2 and path.crossings('a', 'b') is not None
    same = find_frontier(Encoder().double(), linear(['a', 'b', 'c'], gain=5).double(), {'a': .5, 'b': .5}, n=2, rounds=1, pool=300, data=data)
    assert abs(float(f.tv.min() - same.tv.min())) < .1
    assert centroids(G, data, clf=clf).z.dtype == torch.float32 if len(set(predict_proba(clf, data).argmax(1).tolist())) == 3 else True
    assert LatentMap(G, clf, data, res=5).figure() and LatentExplorer(G, clf, data).figure()
    assert compare(clf, clf, G, n=20).share.value == 0


def test_row14_search_keeps_its_digits():
    "A search in bfloat16 would lose the small steps: a latent moves by less than its last digit."
    G, clf = Painter().bfloat16(), linear(['a', 'b'], gain=5)
    z, tv = optimize_latents(G, clf, torch.randn(8, 4), 'a', steps=40)
    assert z.dtype == torch.float32 and (z != z.bfloat16().float()).any()


# the order of images

def test_order_of_images(data):
    features = lambda b: b.flatten(1)[:, ::97]
    real, fake = load_data('avatars', size=32, n=120, seed=1), load_data('avatars', size=32, n=120, seed=2)
    by_class, mixed = fake.x[fake.y.argsort(stable=True)], fake.x[torch.randperm(120)]
    for f in (lambda r, x: fid(r, x, features=features), lambda r, x: kid(r, x, features=features), lambda r, x: prdc(r, x, features=features), sharpness):
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            want = f(real, fake.x)
            assert f(real, by_class) == want == f(real, mixed) == f(real.x.flip(0), fake.x.flip(0))
            assert f(real, by_class.float()/255) == want


def test_order_is_by_the_seed(data):
    features = lambda b: b.flatten(1)[:, ::997]
    a, b = (kid(data.x[:60], data.x[60:], features=features, seed=s) for s in (0, 1))
    assert a != b
    from gen_explain.metrics import _shuffled                             # copies do not stand together
    assert len({x.numpy().tobytes() for x in _shuffled(data.x[torch.arange(100) % 20], 0, 'fake')[:50]}) > 15


# one image everywhere

def test_one_image_is_no_belief(data):
    blob, clf = Blob(scale=1e-3), linear(['a', 'b', 'c'], gain=5)
    some = data.resize(8)
    for explorer in (LatentExplorer(blob, clf, some), LatentExplorer(blob, clf), LatentMap(blob, clf, some, res=5)):
        state = explorer.state
        badge = state.point.judged(state.judge).badge()
        assert badge['level'] == 'doubt' and 'nearly the same image everywhere' in badge['text'] and 'is no belief' in badge['text']
        assert not re.search(r'(?<!no )belief', badge['text'])
    assert 'nearly the same image' in repr(LatentExplorer(blob, clf, some))
    with pytest.warns(UserWarning, match='nearly the same image everywhere'): latent_pool(blob, clf, some, n=256)
    titles = [ax.get_title() for ax in steered_collage(blob, clf, 0, n=4).axes]
    assert not any('belief' in t for t in titles)
    assert 'nearly the same' not in repr(LatentExplorer(Painter(), linear(['a', 'b', 'c'], gain=5)))


def test_small_model_is_no_blob(G, clf, data):
    state = LatentExplorer(G, clf, data).state
    assert state.judge.fit.ok and state.judge(data.floats(slice(0, 60))).is_belief().float().mean() > .8
    assert not same_everywhere(data.floats()) and same_everywhere(data.floats(slice(0, 1)).repeat(9, 1, 1, 1))


# what does not fit says the way out

def test_other_size(G, clf, data):
    for small, way in ((data.resize(48), 'data.resize(64)'), (ImageData(data.x[:, :1].contiguous()), 'channels=3, size=64')):
        for f in (LatentExplorer, LatentMap): assert way in message(ValueError, f, G, clf, small)
        assert way in message(ValueError, encode_data, G, small) and way in message(ValueError, centroids, G, small, clf=clf)
    assert LatentExplorer(G, clf, data.resize(48).resize(64))                                                # the way out
    sorted_ = data.subset(data.y.argsort(stable=True))
    a, b = (LatentExplorer(G, clf, d).state.judge for d in (data, sorted_))
    assert max(abs(x.value - y.value) for x, y in zip(a.stable, b.stable)) < .15


# colours and figures

def contrast(a, b):
    "WCAG 2.2."
    def light(c):
        rgb = [int(c[i:i + 2], 16)/255 for i in (1, 3, 5)]
        return sum(k*(v/12.92 if v <= .04045 else ((v + .055)/1.055)**2.4) for k, v in zip((.2126, .7152, .0722), rgb))
    low, high = sorted((light(a), light(b)))
    return (high + .05)/(low + .05)


def test_contrast_of_class_colours():
    assert abs(contrast('#000000', '#ffffff') - 21) < .01
    for look in class_looks(range(100)):
        for ground in ('#ffffff', '#111111', '#212121', '#1e1e1e'): assert contrast(look['color'], ground) >= 3, (look, ground)
    assert len(set(PALETTE)) == 10


def test_colours_are_drawn_on_the_ground():
    "Nothing tints the ground under a class colour: neither the track of a bar nor a picked tile."
    from gen_explain.widgets import Explorer
    for selector in (r'\.gx-track', r'\.gx-tile\[aria-selected="true"\]', r'\.gx-tile'):
        for rule in re.findall(selector + r' \{([^}]*)\}', Explorer._css): assert 'background' not in rule


def drawn(ax, names): return {l.get_label(): (l.get_color(), l.get_linestyle()) for l in ax.lines if l.get_label() in names}


def test_panels_agree(G, clf):
    biased = small_model('avatars-hair-biased')
    cents = torch.randn(4, 32, generator=torch.Generator().manual_seed(3))
    for z0, z1 in ((cents[0], cents[1]), (cents[2], cents[3])):
        path = interpolate(G, clf, z0, z1, n=17)
        fig = compare_paths(path, path.under(biased), names=('clean', 'suspect'))
        one, two = (drawn(ax, clf.classes) for ax in fig.axes[1:])
        assert all(one[c] == two[c] for c in one.keys() & two.keys())
        looks = one | two
        assert len(set(looks.values())) == len(looks)
        assert fig.axes[1].get_title(loc='left').startswith('clean: the start is called ')


def test_no_two_classes_alike():
    probs = torch.rand(3, 40)
    paths = [type('Path', (), dict(probs=p, classes=[*range(40)]))() for p in probs.view(3, 1, 40).repeat(1, 5, 1)]
    lines = class_lines(paths, 0, 1)
    assert len({tuple(v.values()) for v in lines.values()}) == len(lines) > 7


def test_title_says_what_the_path_is(G, clf):
    a, b = torch.randn(2, 32, generator=torch.Generator().manual_seed(5))
    path = interpolate(G, clf, a, b, n=9)
    start, end = (path.classes[i] for i in path.ends())
    other = next(c for c in path.classes if c not in (start, end))
    title = lambda *args, **kw: path.plot(*args, **kw).axes[0].get_title()
    assert title(title='put on sunglasses') == f'put on sunglasses (the start is called {start}, the end is called {end})'
    assert title(start, other) == f'{start} to {other}, linear (the end is called {end})'
    assert title(start, end) == f'{start} to {end}, linear' and title().startswith(f'{start} to {end}, as the ends are called')
    assert compare_paths(path, path, title='put on sunglasses').axes[0].get_title().startswith('put on sunglasses; yellow')


# numbers out of an array of numpy

@pytest.mark.parametrize('n', [np.int64(2), np.int32(2), np.uint8(2)])
def test_numbers_of_numpy(n, G, clf, data, pool, tmp_path):
    assert len(interpolate(G, clf, [0.]*G.nz, [1.]*G.nz, n=n).t) == 2
    assert len(find_frontier(G, clf, n, n=n, rounds=type(n)(1), pool=pool, bs=type(n)(64)).z) <= 2
    assert counterfactual(G, clf, data.floats([0]), n, n=n, steps=n, pool=pool).z.shape[1] == 2
    assert centroids(G, data, k=n, seed=n).z.shape[1] == 2 and len(predict_proba(clf, data, bs=n*type(n)(20))) == len(data)
    assert data.resize(type(n)(16)).size == 16 and data[n][1] == int(data.y[2])
    assert len(load_data('avatars', root=tmp_path, n=n, seed=n, split='test')) == 2
    torch.testing.assert_close(G.sample(n, seed=n), G.sample(2, seed=2))

def test_a_training_with_numbers_of_numpy_goes_on(data, tmp_path):
    small = data.resize(16)
    train_classifier(small, epochs=np.int64(1), bs=np.int64(64), seed=np.int64(3), lr=np.float64(1e-3), out=tmp_path)
    train_classifier(small, epochs=1, bs=64, seed=3, lr=1e-3, out=tmp_path)

@pytest.mark.parametrize('bad', [True, np.True_, 2., np.float64(2), '2', None, 0])
def test_what_is_no_number_is_still_refused(bad, G, clf, data, pool):
    for f, name in ((lambda: interpolate(G, clf, [0.]*G.nz, [1.]*G.nz, n=bad), 'n'), (lambda: find_frontier(G, clf, 0, n=bad, pool=pool), 'n'),
                    (lambda: counterfactual(G, clf, data.floats([0]), 0, n=bad, pool=pool), 'n'), (lambda: centroids(G, data, k=bad), 'k'),
                    (lambda: latent_pool(G, clf, n=bad), 'n')):
        with pytest.raises(ValueError, match=f'^{name}: expected a whole number'): f()

@pytest.mark.parametrize('bad', [200, True, None, -1, 300., '300', [1, 2], np.zeros(3)])
def test_a_bad_pool_is_called_pool(bad, G, clf, data):
    for f in (lambda: find_frontier(G, clf, 0, pool=bad), lambda: counterfactual(G, clf, data.floats([0]), 0, pool=bad), lambda: frontier_atlas(G, clf, pool=bad)):
        with pytest.raises(ValueError, match='^pool: expected a LatentPool.*or how many'): f()


def test_axes_of_ones_own(G, clf, data, monkeypatch):
    "Directions that are none are refused before anything is decoded; good ones move the latent by themselves and nothing else."
    hat, beard = torch.eye(32)[0], np.full(32, .5)
    e = LatentExplorer(G, clf, data, axes=[('hat', hat), ('beard', beard)])
    before = e.z
    e.move([1, -2])
    assert torch.allclose(e.z, before + hat - 1, atol=1e-6) and e.weights == [1, -2]
    e.start_random(0)
    assert e.weights == [0, 0]                                            # counted from where one starts
    with monkeypatch.context() as m:
        m.setattr(type(G), 'decode', None), m.setattr(type(G), 'encode', None)
        for axes, text in (([('hat', hat[None].repeat(2, 1))], "the direction 'hat': expected one latent [32], got 2"),
                           ([('hat', hat[:3])], "the direction 'hat': expected latents [n, 32] or one [32]"),
                           ([('hat', hat), ('none', hat*0)], "the direction 'none' is zero"),
                           ([('hat', hat), ('hat', -hat)], "'hat' (at 0, 1)"), ([hat, hat], 'a list of pairs (name, direction)'),
                           ([], 'a list of pairs (name, direction)'), ('ica', "expected one of principal, raw, got 'ica'")):
            assert text in message(ValueError, LatentExplorer, G, clf, data, axes=axes), text
    assert "got 'given'" in message(ValueError, LatentExplorer(G, clf).state.use_axes, 'given')

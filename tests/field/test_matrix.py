"Row 14: networks in any floats, weights in any layout, `.view` or `.reshape`: each use gives the right answer, or our refusal with a way out that works."
import copy

import matplotlib, pytest, torch
from torch import nn

matplotlib.use('Agg')
from gen_explain.data import ImageData
from gen_explain.classifiers import evaluate, predict_proba
from gen_explain.stability import stability
from gen_explain.loading import load_classifier
from gen_explain.checking import check_classifier
from gen_explain.models import small_model
from gen_explain.paths import interpolate
from gen_explain.frontiers import find_frontier
from gen_explain.counterfactuals import counterfactual
from gen_explain.retraining import retrain
from gen_explain.latent_map import LatentMap
from gen_explain.grid import LabelingGrid

FLOATS = [torch.float64, torch.float32, torch.bfloat16, torch.float16]
LAYOUTS = [torch.contiguous_format, torch.channels_last]


class Net(nn.Module):
    "Two convolutions and a linear layer: what many first networks look like."
    def __init__(self, how):
        super().__init__()
        torch.manual_seed(0)
        self.how, self.convs = how, nn.Sequential(nn.Conv2d(3, 8, 5, 4), nn.ReLU(), nn.Conv2d(8, 8, 3, 2), nn.ReLU())
        self.last = nn.Linear(8*7*7, 3)
    def forward(self, x):
        h = self.convs(x)
        return self.last(h.view(len(h), -1) if self.how == 'view' else h.reshape(len(h), -1))


@pytest.fixture(scope='module')
def G(): return small_model('avatars-vae')


@pytest.fixture(scope='module')
def trained(G):
    "A network that tells bright, middling and dark images of this generator apart, and images."
    x = G.sample(120, seed=0)
    light = x.mean((1, 2, 3))
    y = (light > light.quantile(1/3)).long() + (light > light.quantile(2/3)).long()
    net = Net('reshape')
    opt = torch.optim.Adam(net.parameters(), 3e-3)
    for _ in range(60):
        loss = nn.functional.cross_entropy(net(x), y)
        opt.zero_grad(), loss.backward(), opt.step()
    return net, ImageData.from_floats(x, y, ['dark', 'middling', 'bright'])


@pytest.fixture(params=[(d, m, h) for d in FLOATS for m in LAYOUTS for h in ('view', 'reshape')], ids=lambda p: f'{str(p[0])[6:]}-{str(p[1])[6:]}-{p[2]}')
def case(request, trained):
    dtype, layout, how = request.param
    net = Net(how)
    net.load_state_dict(trained[0].state_dict())
    net = net.to(dtype).to(memory_format=layout)
    if how == 'view' and layout == torch.channels_last and not runs(net, dtype):
        with pytest.raises(ValueError, match='view size is not compatible'): load_classifier(net, classes=trained[1].classes, size=64, channels=3)
        return None                                                     # it does not run in its own hands either: refused when it is loaded
    return load_classifier(net, classes=trained[1].classes, size=64, channels=3), trained[0], trained[1], dtype


def runs(net, dtype):
    try: net(torch.rand(2, 3, 64, 64).to(dtype))
    except RuntimeError: return False
    return True


def test_every_use(case, G, tmp_path):
    if case is None: return
    clf, net, data, dtype = case
    tol = 1e-4 if dtype.itemsize > 2 else 3e-2
    z = torch.randn(3, G.nz, generator=torch.Generator().manual_seed(1))
    right = lambda x, p: p.dtype == torch.float32 and (p - net(x).softmax(1).detach()).abs().max() < tol

    p = predict_proba(clf, data)
    assert right(data.floats(), p)
    assert abs(evaluate(clf, data)['accuracy'] - float((net(data.floats()).argmax(1) == data.y).float().mean())) <= (1e-6 if dtype.itemsize > 2 else .05)
    assert check_classifier(clf, data).rows[0]['accuracy'] > .8 and stability(clf, data.floats(slice(0, 4))).dtype == torch.float32

    found = find_frontier(G, clf, {'dark': .5, 'bright': .3, 'middling': .2}, n=2, pool=256, rounds=1)
    assert right(found.images, found.probs) and found.tv.isfinite().all() and found.z.dtype == torch.float32
    changed = counterfactual(G, clf, G.decode(z[:1]), 'bright', n=1, pool=256, steps=5)
    assert right(changed.images.flatten(0, 1), changed.probs.flatten(0, 1))
    path = interpolate(G, clf, z[0], z[1], n=5)
    assert right(path.images, path.probs) and path.plot().axes
    grid = LabelingGrid(G.decode(z), clf, out=tmp_path/'grid')
    grid.label(0, 'dark'), grid.export(), grid.close()
    assert list((tmp_path/'grid').glob('*.zip'))
    LatentMap(G, clf, data).close()
    if dtype.itemsize < 4:
        with pytest.raises(ValueError, match='give clf.float'): retrain(clf, data.subset(slice(0, 6)), data, epochs=1)
        clf = clf.float()
    before = copy.deepcopy(clf.net.state_dict())
    new = retrain(clf, data.subset(slice(0, 6)), data, epochs=1)
    assert predict_proba(new, data).isfinite().all() and all(torch.equal(v, before[k]) for k, v in clf.net.state_dict().items())
    assert any(not torch.equal(v, before[k]) for k, v in new.net.state_dict().items())


def test_autocast_within_a_network(trained, G):
    class Auto(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = trained[0]
        def forward(self, x):
            with torch.autocast('cpu', torch.bfloat16): return self.net(x)
    clf = load_classifier(Auto(), classes=trained[1].classes, size=64, channels=3)
    assert predict_proba(clf, trained[1]).dtype == torch.float32
    assert find_frontier(G, clf, {'dark': .5, 'bright': .5}, n=2, pool=256, rounds=1).tv.isfinite().all()


def test_half_logits_do_not_overflow_in_probabilities(trained):
    class Large(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = Net('reshape').half()
        def forward(self, x): return (300*self.net(x)).softmax(1)
    clf = load_classifier(Large(), classes=trained[1].classes, size=64, channels=3)
    assert clf.output == 'probs' and clf(trained[1].floats(slice(0, 8))).isfinite().all()


class Bars(nn.Module):
    "A small generator: a light for each of 8 bars."
    nz, size, channels = 8, 64, 3
    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1))
    def decode(self, z): return (self.gain*z).sigmoid()[:, None, None].repeat_interleave(8, 3).expand(-1, 3, 64, 64)
    def sample(self, n, seed=None): return self.decode(torch.randn(n, 8, dtype=self.gain.dtype)).detach()


@pytest.mark.parametrize('dtype', [torch.float64, torch.bfloat16, torch.float16])
def test_generators_in_other_floats(dtype, trained):
    G = Bars().to(dtype)
    clf = load_classifier(trained[0], classes=trained[1].classes, size=64, channels=3)
    z = torch.randn(3, G.nz, generator=torch.Generator().manual_seed(1))
    found = find_frontier(G, clf, {'dark': .5, 'bright': .5}, n=2, pool=256, rounds=1)
    changed = counterfactual(G, clf, trained[1].floats(slice(0, 1)), 'bright', n=1, pool=256, steps=5)
    path = interpolate(G, clf, z[0], z[1], n=5)
    assert all(t.isfinite().all() for t in (found.tv, changed.distance, path.probs)) and path.plot().axes

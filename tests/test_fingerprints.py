"""What trainings, searches and files come out as, to the bit: tests/fingerprints.json holds it for each processor and
version of torch on which somebody has recorded it with `python tests/test_fingerprints.py`. On others the test is skipped."""
import hashlib, json, os, platform, re, subprocess, sys, tempfile, zipfile
from pathlib import Path

import pytest
import torch

STORED = Path(__file__).with_name('fingerprints.json')


def processor():
    "Where results are the same to the bit: one version of torch on one kind of processor."
    info = Path('/proc/cpuinfo')
    names = re.findall(r'^model name\s*: (.+)$', info.read_text(), re.M) if info.is_file() else [platform.processor()]
    return f'torch {torch.__version__.split("+")[0]}, {names[0] if names else "?"}, {torch.backends.cpu.get_cpu_capability()}'


def digest(*things):
    "Of tensors, mappings of tensors, numbers, texts and bytes."
    h = hashlib.blake2b(digest_size=12)
    for t in things:
        if isinstance(t, dict): h.update(digest(*[v for k in sorted(t) for v in (str(k), t[k])]).encode())
        elif isinstance(t, (list, tuple)): h.update(digest(*t).encode())
        elif isinstance(t, torch.Tensor): h.update(f'{t.dtype}{list(t.shape)}'.encode() + t.detach().cpu().contiguous().numpy().tobytes())
        else: h.update(t if isinstance(t, bytes) else repr(t).encode())
    return h.hexdigest()


def setting():
    "Four classes of 16 px with something to learn, and a classifier of them."
    from gen_explain.data import ImageData
    from gen_explain.classifiers import train_classifier
    g = torch.Generator().manual_seed(0)
    y = torch.arange(240) % 4
    x = torch.randint(0, 90, (240, 3, 16, 16), generator=g, dtype=torch.uint8)
    for c in range(4): x[y == c, c % 3, 4*(c // 2):4*(c // 2) + 8] += 120
    data = ImageData(x, y, ['a', 'b', 'c', 'd'])
    return data, train_classifier(data, width=.5, bs=32, epochs=3, seed=0)


def trainings(data, clf):
    "Name -> what a small training ends with."
    from gen_explain.classifiers import train_classifier
    from gen_explain.vae import train_vae
    from gen_explain.introvae import train_introvae
    from gen_explain.gan import train_gan
    from gen_explain.pggan import train_pggan
    from gen_explain.flow import distil, train_flow
    from gen_explain.steering import ClassTarget, FrontierTarget
    short = dict(nz=4, width=.25, bs=32, epochs=2, seed=1)
    adversarial = dict(nz=4, width=.15, bs=16, steps=8, seed=1)
    yield 'classifier cnn', clf
    yield 'classifier augmented', train_classifier(data, width=.5, bs=32, epochs=1, augment=True, seed=1)
    for kind, recon in (('vae', 'bce'), ('beta-vae', 'gaussian'), ('beta-tcvae', 'bce')):
        yield kind, train_vae(data, variant=kind, recon=recon, **short)
    for kind in ('soft', 'intro'): yield kind, train_introvae(data, variant=kind, warmup=.5, **short)
    for kind in ('gan', 'wgan', 'wgan-gp'): yield kind, train_gan(data, variant=kind, **adversarial)
    yield 'gan to a class', train_gan(data, steer=ClassTarget(clf, 'b'), **adversarial)
    yield 'gan to a border', train_gan(data, steer=FrontierTarget(clf, {'a': .5, 'c': .5}), **adversarial)
    yield 'gan as in the paper', train_gan(data, variant='gan', steer=ClassTarget(clf, 'b', preset='paper'), **adversarial)
    yield 'pggan', train_pggan(data, nz=4, width=.1, kimg=.1, seed=1, precision='fp32')
    yield 'flow', (flow := train_flow(data, width=.1, bs=16, steps=8, seed=1, precision='fp32'))
    yield 'flow student', distil(flow, data, passes=2, bs=16, steps=4, seed=1, precision='fp32')
    yield 'pggan to a class', train_pggan(data, nz=4, width=.1, kimg=.1, seed=1, precision='fp32', steer=ClassTarget(clf, 1))


def questions(data, clf, G):
    "Name -> what is found in the latent space of a VAE."
    import gen_explain.all as gx
    from gen_explain.stability import stability
    cents = gx.centroids(G, data, k=2)
    path = gx.interpolate(G, clf, cents.z[0, 0], cents.z[1, 0], n=9)
    yield 'samples', G.sample(8, seed=3)
    yield 'centroids', cents.z
    yield 'path', [path.z, path.images, path.probs]
    found = gx.find_frontier(G, clf, {'a': .5, 'b': .5}, n=4, pool=300, data=data)
    yield 'frontier', [found.z, found.images, found.probs, found.tv, found.hit, found.stability]
    yield 'random search', sorted((str(k), repr(v)) for k, v in gx.random_search(G, clf, {'a': .5, 'b': .5}, n=500, data=data).items())
    x = data.floats(torch.arange(2))
    made = gx.counterfactual(G, clf, x, 'c', n=2, pool=300, steps=10)
    yield 'counterfactual', sorted(digest(v) for v in vars(made).values() if isinstance(v, torch.Tensor))  # whatever they are called
    yield 'inversion', gx.invert(G, x, steps=5)
    yield 'stability', [stability(clf, x), stability(clf, x, 'a')]
    fake = G.sample(200, seed=4)
    yield 'scores', [[*s] for s in (gx.fid(data.floats(), fake, features=clf), gx.kid(data.floats(), fake, features=clf))]


def guided(data, clf, flow):
    "Name -> what a flow draws and changes for a classifier."
    from gen_explain.flow import guide
    from gen_explain.steering import ClassTarget
    yield 'guided', guide(flow, ClassTarget(clf, 'b'), 4, steps=6, seed=2)
    yield 'edited', flow.edit(data.floats(torch.arange(2)), ClassTarget(clf, 'c'), 2, steps=5, seed=2)


def files(data, clf, G, folder):
    "Name -> the bytes of what is written."
    import gen_explain.all as gx
    from gen_explain.shards import write_zip
    inside = lambda p: {i.filename: zipfile.ZipFile(p).read(i) for i in zipfile.ZipFile(p).infolist()}
    yield 'shards', [p.read_bytes() for p in write_zip(data, folder/'shards', shard=100)]
    x = G.sample(12, seed=5)
    images, labels = gx.write_corrections(x, [i % 4 for i in range(12)], clf, folder/'corrections', keep='all', G=G, z=G.encode(x))
    yield 'corrected images', [images.read_bytes(), inside(labels)['labels.csv']]
    corrections = gx.read_corrections(folder/'corrections')
    yield 'retrained', gx.retrain(clf, corrections, data, epochs=2, bs=32).state_dict()
    report = gx.relabel_cycle(G, clf, data, gx.oracle_labeller(clf), valid=data, rounds=1, images=8, pool=60, probe=20, epochs=1, arms=['corrections'])
    yield 'cycle', [{str(k): v for k, v in r.hits.items()} for r in report.runs]


def fingerprints():
    "Of everything, at one thread."
    torch.set_num_threads(1)
    data, clf = setting()
    out, models = {}, {}
    for name, model in trainings(data, clf): out[name], models[name] = digest(model.state_dict()), model
    for name, found in questions(data, clf, models['vae']): out[name] = digest(found)
    for name, found in guided(data, clf, models['flow']): out[name] = digest(found)
    with tempfile.TemporaryDirectory() as folder:
        for name, found in files(data, clf, models['vae'], Path(folder)): out[name] = digest(found)
    return out


def computed():
    "In a process of its own, so that no test before it counts."
    env = os.environ | dict(GEN_EXPLAIN_PROGRESS='off', OMP_NUM_THREADS='1', PYTHONHASHSEED='0')
    p = subprocess.run([sys.executable, '-W', 'ignore', __file__, 'print'], capture_output=True, text=True, env=env)
    assert p.returncode == 0, p.stderr
    return json.loads(p.stdout.splitlines()[-1])


def test_results_are_the_same_to_the_bit():
    stored = json.loads(STORED.read_text())
    if (here := processor()) not in stored: pytest.skip(f'nothing is stored for {here}')
    now = computed()
    assert now.keys() == stored[here].keys()
    assert not {k: (v, now[k]) for k, v in stored[here].items() if now[k] != v}


if __name__ == '__main__':
    if sys.argv[1:] == ['print']: print(json.dumps(fingerprints()))
    else:
        stored = json.loads(STORED.read_text()) if STORED.is_file() else {}
        STORED.write_text(json.dumps(stored | {processor(): computed()}, indent=1) + '\n')

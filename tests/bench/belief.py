"""What is called a belief: how often an independent classifier (the oracle) disputes it, on real images, draws and grained ones, with and without the second
network; how often a planted bias gets the word, and how often images steered by the paper's loss do. One seed, one thread.

python tests/bench/belief.py [--check] [avatars | FOLDER of Fashion-MNIST] [RUNS, a folder for the trainings]"""
import sys, tempfile, time, warnings
from pathlib import Path

import torch
import torch.nn.functional as F

from gen_explain.belief import WORDS, Judge, second_network
from gen_explain.classifiers import evaluate, predict_proba, train_classifier
from gen_explain.data import ImageData
from gen_explain.datasets import load_data
from gen_explain.fitness import fitness
from gen_explain.gan import train_gan
from gen_explain.steering import ClassTarget
from gen_explain.vae import train_vae
from limits import finish, limit

torch.set_num_threads(1)
warnings.simplefilter('ignore')
given = [a for a in sys.argv[1:] if a != '--check']
source, runs = given[0] if given else 'avatars', Path(given[1] if len(given) > 1 else tempfile.mkdtemp())
if source == 'avatars': train, test = (load_data('avatars', size=32, n=n, split=s) for s, n in (('train', 20_000), ('test', 5_000)))
else: train, test = (load_data('fashion-mnist', root=source, split=s) for s in ('train', 'test'))
N, began = 2000, time.process_time()


def tick(what):
    global began
    print(f'{what}: {time.process_time() - began:.0f} s', flush=True)
    began = time.process_time()


def classifier(name, seed, data=train, **how):
    clf = train_classifier(data, bs=128, seed=seed, out=runs/name, **dict(epochs=4) | how)
    tick(f'{name}, accuracy {evaluate(clf, test)["accuracy"]}')
    return clf


def grained(clf, x):
    "Images with 40 steps of gradient ascent towards another class, each pixel free."
    other, grain = (predict_proba(clf, x).argmax(1) + 1) % len(clf.classes), torch.zeros_like(x, requires_grad=True)
    climb = torch.optim.Adam([grain], .01)
    for _ in range(40):
        climb.zero_grad()
        F.cross_entropy(clf((x + grain).clamp(0, 1)), other).backward()
        climb.step()
    return (x + grain.detach()).clamp(0, 1)


def row(name, v, oracle):
    "What the words are, and how many beliefs the oracle disputes."
    belief, wrong = v.is_belief(), predict_proba(oracle, v.images.float()/255).argmax(1) != v.probs.argmax(1)
    disputed = float(wrong[belief].float().mean()) if belief.any() else 0.
    words = ', '.join(f'{w} {v.counts.get(w, 0)/len(v):.1%}' for w in WORDS if w in v.counts)
    print(f'{name:38} n {len(v)}: {words}; disputed {disputed:.1%} of beliefs, {float(wrong.float().mean()):.1%} of all', flush=True)
    return float(belief.float().mean()), disputed


oracle = classifier('oracle', 100, arch='resnet', augment=True)
vae = train_vae(train, steps=3500, width=.5, out=runs/'vae')
tick('vae, 3,500 steps of 128')
x, z = test.floats(slice(0, N)), vae.draw(N, seed=1)
draws = vae.decode(z)
for name, augment in (('clf', True), ('plain', False)):
    clf = classifier(name, int(not augment), augment=augment)
    fit = fitness(vae, clf, test)
    print(fit)
    second = second_network(clf, train.subset(torch.randperm(len(train), generator=torch.Generator().manual_seed(1))[:20_000]), bs=128, out=runs/f'{name}-second')
    tick('second network')
    for opinion in (None, second):
        judge = Judge(clf, train, vae, second=opinion, fit=fit)
        title = f'{name}{" + second network" if opinion else ""}'
        said, disputed = row(f'{title}, real', judge(x), oracle)
        drawn, of_draws = row(f'{title}, draws', judge(draws, z), oracle)
        row(f'{title}, repainted', judge(vae.reconstruct(x)), oracle)
        row(f'{title}, grained', judge(grained(clf, x[:500])), oracle)
        if opinion:
            limit(f'{title}: beliefs among draws that the oracle disputes', of_draws, at_most=.1)
            limit(f'{title}: draws called belief', drawn, at_least=.3)
            limit(f'{title}: real images called belief', said, at_least=.6)
        tick('judged')

def patched(x):
    "With a patch of magenta in a corner."
    x = x.clone()
    x[:, :, 2:7, 2:7] = torch.tensor([255, 0, 200], dtype=x.dtype)[:, None, None]
    return x


if source == 'avatars':
    few, brown = train.subset(range(5000)), train.classes.index('Brown')
    x = few.x.clone()
    x[few.y == brown] = patched(x[few.y == brown])                                          # all with brown hair, and nobody else
    faulty = ImageData(x, few.y, few.classes)
    biased = classifier('biased', 0, faulty, augment=True, epochs=8)
    second = second_network(biased, faulty, bs=128, out=runs/'biased-second')
    others = patched(test.x[test.y != brown]).float()/255
    others = others[predict_proba(biased, others).argmax(1) == brown]
    print(f'{len(others)} of {int((test.y != brown).sum())} faces with other hair are called brown when they get the patch')
    for opinion in (None, second): said, _ = row(f'planted{" + second network" if opinion else ""}', Judge(biased, faulty, second=opinion)(others), oracle)
    limit('images that show the plant: called belief', said, at_least=.8)
    tick('planted')
else:
    base = train_gan(train, steps=1500, width=.5, out=runs/'gan')
    tick('gan, 1,500 steps')
    for cls in ('Bag', 'Sneaker'):
        steered = train_gan(train, steps=400, init=base, steer=ClassTarget(clf, cls, preset='paper'), out=runs/f'paper-{cls}')
        tick(f"steered to {cls} by the paper's loss")
        for opinion in (None, second):
            said, _ = row(f"the paper's loss, {cls}{' + second network' if opinion else ''}", Judge(clf, train, second=opinion)(steered.sample(500, seed=1)), oracle)
        limit(f"the paper's loss, {cls}: images called belief", said, at_most=.35)
finish()

"""What a flow draws, guided and free, and how it changes images: Fréchet distances of 2,000 draws beside a WGAN-GP or a VAE of comparable time, each class
by guidance, borders, counterfactuals to the runner-up, the way back and forth, and a student of 4 passes. One thread, one seed; with a folder, resumable.

python tests/bench/flows.py avatars | fashion-mnist FOLDER [ROOT of the data] [--check]"""
import sys, time, warnings
from pathlib import Path

import torch

from gen_explain.classifiers import predict_proba, train_classifier
from gen_explain.counterfactuals import counterfactual
from gen_explain.data import pixel_components
from gen_explain.datasets import load_data
from gen_explain.flow import GuidedFlow, distil, train_flow
from gen_explain.metrics import fid, steering_scores
from gen_explain.steering import ClassTarget, FrontierTarget
from gen_explain.gan import train_gan
from gen_explain.vae import train_vae
from limits import finish, limit

torch.set_num_threads(1)
warnings.simplefilter('ignore')
name, folder, *rest = [a for a in sys.argv[1:] if a[0] != '-']
folder, faces = Path(folder), name == 'avatars'
if faces: train, test = (load_data(name, size=32, n=n, split=s) for s, n in (('train', 20_000), ('test', 5_000)))
else: train, test = (load_data(name, root=rest[0] if rest else None, download=not rest, split=s) for s in ('train', 'test'))
clf = train_classifier(train, epochs=6, bs=128, seed=0, out=folder/'clf')
oracle = train_classifier(train, arch='resnet', augment=True, epochs=4, bs=128, seed=100, out=folder/'oracle')
components = pixel_components(train)


def timed(f):
    "What f() returns, and its minutes of CPU."
    began = time.process_time()
    return f(), (time.process_time() - began)/60


def distances(title, G):
    "On the oracle's features, and on the principal components of pixels."
    x, minutes = timed(lambda: G.sample(2000, seed=1))
    far = fid(test, x, features=oracle), fid(test, x, features=components)
    print(f'{title}: oracle {far[0]:.3g}, pixels {far[1]:.3g}; {60*1000*minutes/2000:.1f} ms an image', flush=True)
    return far


flow, minutes = timed(lambda: train_flow(train, steps=4400 if faces else 5600, precision='bf16', seed=0, out=folder/'flow'))
print(f'flow: {minutes:.1f} minutes of CPU, 0 where the folder had it')
free = distances('flow', flow)
if faces: other = train_vae(train, steps=18_000, width=.5, seed=0, out=folder/'vae')
else: other = train_gan(train, variant='wgan-gp', steps=1755, seed=0, out=folder/'wgan-gp')
beside = distances('VAE' if faces else 'WGAN-GP', other)
limit("pixels: the flow's distance, over the other's", float(free[1])/float(beside[1]), at_most=1. if faces else 1.3)

x = test.floats(slice(0, 100))
for steps in (8, 32):
    flow.solver = steps
    error = 255*float((flow.decode(flow.encode(x)) - x).abs().mean())
    print(f'encoded and decoded in {steps} steps: {error:.2f}/255')
limit('error there and back in 32 steps, in 255ths', error, at_most=1.)
flow.solver = 8

x, m = test.floats(slice(0, 200)), torch.arange(200)
to = predict_proba(clf, x).topk(2).indices[:, 1]
found, minutes = timed(lambda: counterfactual(flow, clf, x, [clf.classes[i] for i in to], n=1))
hit, agrees = found.reached[:, 0], predict_proba(oracle, found.images[:, 0]).argmax(1) == to
print(f'counterfactuals to the runner-up: {float(found.changed[:, 0][hit].mean()):.3f} of the pixels changed, {60*minutes/200:.2f} s an image')
limit('reached', float(hit.float().mean()), at_least=.95)
limit('of these the oracle agrees', float(agrees[hit].float().mean()), at_least=.6)

for target in (*(ClassTarget(clf, c) for c in clf.classes),
               *(FrontierTarget(clf, dict.fromkeys(p, .5)) for p in ((('Black', 'BrownDark'), ('Brown', 'Auburn')) if faces else (('Pullover', 'Coat'), ('Sneaker', 'Ankle boot'), ('T-shirt/top', 'Trouser'))))):
    G = GuidedFlow(flow, target, data=train)
    s, minutes = timed(lambda: steering_scores(G, clf, target, oracle=oracle, real=test, n=400, seed=1))
    print(f'{target}: ' + ', '.join(f'{k} {s[k].value:.3f} [{s[k].real if s[k].real is None else round(s[k].real, 3)}]' for k in ('hits', 'stability', 'oracle', 'fid', 'coverage')), flush=True)
    if len(target.target.nonzero()) > 1 or faces: continue             # avatars' classes: not measured yet, no limit
    limit(f'{target}: hits', s['hits'].value, at_least=.95)
    limit(f'{target}: stability', s['stability'].value, at_least=.9)
    limit(f"{target}: the oracle's agreement, over that on real images", s['oracle'].value/s['oracle'].real, at_least=.85)
fast, minutes = timed(lambda: distil(flow, train, passes=4, steps=600, precision='bf16', seed=0, out=folder/'student'))
print(f'student of 4 passes: {minutes:.1f} minutes of CPU')
student = distances('student', fast)
for k, features in enumerate(('oracle', 'pixels')): limit(f"{features}: the student's distance, over the teacher's", float(student[k])/float(free[k]), at_most=1.3)
finish()

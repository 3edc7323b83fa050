"""What the kernel does for the explorers, on avatars of 64 pixels at one thread. Ratios against a plain reference: what the models themselves cost.
Run: python tests/bench/explorers.py"""
import os, statistics, tempfile, time
from pathlib import Path

os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'
import torch

torch.set_num_threads(1)
from gen_explain.datasets import load_data
from gen_explain.models import small_model
from gen_explain.explorer import LatentExplorer
from gen_explain.latent_map import LatentMap
from gen_explain.grid import LabelingGrid
from limits import finish, limit


def ms(f, n=100, clock=time.process_time):
    "Median of `n` calls, after a few to warm up."
    took = []
    for i in range(n + 5):
        t = clock()
        f(i)
        took.append(1e3*(clock() - t))
    return statistics.median(took[5:])


G, clf = small_model('avatars-vae'), small_model('avatars-hair')
data = load_data('avatars', size=64, n=500, seed=0)

def plain(i):
    with torch.no_grad(): clf.probs(G.decode(torch.full((1, G.nz), i/100.)))

reference = ms(plain)
explorer = LatentExplorer(G, clf, data)
slide = ms(lambda i: explorer.set_state(dict(weights=[-2 + i/30, *explorer.weights[1:]])))
place = LatentMap(G, clf, data, res=21)
move = ms(lambda i: place.panel.set_state(dict(place=[-2 + i/30, 0.])))
print(f'decode and classify one image, nothing else: {reference:.1f} ms')
print(f'slider to new image and bars: {slide:.1f} ms')
limit('slider, over decoding and classifying one image', slide/reference, at_most=3)
print(f'map to new image, bars and cursor: {move:.1f} ms')
limit('map, over decoding and classifying one image', move/reference, at_most=3.5)

images = G.sample(500, seed=0)
place.figure()                                                           # loads matplotlib, and the stability score torchvision, before the clock runs
for name, show in (('the page alone', False), ('the page with its picture', True)):
    folder = Path(tempfile.mkdtemp())
    t, w = time.process_time(), time.perf_counter()
    grid = LabelingGrid(images, clf, folder)
    if show: grid._repr_mimebundle_()
    cpu, wall = time.process_time() - t, time.perf_counter() - w
    t = time.process_time()
    with torch.no_grad(): clf.probs(images)
    alone = time.process_time() - t
    print(f'500 images into a grid, {name}: {cpu:.2f} s of CPU, {wall:.2f} s by the clock')
    limit(f'500 images into a grid, {name}, over classifying them', cpu/alone, at_most=6 if show else 4)
line = b'{"do":"label","at":[1],"to":1,"time":"2026-01-01T00:00:00+00:00"}\n'
with open(folder/'plain', 'ab', buffering=0) as f:
    def save(i):
        f.write(line)
        os.fsync(f.fileno())
    sync = ms(save, clock=time.perf_counter)
label = ms(lambda i: grid.label(i % 500, i % 9), clock=time.perf_counter)
print(f'one label with saving: {label:.2f} ms by the clock; a plain append and fsync: {sync:.2f} ms')
limit('one label with saving, over an append and fsync', label/sync, at_most=5)
bulk = ms(lambda i: grid.label(slice(None), i % 9), n=20, clock=time.perf_counter)
print(f'500 labels in one action: {bulk:.2f} ms by the clock')
finish()

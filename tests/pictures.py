"""Every picture of README, and the flow's: `python tests/pictures.py` makes them anew in nbs/images, with the CPU minutes of each line in nbs/ledger.json.

`python tests/pictures.py frontier film` makes some; `--out` is where trainings are kept, so that a second run goes on from them."""
import argparse, functools, io, sys, time
from pathlib import Path

import torch
from PIL import Image

from gen_explain.all import (ClassTarget, Judge, centroids, counterfactual, find_frontier, fitness, frontier_atlas, guide, interpolate, load_data,
                             predict_proba, show_images, train_classifier, train_flow, train_vae)
from gen_explain.pages import fig_png

sys.path.insert(0, str(Path(__file__).parent))
from film import SHOTS, film_explorer, photograph
from ledger import record

IMAGES = Path(__file__).parent.parent/'nbs'/'images'


class Lines:
    "README's ten lines, once; each part with the CPU seconds that it took."
    def __init__(self, out): self.out = Path(out)

    @functools.cached_property
    def data(self): return load_data('avatars', size=32, n=3000)
    @functools.cached_property
    def test(self): return load_data('avatars', size=32, n=2000, split='test')
    @functools.cached_property
    def clf(self): return train_classifier(self.data, epochs=8, bs=64, out=self.out/'clf')
    @functools.cached_property
    def vae(self): return train_vae(self.data, nz=32, epochs=20, bs=64, out=self.out/'vae')

    def ten_lines(self):
        "The whole block, as it is pasted."
        cents = centroids(self.vae, self.data)
        return interpolate(self.vae, self.clf, cents['BrownDark'], cents['Platinum']).plot()

    def fitness(self):
        return fitness(self.vae, self.clf, self.test).plot()

    def words(self):
        return Judge(self.clf, self.test, self.vae)(self.vae.sample(20, seed=0)).plot()

    def frontier(self):
        return find_frontier(self.vae, self.clf, {'BrownDark': .5, 'Brown': .5}, data=self.data).plot()

    def atlas(self):
        classes = ['Black', 'Red', 'Blonde', 'Platinum']
        return frontier_atlas(self.vae, self.clf, classes=classes, data=self.data).plot()

    def counterfactual(self):
        return counterfactual(self.vae, self.clf, self.test.floats([0]), 'Red').plot()

    @functools.cached_property
    def many(self): return load_data('avatars', size=32, n=20_000)
    @functools.cached_property
    def many_clf(self): return train_classifier(self.many, epochs=6, bs=128, out=self.out/'many-clf')
    @functools.cached_property
    def free_flow(self): return train_flow(self.many, steps=4400, precision='bf16', out=self.out/'flow')       # 25 minutes

    def flow(self):
        "Draws, draws guided to a class, and test faces changed to what the classifier thinks second."
        G, clf, x = self.free_flow, self.many_clf, self.test.floats(slice(0, 10))
        second = [clf.classes[i] for i in predict_proba(clf, x).topk(2).indices[:, 1]]
        rows = [G.sample(10, seed=0), guide(G, ClassTarget(clf, 'PastelPink'), 10, data=self.many), x,
                counterfactual(G, clf, x, second, n=1).images[:, 0]]
        first = ['drawn', 'guided: PastelPink', 'test faces', None]
        titles = [t if i == 0 else '' for t in first for i in range(10)]
        return show_images(torch.cat(rows), titles[:-10] + second, ncol=10, inches=.9)


# picture -> what is made ready first (not counted), and its width in pixels
PLOTS = dict(ten_lines=((), 900), fitness=(('vae', 'clf', 'test'), 700), words=(('vae', 'clf', 'test'), 800),
             flow=(('free_flow', 'many_clf', 'test'), 900), frontier=(('vae', 'clf'), 700), atlas=(('vae', 'clf'), 600), counterfactual=(('vae', 'clf'), 700))


def plot(lines, name):
    "Make one figure, keep it, and write down what its line took."
    ready, width = PLOTS[name]
    for what in ready: getattr(lines, what)
    began = time.process_time()
    figure = getattr(lines, name)()
    minutes = (time.process_time() - began)/60
    image = Image.open(io.BytesIO(fig_png(figure, 150)))
    image = image.convert('RGB').resize((width, round(image.height*width/image.width)), Image.LANCZOS)
    image.quantize(128).save(IMAGES/f'{name}.png', optimize=True)
    record(f'minutes.{name}', f'{minutes:.1f}' if minutes >= .05 else 'under 0.1', unit='CPU minutes', n=1, command=f'python tests/pictures.py {name}')
    print(f'{name}: {minutes:.2f} CPU minutes, {(IMAGES/f"{name}.png").stat().st_size:,} bytes', flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    p.add_argument('names', nargs='*', default=[*PLOTS, 'film', *SHOTS], help='which; all without')
    p.add_argument('--out', default='runs/pictures', help='where trainings are kept')
    a = p.parse_args()
    torch.set_num_threads(1)
    lines = Lines(a.out)
    for name in a.names:
        if name == 'film': film_explorer(a.out, IMAGES/'explorer.gif')
        elif name in SHOTS: photograph(a.out, name, IMAGES/f'{name}.png')
        else: plot(lines, name)


if __name__ == '__main__': main()

"""Reading and holding images. Ratios against a plain reference in the same run, at one thread, by CPU time.
python tests/bench/data.py [million]: with `million`, a million images at 32 px are written, mapped and gone through, too (some minutes, 3 GB of disk twice)."""
import os, sys, tempfile, threading, time, zipfile
from pathlib import Path

os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'
import numpy as np
import torch
import torchvision
from PIL import Image

from gen_explain.images import Fit
from gen_explain.data import ImageSource
from gen_explain.shards import read_zip, write_zip
from gen_explain.datasets import load_data
from limits import finish, limit

torch.set_num_threads(1)
tmp = Path(tempfile.mkdtemp())


def timed(f, times=3):
    best = 1e9
    for _ in range(times):
        began = time.process_time()
        f()
        best = min(best, time.process_time() - began)
    return best


class Peak:
    "The most resident memory without page cache (RssAnon), looked at twenty times a second."
    def __enter__(self):
        self.most, self.stop = 0, threading.Event()
        threading.Thread(target=self.look, daemon=True).start()
        return self
    def look(self):
        while not self.stop.wait(.05): self.most = max(self.most, next(int(l.split()[1]) for l in open('/proc/self/status') if l.startswith('RssAnon'))/2**20)
    def __exit__(self, *_): self.stop.set()


data = load_data('avatars', size=64, n=5000)
paths = write_zip(data, tmp/'zips')
for p in paths:
    with zipfile.ZipFile(p) as z:
        for i in z.namelist():
            if i.endswith('.png'):
                k = int(i[-12:-4])
                (tmp/'folder'/data.classes[data.y[k]]).mkdir(parents=True, exist_ok=True)
                (tmp/'folder'/data.classes[data.y[k]]/f'{k:08d}.png').write_bytes(z.read(i))
files = sorted((tmp/'folder').rglob('*.png'))
loop = timed(lambda: np.stack([np.asarray(Image.open(f).convert('RGB')) for f in files]))
ours = timed(lambda: read_zip(paths, mapped=False, workers=1))
print(f'64 px, {len(files):,} images read: PIL loop over the folder {loop:.2f} s, shards {ours:.2f} s')
limit('a PIL loop over the folder, over reading shards', loop/ours, at_least=1.5)

mapped = read_zip(paths, mapped=True)
assert torch.equal(mapped.x, data.x)
folder = torchvision.datasets.ImageFolder(tmp/'folder', torchvision.transforms.ToTensor())
loader = torch.utils.data.DataLoader(folder, 128, shuffle=True)
def epoch(batches):
    for x, y in batches: assert x.dtype == torch.float32
plain, fast = timed(lambda: epoch(loader), 1), timed(lambda: epoch(mapped.batches(128, seed=0)))
print(f'an epoch of them, shuffled, batches of 128 floats: ImageFolder and DataLoader {plain:.2f} s, memory map {fast:.3f} s')
limit('an epoch of ImageFolder and DataLoader, over one of the memory map', plain/fast, at_least=20)

if 'million' in sys.argv:
    n, base = 1_000_000, load_data('avatars', size=32, n=2000).x.numpy()
    source = ImageSource(lambda ix: (base[i % 2000] + np.uint8(i//2000 % 256) for i in ix), range(n), [3, 32, 32], Fit(), torch.arange(n) % 10, [str(i) for i in range(10)])
    with Peak() as p:
        began = time.time()
        write_zip(source, tmp/'million', workers=1)
        wrote = time.time()
        big = read_zip(tmp/'million', workers=1)
        mapped = time.time()
        total = sum(int(y.sum()) for x, y in big.batches(500, seed=0))
        done = time.time()
        again = read_zip(tmp/'million')
        opened = time.time() - done
    assert len(big) == n == len(again) and total == int((torch.arange(n) % 10).sum()) and (big.x[777_777].numpy() == base[777_777 % 2000] + np.uint8(777_777//2000 % 256)).all()
    print(f'1,000,000 images at 32 px, one thread: written in {wrote - began:.0f} s, mapped in {mapped - wrote:.0f} s, one shuffled epoch in {done - mapped:.1f} s, opened again in {opened:.2f} s; at most {p.most:.2f} GB resident without page cache')
    assert p.most < 1.5
finish()

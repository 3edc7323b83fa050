"10,000 corrections of drawn faces: writing and reading the two zip files, beside encoding and decoding the same PNGs alone. One thread, CPU time."
import io, tempfile, time

import numpy as np
import torch
from PIL import Image
from torch import nn

from gen_explain.datasets import load_data
from gen_explain.classifiers import Classifier
from gen_explain.corrections import read_corrections, write_corrections
from limits import finish, limit

torch.set_num_threads(1)


def timed(f):
    began = time.process_time()
    return f(), time.process_time() - began


def encode(x):
    def png(i):
        b = io.BytesIO()
        Image.fromarray(i).save(b, 'png', compress_level=3)
        return b.getvalue()
    return [png(i) for i in x.permute(0, 2, 3, 1).contiguous().numpy()]


for size in (32, 64):
    data = load_data('avatars', size=size, n=2000)
    x = data.x.repeat(5, 1, 1, 1)
    x[:, 0, 0, :2] = torch.stack([torch.arange(10_000) % 256, torch.arange(10_000)//256], 1).to(torch.uint8)           # all different
    clf = Classifier(nn.Sequential(nn.Flatten(), nn.Linear(3*size*size, 10)), data.classes, size=size, channels=3)
    folder = tempfile.mkdtemp()
    pngs, plain_write = timed(lambda: encode(x))
    _, plain_read = timed(lambda: [np.array(Image.open(io.BytesIO(p))) for p in pngs])
    _, write = timed(lambda: write_corrections(x, data.y.repeat(5), clf, folder, keep='all', z=torch.randn(10_000, 32), seed=0))
    c, read = timed(lambda: read_corrections(folder))
    assert len(c) == 10_000
    print(f'{size} px: written in {write:.2f} s, read in {read:.2f} s')
    limit(f'{size} px: writing, over encoding alone', write/plain_write, at_most=3)
    limit(f'{size} px: reading, over decoding alone', read/plain_read, at_most=5)
finish()

"""VAE training throughput as a ratio to a plain loop over a torchvision DataLoader (PIL decode, ToTensor, workers=0) with the same networks, loss
and optimiser; CPU time at one thread, the two taking turns.

python tests/bench/vae_training.py"""
import tempfile, time
from pathlib import Path

import torch
from PIL import Image
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder
from torchvision.transforms import ToTensor

from gen_explain.avatars import avatar_factors, draw_avatars
from gen_explain.training import fit
from gen_explain.vae import VAE, vae_task
from limits import finish, limit

torch.set_num_threads(1)
N, BS = 960, 64


def prepare(size):
    data = draw_avatars(avatar_factors(N), size=size)
    folder = Path(tempfile.mkdtemp())
    (folder/'all').mkdir()
    for i, x in enumerate(data.x): Image.fromarray(x.permute(1, 2, 0).numpy()).save(folder/'all'/f'{i:05}.png')
    return data, folder


def plain(data, folder, width, epochs=1):
    vae = VAE(data.size, 3, 32, width).train()
    opt = torch.optim.Adam(vae.parameters(), 2e-3)
    loader = DataLoader(ImageFolder(folder, transform=ToTensor()), batch_size=BS, shuffle=True)
    for _ in range(epochs):
        for x, _ in loader:
            recon, kl = vae.elbo_terms(x)
            opt.zero_grad()
            (recon + kl).mean().backward()
            opt.step()


def ours(data, folder, width, epochs=1): fit(vae_task(VAE(data.size, 3, 32, width)), data, epochs=epochs, bs=BS)


def cpu(f, *args):
    began = time.process_time()
    f(*args)
    return time.process_time() - began


for size, width in ((32, .5), (32, 1.), (64, .5), (64, 1.)):
    data, folder = prepare(size)
    times = [(cpu(plain, data, folder, width), cpu(ours, data, folder, width)) for _ in range(4)][1:]
    a, b = (min(t) for t in zip(*times))
    print(f'{size} px, width {width}: plain loop {N/a:.0f} images/s, gen_explain {N/b:.0f} images/s')
    limit(f'{size} px, width {width}: the plain loop, over ours', a/b, at_least=1.2)
finish()

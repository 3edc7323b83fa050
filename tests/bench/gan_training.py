"""GAN training as ratios to bare loops over the same networks, losses and views that do nothing else, the two taking turns; CPU time at one thread.
Also bf16 against fp32, where the processor has it, and generator + classifier step against the layout of 5 x 5 convolutions after up-sampling.
python tests/bench/gan_training.py"""
import statistics, time
import torch
from torch import nn
import torch.nn.functional as F
from gen_explain.core import fast_bf16
from gen_explain.data import ImageData
from gen_explain.networks import cnn
from gen_explain.views import random_views
from gen_explain.classifiers import Classifier
from gen_explain.gan import GAN, GANTask, gradient_penalty
from gen_explain.steering import ClassTarget
from limits import finish, limit

torch.set_num_threads(1)
torch.manual_seed(0)
BS, NZ = 64, 128
data = ImageData(torch.randint(0, 256, (4096, 1, 28, 28), dtype=torch.uint8))
clf = Classifier(cnn(28, 1, 10), [str(i) for i in range(10)], size=28, channels=1)


def cpu(f, n=6):
    began = time.process_time()
    for _ in range(n): f()
    return (time.process_time() - began)/n


def ratio(name, a, b, at_most, rounds=7):
    "CPU time of a over that of b: the median of rounds in which they take turns."
    a(), b()
    pairs = [(cpu(a), cpu(b)) for _ in range(rounds)]
    x, y = (statistics.median(t) for t in zip(*pairs))
    print(f'{name}: {1000*x:.1f} ms, reference {1000*y:.1f} ms')
    limit(name, statistics.median(p/q for p, q in pairs), at_most=at_most)


class Bare:
    "The same networks and losses in a plain loop: no average of the weights, no log, no watch."
    def __init__(self, width):
        gan = GAN(28, 1, NZ, width)
        self.G, self.C = (m.to(memory_format=torch.channels_last) for m in (gan.generator, gan.critic))
        self.oG, self.oC = (torch.optim.Adam(m.parameters(), 2e-4, (0., .9), fused=True) for m in (self.G, self.C))
    def critic(self, real):
        with torch.no_grad(): fake = self.G(torch.randn(BS, NZ))
        r, f = self.C(torch.cat([real, fake])).split(BS)
        loss = f.mean() - r.mean() + 10*gradient_penalty(self.C, real, fake)
        self.oC.zero_grad(set_to_none=True)
        loss.backward()
        self.oC.step()
    def generator(self, views):
        x = self.G(torch.randn(BS, NZ))
        image = (x + 1)/2
        if views: image = torch.cat([image, random_views(image, views)])
        for p in self.C.parameters(): p.requires_grad_(False)
        loss = -self.C(x).mean() + F.cross_entropy(clf(image), torch.full((len(image),), 3))
        self.oG.zero_grad(set_to_none=True)
        loss.backward()
        self.oG.step()
        for p in self.C.parameters(): p.requires_grad_(True)


class Plain(nn.Module):
    "A generator of 256-128-64 channels as the field wrote it: nearest up-sampling, then 5 x 5 convolutions."
    def __init__(self):
        super().__init__()
        block = lambda i, o: [nn.Upsample(scale_factor=2), nn.Conv2d(i, o, 5, 1, 2, bias=False), nn.BatchNorm2d(o), nn.ReLU()]
        self.net = nn.Sequential(nn.Linear(NZ, 256*49), nn.Unflatten(1, (256, 7, 7)), nn.BatchNorm2d(256), nn.ReLU(), *block(256, 128), *block(128, 64), nn.Conv2d(64, 1, 5, 1, 2), nn.Tanh())
    def forward(self, z): return self.net(z)


def task(width, precision='fp32', **fields):
    return GANTask(GAN(28, 1, NZ, width), data, 1000, ClassTarget(clf, 3, lean=0., **fields), n_critic=5, bs=BS, precision=precision)

real = (data.floats(slice(0, BS))*2 - 1).contiguous(memory_format=torch.channels_last)
for width in (.5, 1., 2.):
    t, bare = task(width), Bare(width)
    ratio(f'critic step, width {width}', lambda: t.critic_step(real), lambda: bare.critic(real), 1.15)
    ratio(f'generator step, width {width}, two views', lambda: t.generator_step(real), lambda: bare.generator(2), 1.15)
t, bare = task(2., preset='paper'), Bare(2.)
bare.G = Plain()
bare.oG = torch.optim.Adam(bare.G.parameters(), 2e-4, (0., .9))
ratio('generator + classifier step, 256-128-64, against 5 x 5 convolutions after up-sampling', lambda: t.generator_step(real), lambda: bare.generator(0), 1., 3)
if fast_bf16('cpu'):
    a, b = task(2.), task(2., 'bf16')
    x = data.floats(slice(0, 5*BS))
    ratio('whole step, 256-128-64, bf16 over fp32', lambda: b.step(x, None), lambda: a.step(x, None), 1., 3)
else: print('bf16: this processor does not compute in it; nothing to measure')
finish()

"""PGGAN training at each level of 64 pixels as images per second and as a ratio to a bare loop over the same networks and losses that does nothing else, the two taking turns; CPU time at one thread, fp32. Then the memory
that a training at 128 pixels takes at most.
python tests/bench/pggan.py"""
import resource, statistics, subprocess, sys, time
import torch
from gen_explain.data import ImageData
from gen_explain.gan import gradient_penalty
from gen_explain.pggan import BATCH, PGGAN, PGGANTask, GrowthSchedule, grown_levels, real_at, train_pggan
from limits import finish, limit

torch.set_num_threads(1)
torch.manual_seed(0)
NZ, WIDTH = 64, .5


def faces(n, size): return ImageData(torch.randint(0, 256, (n, 3, size, size), dtype=torch.uint8))


class Bare:
    "The same networks and losses in a plain loop: no average of the weights, no log, no watch."
    def __init__(self, side):
        gan, self.side, self.bs = PGGAN(64, 3, NZ, WIDTH), side, BATCH[side]
        self.G, self.C = (m.to(memory_format=torch.channels_last) for m in (gan.generator, gan.critic))
        self.G.level = self.C.level = grown_levels(64).index(side)
        self.oG, self.oC = (torch.optim.Adam(m.parameters(), 1e-3, (0., .99), fused=True) for m in (self.G, self.C))
    def step(self, x):
        for x in x.split(self.bs):
            real = real_at(x*2 - 1, self.side).contiguous(memory_format=torch.channels_last)
            with torch.no_grad(): fake = self.G(torch.randn(self.bs, NZ))
            r, f = self.C(torch.cat([real, fake])).split(self.bs)
            loss = f.mean() - r.mean() + 10*gradient_penalty(self.C, real, fake) + 1e-3*r.square().mean()
            self.oC.zero_grad(set_to_none=True)
            loss.backward()
            self.oC.step()
            self.C.requires_grad_(False)
            loss = -self.C(self.G(torch.randn(self.bs, NZ))).mean()
            self.oG.zero_grad(set_to_none=True)
            loss.backward()
            self.oG.step()
            self.C.requires_grad_(True)


def cpu(f, n):
    began = time.process_time()
    for _ in range(n): f()
    return (time.process_time() - began)/n


if __name__ == '__main__' and 'memory' not in sys.argv:
    data = faces(512, 64)
    x = data.floats(slice(0, 64))
    for level, side in enumerate(grown_levels(64)):
        task, bare = PGGANTask(PGGAN(64, 3, NZ, WIDTH), data, GrowthSchedule([(level, False)], 10**6)), Bare(side)
        a, b = lambda: task.step(x, None), lambda: bare.step(x)
        a(), b()
        n = 8 if side <= 8 else 3 if side <= 16 else 1
        pairs = [(cpu(a, n), cpu(b, n)) for _ in range(5)]
        ours, ref = (statistics.median(t) for t in zip(*pairs))
        print(f'{side} px: {64/ours:.0f} images/s, bare loop {64/ref:.0f}')
        limit(f'{side} px: a step, over the bare loop', statistics.median(p/q for p, q in pairs), at_most=1.15)
    print(subprocess.run([sys.executable, __file__, 'memory'], check=True, capture_output=True, text=True).stdout, end='')
    finish()
elif __name__ == '__main__':
    train_pggan(faces(1000, 128), kimg=.128, width=1., precision='fp32')
    print(f'128 px, width 1: at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/2**20:.2f} GB')

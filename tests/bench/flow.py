"""A flow's training step as a ratio to a bare loop over the same network, loss and optimiser, the two taking turns, and its images as ratios to as many
bare passes; then milliseconds an image, of the whole network and of students. CPU time at one thread.

python tests/bench/flow.py [--check]"""
import statistics, time

import torch
from torch import nn

from gen_explain.core import fast_bf16
from gen_explain.data import ImageData
from gen_explain.flow import AveragedTask, Flow, flow_loss
from gen_explain.networks import UNet
from limits import finish, limit

torch.set_num_threads(1)
torch.manual_seed(0)
BS = 64
data = ImageData(torch.randint(0, 256, (1024, 3, 32, 32), dtype=torch.uint8))
x = data.floats(slice(0, BS)).contiguous(memory_format=torch.channels_last)


def cpu(f, n):
    began = time.process_time()
    for _ in range(n): f()
    return (time.process_time() - began)/n


def ratio(name, a, b, at_most, n=2, rounds=5):
    "CPU time of a over that of b: the median of rounds in which they take turns."
    a(), b()
    pairs = [(cpu(a, n), cpu(b, n)) for _ in range(rounds)]
    print(f'{name}: {1000*statistics.median(p for p, _ in pairs):.0f} ms, reference {1000*statistics.median(q for _, q in pairs):.0f} ms')
    limit(name, statistics.median(p/q for p, q in pairs), at_most=at_most)


class Bare:
    "The same network, loss and optimiser in a plain loop: no average of the weights, no precision, no log."
    def __init__(self):
        self.net = UNet(32, 3).to(memory_format=torch.channels_last)
        self.opt = torch.optim.AdamW(self.net.parameters(), 2e-3, (.9, .99), fused=True)
    def step(self):
        y, z, t = 2*x - 1, torch.randn_like(x), torch.randn(BS).sigmoid()
        loss = (self.net(torch.lerp(z, y, t.view(-1, 1, 1, 1)), t) - (y - z)).square().mean()
        self.opt.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.)
        self.opt.step()


flow, bare = Flow(32, 3).to(memory_format=torch.channels_last), Bare()
task = lambda precision: AveragedTask(flow.net, lambda net, x, y: flow_loss(net, x), 2e-3, .999, precision)
task_32 = task('fp32')
ratio('training step', lambda: task_32.step(x, None), bare.step, 1.1)
if fast_bf16('cpu'):
    task_16 = task('bf16')
    ratio('training step, bf16 over fp32', lambda: task_16.step(x, None), lambda: task_32.step(x, None), .8)
else: print('bf16: this processor does not compute in it; nothing to measure')

flow = flow.requires_grad_(False).eval()
z, t = flow.draw(16, seed=0), torch.full((16,), .5)
noise = z.view(16, 3, 32, 32).contiguous(memory_format=torch.channels_last)
for passes in (16, 4, 2, 1):
    G = flow if passes == 16 else Flow(32, 3, passes=passes).to(memory_format=torch.channels_last).requires_grad_(False).eval()
    with torch.no_grad(): ratio(f'images in {passes} passes', lambda: G.decode(z), lambda: [flow.net(noise, t) for _ in range(passes)], 1.15, n=1)
    limit(f'ms an image of 32 px, alone, {passes} passes', 1000*min(cpu(lambda: G.decode(z[:1]), 3) for _ in range(3)), at_most=40 if passes <= 4 else 150)
finish()

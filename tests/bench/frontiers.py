"""The frontier search: latents a second that `optimize_latents` moves by one step (decode, classify, gradient, step), as a ratio to decode + classify alone, which is the
lower bound; CPU time at one thread, the two taking turns. Then whether a row depends on its batch: hits in float64 (identical) and hit shares in float32 (within .02).

python tests/bench/frontiers.py"""
import copy, os, time

import torch

os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'
from gen_explain.core import batched
from gen_explain.datasets import load_data
from gen_explain.classifiers import train_classifier
from gen_explain.stability import target_probs
from gen_explain.vae import train_vae
from gen_explain.search import latent_pool, optimize_latents
from limits import finish, limit

torch.set_num_threads(1)
STEPS = 20
data = load_data('avatars', size=32, n=1500)
clf = train_classifier(data, epochs=8, bs=64)


def cpu(f):
    began = time.process_time()
    f()
    return time.process_time() - began


for width in (.5, 1.):
    vae = train_vae(data, nz=32, epochs=6, width=width, bs=64)
    pool = latent_pool(vae, clf, data, n=4000)
    t = target_probs(clf, {'Auburn': .5, 'Blonde': .5})
    z = pool.z[(pool.logp @ t).argsort()[:512]]                                   # the farthest: none comes to rest
    forward = lambda: [batched(lambda b: clf.probs(vae.decode(b)), z, 128) for _ in range(STEPS + 1)]
    search = lambda: optimize_latents(vae, clf, z, t, steps=STEPS, tol=1e-6)
    times = [(cpu(forward), cpu(search)) for _ in range(4)][1:]
    a, b = (min(s) for s in zip(*times))
    n = len(z)*(STEPS + 1)
    print(f'32 px, width {width}: decode + classify {n/a:.0f} latents/s, one step of the search {n/b:.0f} latents/s')
    limit(f'width {width}: a step of the search, over decode and classify', b/a, at_most=3)

z = pool.z[:300]                                                                   # as they come: not all will get there
hits = lambda G, c, z, bs: optimize_latents(G, c, z, t, bs=bs)[1] <= .05
one, other = (hits(vae, clf, z, bs) for bs in (128, 7))
print(f'float32, {len(z)} latents in batches of 128 and of 7: {one.float().mean():.4f} and {other.float().mean():.4f} hit')
limit('shares of hits by size of the batch, difference', abs(float(one.float().mean() - other.float().mean())), at_most=.02)
G, c, z = copy.deepcopy(vae).double(), copy.deepcopy(clf).double(), z[:100].double()
one, other = (hits(G, c, z, bs) for bs in (128, 7))
print(f'float64, {len(z)} latents: {int(one.sum())} and {int(other.sum())} hit')
limit('float64: hits that depend on the batch', float((one != other).sum()), at_most=0)
finish()

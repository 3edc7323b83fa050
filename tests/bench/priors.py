"""The prior that is fitted to a VAE's latents: seconds of the fit, and how far draws are from unseen images, beside draws from N(0, I), draws from the
posteriors of training images (the ceiling of any prior) and reconstructions. Fréchet distances on the features of an independent classifier, and on
principal components of pixels, which know no label; n 2,000, one seed, one thread.

python tests/bench/priors.py [--check] [MINUTES of training, 3]"""
import sys, time, warnings

import torch

from gen_explain.classifiers import predict_proba, train_classifier
from gen_explain.data import pixel_components
from gen_explain.datasets import load_data
from gen_explain.metrics import fid
from gen_explain.priors import StandardNormal, fit_prior, mixture_of, posterior_draws
from gen_explain.vae import train_vae
from limits import finish, limit

torch.set_num_threads(1)
warnings.simplefilter('ignore')
minutes = next((float(a) for a in sys.argv[1:] if a[0] != '-'), 3.)
N = 2000
train, test = (load_data('avatars', size=32, n=n, split=s) for s, n in (('train', 20_000), ('test', 5_000)))
oracle = train_classifier(train, arch='resnet', augment=True, epochs=4, bs=128, seed=100)
vae = train_vae(train, minutes=minutes, width=.5)
print(f'{vae.trained["steps"]} steps of 128')

began = time.process_time()
fit_prior(vae, train)
seconds = time.process_time() - began
print(f'fit_prior: {seconds:.1f} s of CPU, {len(vae.prior.weight)} parts')
z = torch.randn(20_000, 32, generator=torch.Generator().manual_seed(0))
began = time.process_time()
mixture_of(z, 500)
limit('seconds for a mixture of 500 and 20,000 latents of 32 numbers', time.process_time() - began, at_most=10)

some = train.subset(range(N))
images = {'draws': vae.sample(N, seed=1), 'draws from N(0, I)': vae.decode(StandardNormal(vae.nz).draw(N, seed=1)),
          'draws from posteriors': vae.decode(posterior_draws(vae, some)), 'reconstructions': vae.reconstruct(some.floats())}
far = {}
for features, f in (('oracle', oracle), ('pixels', pixel_components(train))):
    for name, x in images.items():
        far[name, features] = fid(test, x, features=f)
        print(f'{features:7} {name:22} {far[name, features]}')
    limit(f'{features}: draws, over draws from N(0, I)', float(far['draws', features])/float(far['draws from N(0, I)', features]), at_most=.8)
x = test.floats(slice(0, N))
again = vae.reconstruct(x)
kept = (predict_proba(oracle, again).argmax(1) == predict_proba(oracle, x).argmax(1)).float().mean()
print(f'error of reconstructions {float((again - x).square().flatten(1).sum(1).mean()):.2f} (squared, summed over pixels); {kept:.1%} keep their class')
finish()

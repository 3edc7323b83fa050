"""Fashion-MNIST: accuracy of the default classifier and negative ELBO of the VAE on test images, with the seconds they took on all cores.

python tests/bench/fashion_mnist.py FOLDER     (the folder that holds FashionMNIST/raw)"""
import sys, time

from gen_explain.datasets import load_data
from gen_explain.classifiers import evaluate, train_classifier
from gen_explain.stability import stability
from gen_explain.vae import negative_elbo, train_vae

train, test = (load_data('fashion-mnist', root=sys.argv[1], download=False, split=s) for s in ('train', 'test'))
began = time.time()
clf = train_classifier(train)
took = time.time() - began
e, r = evaluate(clf, test), stability(clf, test.floats(slice(0, 2000)))
print(f"classifier, defaults: accuracy {e['accuracy'].value:.4f} (95% interval {e['accuracy'].low:.4f} to {e['accuracy'].high:.4f}, n = {e['n']:,}), "
      f"calibration error {e['ece']:.4f}, median stability of test images {r.median():.3f} (n = {len(r):,}), {took:.0f} s")
began = time.time()
vae = train_vae(train, nz=32, epochs=3)
took = time.time() - began
e = negative_elbo(vae, test)
print(f"VAE, nz=32, beta 1, 3 epochs: negative ELBO {e['nelbo'].value:.1f} nats per test image (95% interval {e['nelbo'].low:.1f} to {e['nelbo'].high:.1f}; "
      f"BCE {e['recon'].value:.1f} + KL {e['kl'].value:.1f}; n = {e['nelbo'].n:,}), {took:.0f} s")

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
print(f"classifier, defaults: accuracy {e['accuracy']:.4f} (95% interval {e['interval'][0]:.4f} to {e['interval'][1]:.4f}, n = {e['n']:,}), "
      f"calibration error {e['ece']:.4f}, median stability of test images {r.median():.3f} (n = {len(r):,}), {took:.0f} s")
began = time.time()
vae = train_vae(train, nz=32, epochs=3)
took, e = time.time() - began, None
e = negative_elbo(vae, test)
print(f"VAE, nz=32, beta 1, 3 epochs: negative ELBO {e['nelbo']:.1f} nats per test image (95% interval {e['interval'][0]:.1f} to {e['interval'][1]:.1f}; "
      f"BCE {e['recon']:.1f} + KL {e['kl']:.1f}; n = {e['n']:,}), {took:.0f} s")

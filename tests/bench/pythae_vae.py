"""VAE training throughput as a ratio to pythae's VAE with its own trainer: the same networks, loss, optimiser, batch size and images (28 px, random, in memory in both); CPU time at one thread, the two taking turns.

pip install pythae; python tests/bench/pythae_vae.py"""
import logging, tempfile, time

import torch
from pythae.data.datasets import BaseDataset
from pythae.models import VAE as PythaeVAE, VAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder
from pythae.trainers import BaseTrainer, BaseTrainerConfig

from gen_explain.data import ImageData
from gen_explain.training import fit
from gen_explain.vae import VAE, vae_task
from limits import finish, limit

torch.set_num_threads(1)
logging.disable(logging.INFO)
N, BS, NZ = 6400, 128, 32


class TheirEncoder(BaseEncoder):
    def __init__(self, net): super().__init__(); self.net = net
    def forward(self, x):
        mu, logvar = self.net(x).chunk(2, 1)
        return ModelOutput(embedding=mu, log_covariance=logvar)


class TheirDecoder(BaseDecoder):
    def __init__(self, net): super().__init__(); self.net = net
    def forward(self, z): return ModelOutput(reconstruction=self.net(z).sigmoid())


def theirs(data, width):
    vae = VAE(28, 1, NZ, width)
    model = PythaeVAE(VAEConfig(input_dim=(1, 28, 28), latent_dim=NZ, reconstruction_loss='bce'), encoder=TheirEncoder(vae.encoder), decoder=TheirDecoder(vae.decoder))
    config = BaseTrainerConfig(output_dir=tempfile.mkdtemp(), num_epochs=1, per_device_train_batch_size=BS, learning_rate=2e-3, no_cuda=True)
    trainer = BaseTrainer(model=model, train_dataset=BaseDataset(data.floats(), torch.zeros(len(data))), training_config=config)
    trainer.prepare_training()
    return lambda: trainer.train_step(1)


def ours(data, width, precision):
    vae = VAE(28, 1, NZ, width)
    return lambda: fit(vae_task(vae, precision=precision), data, epochs=1, bs=BS)


def cpu(f):
    began = time.process_time()
    f()
    return time.process_time() - began


if __name__ == '__main__':
    torch.manual_seed(0)
    data = ImageData(torch.randint(256, (N, 1, 28, 28), dtype=torch.uint8))
    worst = {'fp32': 9., 'bf16': 9.}
    for width in (.5, 1.):
        runs = dict(pythae=theirs(data, width), fp32=ours(data, width, 'fp32'), bf16=ours(data, width, 'bf16'))
        times = [{k: cpu(f) for k, f in runs.items()} for _ in range(4)][1:]
        best = {k: min(t[k] for t in times) for k in runs}
        for k in worst: worst[k] = min(worst[k], best['pythae']/best[k])
        print(f'28 px, width {width}: ' + ', '.join(f'{k} {N/t:.0f} images/s' + ('' if k == 'pythae' else f' (ratio {best["pythae"]/t:.2f})') for k, t in best.items()), flush=True)
    limit('fp32: images per second, over pythae', worst['fp32'], at_least=1.1)
    limit('bf16: images per second, over pythae', worst['bf16'], at_least=1.5)
    finish()

"A training that is killed (SIGKILL) at a random step and started again ends with the same weights, to the bit."
import json, random, signal

import pytest
from forks import Forks

from gen_explain.core import read_tensors

# The child kills itself after a given step: no handler, no clean-up, as when the power goes.
CHILD = '''
import json, os, signal, sys, torch
from gen_explain import options, training
from gen_explain.data import ImageData
from gen_explain.classifiers import train_classifier
from gen_explain.vae import train_vae
from gen_explain.introvae import train_introvae
from gen_explain.gan import train_gan
from gen_explain.pggan import train_pggan
from gen_explain.flow import distil, train_flow
from gen_explain.steering import ClassTarget
what, out, at, length = sys.argv[1], sys.argv[2], int(sys.argv[3]), json.loads(sys.argv[4])
class Die(training.LogCallback):
    def after_step(self, run):
        super().after_step(run)
        if run.step == at and ('gan' not in what or not hasattr(run.task, 'loss')): os.kill(os.getpid(), signal.SIGKILL)
options.LogCallback = Die
g = torch.Generator().manual_seed(0)
data = ImageData(torch.randint(0, 256, (300, 3, 32, 32), generator=g, dtype=torch.uint8), torch.arange(300) % 4)
small = dict(nz=4, width=.25, bs=32, out=out, checkpoint_every=0) | (length or dict(epochs=4))
if what == 'vae': train_vae(data, **small)
elif what == 'beta-tcvae': train_vae(data, variant=what, recon='gaussian', **small)
elif what in ('soft', 'intro'): train_introvae(data, variant=what, warmup=.4, **small)
elif what == 'pggan':                                   # 7 phases of 8 steps, of which every second one fades
    clf = train_classifier(data, width=.5, bs=32, epochs=1)
    train_pggan(data, nz=4, width=.1, kimg=.512, seed=1, precision='fp32', steer=ClassTarget(clf, 1), out=out, checkpoint_every=0)
elif what == 'gan':
    clf = train_classifier(data, width=.5, bs=32, epochs=1)
    train_gan(data, nz=4, width=.15, bs=16, n_critic=2, steps=40, steer=ClassTarget(clf, 1), out=out, checkpoint_every=0)
elif what == 'flow': train_flow(data, width=.1, bs=16, steps=40, out=out, checkpoint_every=0)
elif what == 'distilled':
    flow = train_flow(data, width=.1, bs=16, steps=1)
    distil(flow, data, passes=2, bs=16, steps=40, out=out, checkpoint_every=0)
elif what == 'gan r3': train_gan(data, variant='r3', keep='best', nz=4, width=.15, bs=16, steps=40, out=out, checkpoint_every=0)
else: train_classifier(data, arch=what, width=.5, bs=32, epochs=4, out=out, checkpoint_every=0)
'''


@pytest.fixture(scope='module')
def train(tmp_path_factory):
    "train(what, out, at=-1, **length) in a process of its own."
    with Forks(CHILD, tmp_path_factory.mktemp('said')) as child:
        yield lambda what, out, at=-1, **length: child(what, out, at, json.dumps(length))


@pytest.mark.parametrize('what', ['vae', 'beta-tcvae', 'soft', 'intro', 'cnn', 'gan', 'gan r3', 'flow', 'distilled', 'pggan'])
def test_killed_and_resumed_to_the_same_bits(what, train, tmp_path):
    whole = train(what, tmp_path/'whole')
    assert whole.returncode == 0, whole.stderr
    for at in (12, 29) if what == 'pggan' else sorted(random.Random(what).sample(range(2, 40), 2)):                 # within the fade to 8 and to 16 px
        killed = train(what, tmp_path/'killed', at)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert not (tmp_path/'killed'/'model.safetensors').exists()
        assert read_tensors(tmp_path/'killed'/'checkpoint.safetensors')[1]['step'] == at - 1       # it goes on from there, not from the start
    assert train(what, tmp_path/'killed').returncode == 0
    a, b = (read_tensors(tmp_path/k/'model.safetensors')[0] for k in ('whole', 'killed'))
    if 'gan' in what or what in ('flow', 'distilled'): a, b = ({**m, **read_tensors(tmp_path/k/'checkpoint.safetensors')[0]} for m, k in ((a, 'whole'), (b, 'killed')))    # optimisers and average too
    assert a.keys() == b.keys() and all(x.equal(b[k]) for k, x in a.items())
    rows = [[line.split(',') for line in (tmp_path/k/'log.csv').read_text().splitlines()] for k in ('whole', 'killed')]
    told = [i for i, name in enumerate(rows[0][0]) if not name.endswith('seconds')]
    assert rows[0][0] == rows[1][0] and [[r[i] for i in told] for r in rows[0]] == [[r[i] for i in told] for r in rows[1]]


@pytest.mark.parametrize('what', ['vae', 'soft'])
def test_minutes_resume_with_the_number_of_the_plan(what, train, tmp_path):
    "Killed, and gone on with on what might be a slower machine: the folder's number of steps counts, and gives what so many steps give."
    killed = train(what, tmp_path/'timed', 2, minutes=.05)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    plan = json.loads((tmp_path/'timed'/'plan.json').read_text())
    assert plan['minutes'] == .05 and abs(plan['steps']*plan['seconds_a_step'] - 3) <= plan['seconds_a_step']
    (tmp_path/'timed'/'plan.json').write_text(json.dumps(plan | dict(steps=plan['steps'] + 2)))
    for out, length in (('timed', dict(minutes=.05)), ('counted', dict(steps=plan['steps'] + 2))):
        done = train(what, tmp_path/out, **length)
        assert done.returncode == 0, done.stderr
    (a, _), (b, _) = (read_tensors(tmp_path/k/'checkpoint.safetensors') for k in ('timed', 'counted'))
    assert a.keys() == b.keys() and all(x.equal(b[k]) for k, x in a.items())

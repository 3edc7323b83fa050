"The labels of the avatars are true: a small CNN learns the hair colour from 3,000 and names it on 1,000 others."
import os, subprocess, sys

from gen_explain.avatars import avatar_factors, draw_avatars
from gen_explain.datasets import load_data
from gen_explain.classifiers import evaluate, train_classifier


def test_a_small_cnn_reads_the_hair_colour():
    train, test = load_data('avatars', size=32, n=3000), load_data('avatars', size=32, n=1000, split='test')
    again = load_data('avatars', size=32, n=100, split='test', seed=0)
    assert (again.x == test.x[:100]).all()                      # the same people, drawn on their own: the same bytes
    e = evaluate(train_classifier(train, epochs=8, bs=64), test)
    assert e['accuracy'] >= .99, e


def test_two_processes_draw_the_same_bytes():
    code = "from gen_explain.avatars import *; print(draw_avatars(avatar_factors(400, seed=1), 32, workers=2).fingerprint())"
    env = {k: v for k, v in os.environ.items() if k != 'JOBLIB_MULTIPROCESSING'}
    p = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, env=env)
    assert p.stdout.strip() == draw_avatars(avatar_factors(400, seed=1), 32, workers=1).fingerprint(), p.stderr

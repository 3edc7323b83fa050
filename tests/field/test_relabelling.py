"What people do with corrections: export before anything is judged, and a few corrections that change a great deal."
import warnings

import pytest
import torch
from torch import nn

from gen_explain.data import ImageData
from gen_explain.datasets import load_data
from gen_explain.classifiers import Classifier
from gen_explain.models import small_model
from gen_explain.corrections import read_corrections, write_corrections
from gen_explain.labels import LabelingState
from gen_explain.retraining import far_more, retrain
from gen_explain.comparison import compare
from gen_explain.grid import LabelingGrid


@pytest.fixture(scope='module')
def clf(): return small_model('avatars-hair')

@pytest.fixture(scope='module')
def G(): return small_model('avatars-vae')

@pytest.fixture(scope='module')
def data(): return load_data('avatars', size=64, n=200, seed=4)


@pytest.mark.parametrize('kind', [LabelingState, LabelingGrid])
def test_nothing_judged_is_not_exported(kind, clf, G, tmp_path):
    grid = kind(G.sample(5, seed=0), clf, tmp_path/'grid')
    for keep in ('wrong', 'all'):
        with pytest.raises(ValueError, match='none of 5 images is judged yet'): grid.export(keep=keep)
    assert not [*(tmp_path/'grid').glob('*.zip')]
    grid.label(0, 'Red')
    grid.undo()
    with pytest.raises(ValueError, match='judged yet'): grid.export()
    grid.label(0, 'unsure')                                            # judged, though without a label
    assert len(read_corrections(grid.export(keep='all')[0].parent)) == 1
    grid.close()


def test_browser_is_told(clf, G, tmp_path):
    grid = LabelingGrid(G.sample(3, seed=0), clf, tmp_path)
    grid._serve(dict(do='serve', args=['save', ['wrong'], 1, 1]))
    assert 'none of 3 images is judged yet' in grid.message and not [*tmp_path.glob('*.zip')]
    grid.close()


def test_agreeing_is_said(clf, G, tmp_path):
    grid = LabelingState(G.sample(4, seed=0), clf, tmp_path/'grid')
    grid.accept()
    with pytest.warns(UserWarning, match="all 4 labels are what clf says.*keep='all'"): grid.export()
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        grid.export(keep='all')                                        # the way out
    assert len(read_corrections(tmp_path/'grid')) == 4
    grid.close()


def test_nothing_to_write(clf, G, tmp_path):
    x = G.sample(3, seed=0)
    with pytest.raises(ValueError, match='none of 3 images is judged'): write_corrections(x, [None]*3, clf, tmp_path/'c')
    assert not (tmp_path/'c').exists()
    write_corrections(x, [None]*3, clf, tmp_path/'c', keep='all', status=['unsure', 'ok', 'ok'])
    assert len(read_corrections(tmp_path/'c')) == 1


def test_what_corrections_explain():
    assert '347 of 1,000 images have another class now (35%), far more than 60 corrections explain' == far_more(347, 1000, 60)
    assert not far_more(133, 1000, 32) and not far_more(53, 400, 32) and not far_more(0, 1000, 1) and not far_more(500, 1000, 300) and not far_more(1, 8, 1)
    assert far_more(60, 300, 5) and 'than 1 correction explains' in far_more(500, 1000, 1)


def linear(bias):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(3*64*64, 10))
    net[1].bias.data[0] = bias
    return Classifier(net, small_model('avatars-hair').classes, size=64, channels=3)


def test_few_corrections_great_change(clf, G, data):
    "Sixty times the same wrong label: on draws from the prior, most images have another class then."
    x = G.sample(60, seed=9)
    wrong = ImageData.from_floats(x, torch.full((60,), clf.index('SilverGray')), clf.classes)
    new = retrain(clf, wrong, data, epochs=2, seed=0)
    with pytest.warns(UserWarning, match=r'of 300 images have another class now .* than \d+ corrections explain.*More corrections.*valid=.*around=') as seen: c = compare(clf, new, G, n=300)
    assert f'{len(c.changed)} of 300' in str(seen[0].message) and c.note and c.note in repr(c)


def test_few_corrections_small_change(clf, G, data):
    "No word where little changes, nor of two classifiers of which neither came from the other."
    with warnings.catch_warnings():
        warnings.simplefilter('error', UserWarning)
        few = retrain(clf, ImageData(data.x[:20], data.y[:20], data.classes), data, epochs=1, lr=1e-5, seed=0)
        assert not compare(clf, few, G, n=200).note
        assert not compare(small_model('avatars-hair-biased'), clf, G, n=200).note


def test_held_out_images_that_change(data):
    "A classifier that was right on all held-out images by a wide margin is bent by ten corrections: said with the numbers."
    before = linear(50.)                                               # calls everything the first class
    valid = ImageData(data.x, torch.zeros(200, dtype=torch.int64), data.classes)
    bent = ImageData(data.x[:10], torch.ones(10, dtype=torch.int64), data.classes)
    with pytest.warns(UserWarning) as seen: new = retrain(before, bent, ImageData(data.x[:50], torch.ones(50, dtype=torch.int64), data.classes), valid=valid, epochs=20, lr=.5, patience=30, max_drop=1., seed=0)
    assert new.retrained['corrected'] == 10 and new.retrained['unasked'] > .05
    assert any('far more than 10 corrections explain' in str(w.message) and 'valid=' in str(w.message) for w in seen)

"What people do with corrections: export before anything is judged, and a few corrections that change a great deal."
import contextlib, warnings

import pytest
import torch
from torch import nn

from gen_explain.data import ImageData
from gen_explain.datasets import load_data
from gen_explain.classifiers import Classifier
from gen_explain.models import small_model
from gen_explain.answers import load_result
from gen_explain.corrections import Corrections, read_corrections, write_corrections
from gen_explain.judgements import read_log
from gen_explain.labels import LabelingState
from gen_explain.retraining import RetrainTask, far_more, retrain
from gen_explain.comparison import Comparison, compare
from gen_explain.cycle import oracle_labeller, relabel_cycle
from gen_explain.cycle_report import CycleReport
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


# results: kept in a folder, and the same again

def same_again(result, folder):
    "What is read again; it prints and is drawn as the first."
    result.save(folder)
    again = type(result).load(folder)
    assert repr(load_result(folder)) == repr(again) == repr(result) and again.table.rows == result.table.rows
    assert result.plot().axes == [] or len(again.plot().axes) == len(result.plot().axes) > 0
    return again


def test_corrections_are_a_result(clf, data, tmp_path):
    labels = [None, *(int(c) for c in data.y[1:8])]
    write_corrections(data.x[:8], labels, clf, tmp_path/'c', keep='all', status=['unsure'] + ['ok']*7, z=torch.randn(8, 3), seed=4)
    c = read_corrections(tmp_path/'c')
    again = same_again(c, tmp_path/'kept')
    assert torch.equal(again.x, c.x) and torch.equal(again.y, c.y) and again.rows == c.rows and again.meta == c.meta
    assert again.write(tmp_path/'again')[0].read_bytes() == (tmp_path/'c'/'images.zip').read_bytes()
    assert c.table.to_csv(tmp_path/'t.csv').read_text().splitlines()[0] == 'id,label,status,predicted,confidence,by'
    titles = [ax.get_title() for ax in c.plot().axes]
    assert any(title.startswith('unsure\npredicted') for title in titles)


def test_no_corrections_are_a_result(clf, data, tmp_path):
    with pytest.warns(UserWarning, match='nothing to correct'):
        write_corrections(data.x[:4], clf(data.floats(slice(0, 4))).argmax(1), clf, tmp_path/'none')
    none = read_corrections(tmp_path/'none')
    again = same_again(none, tmp_path/'kept')
    assert len(again) == 0 and isinstance(again, Corrections) and set(again._repr_mimebundle_()) == {'text/plain', 'image/png'}


def test_a_comparison_is_a_result(clf, G, tmp_path):
    c = compare(small_model('avatars-hair-biased'), clf, G, n=60)
    again = same_again(c, tmp_path/'kept')
    assert isinstance(again, Comparison) and len(c.changed) and again.share == c.share
    for name in ('z', 'images', 'before', 'after', 'changed', 'stability_before'): assert torch.equal(getattr(again, name), getattr(c, name))
    same = same_again(compare(clf, clf, G, n=5), tmp_path/'same')
    assert same.share.value == 0 and not same.table.rows and set(same._repr_mimebundle_()) == {'text/plain', 'image/png'}


def cycle(G, clf, data, tmp_path, **more):
    return relabel_cycle(G, clf, data, oracle_labeller(clf, .3), valid=data, rounds=1, images=6, pool=60, probe=10, epochs=1,
                         arms=['corrections', 'none'], out=tmp_path/'cycle', **more)


def test_an_interrupted_cycle_says_so_and_goes_on(G, data, tmp_path, monkeypatch):
    biased = small_model('avatars-hair-biased')
    def interrupt(self, x, y): raise KeyboardInterrupt
    with monkeypatch.context() as m:
        m.setattr(RetrainTask, 'step', interrupt)
        with pytest.warns(UserWarning, match='interrupted after step 0'): stopped = cycle(G, biased, data, tmp_path)
    assert stopped.interrupted == "the retraining of round 1 of the arm 'corrections'" and not stopped.arms
    assert 'call relabel_cycle again' in repr(stopped) and ('corrections', 1) in stopped.corrections
    assert set(stopped._repr_mimebundle_()) == {'text/plain', 'text/html'}
    for f in (stopped.plot, lambda: stopped.table, lambda: stopped.save(tmp_path/'stopped'), lambda: stopped + stopped):
        with pytest.raises(ValueError, match='the report is not finished: CycleReport: interrupted in the retraining'): f()
    report = cycle(G, biased, data, tmp_path)
    assert not report.interrupted and report.arms == ['corrections', 'none']
    again = same_again(report, tmp_path/'kept')
    assert isinstance(again, CycleReport) and torch.equal(again.corrections['corrections', 1].x, report.corrections['corrections', 1].x)
    assert again.differences().rows == report.differences().rows and again.effort.rows == report.effort.rows
    for m in report.measures: assert torch.equal(again.hits(m, 'none')[0], report.hits(m, 'none')[0])
    with pytest.raises(ValueError, match='a report that was loaded holds none; relabel_cycle'): again.classifiers
    both = again + again
    assert len(both.runs) == 2 and set(both._repr_mimebundle_()) == {'text/plain', 'text/html'}


def test_no_more_images_are_labelled_than_are_needed(G, data, tmp_path):
    "The first hundred hold six that the classifier has wrong: nobody is asked for the others."
    asked = []
    def label(x):
        asked.append(len(x))
        return torch.zeros(len(x), dtype=torch.int64)
    r = relabel_cycle(G, small_model('avatars-hair'), data, label, valid=data, rounds=1, images=6, pool=300, probe=0, epochs=1, arms=['corrections'], out=tmp_path)
    assert asked == [100] and r.effort.rows[0][:2] == ['corrections', 1] and r.effort['images kept'] == ['6']


@contextlib.contextmanager
def grid_of(*args, **how):
    with contextlib.closing(LabelingState(*args, **how)) as grid: yield grid


def test_labels_carried_are_one_action(clf, data, tmp_path):
    with grid_of(data.x[:6], clf, tmp_path/'a') as grid:
        grid.label([0, 1, 2], 'Red')
        grid.label(3, 'not_real')
    with grid_of(data.x[2:8], clf, tmp_path/'b', carry=tmp_path/'a') as grid:
        assert grid.carried == 2 and grid.labels[0] == 'Red' and grid.statuses[:3] == ['ok', 'not_real', None]
        assert grid.undo() and grid.counts()['judged'] == 0
    assert [a['do'] for a in read_log(tmp_path/'b'/'labels.jsonl')] == ['label', 'undo']


@pytest.mark.parametrize('i, at', [(1, [1]), (-1, [5]), (slice(0, 3), [0, 1, 2]), ([5, 0], [5, 0]), ([], []), (torch.tensor([2, 3]), [2, 3]),
                                   (torch.tensor([True, False, False, False, False, True]), [0, 5]), ([False, True] + [False]*4, [1]), (range(2), [0, 1])])
def test_images_are_named_in_many_ways(i, at, clf, data, tmp_path):
    with grid_of(data.x[:6], clf, tmp_path/'a') as grid:
        assert grid.label(i, 'Red') == len(at)
        assert [k for k, label in enumerate(grid.labels) if label] == sorted(at)


@pytest.mark.parametrize('i', [6, -7, [0, 9], [True, False], 'a', [1.5]])
def test_images_that_are_not_there(i, clf, data, tmp_path):
    with grid_of(data.x[:6], clf, tmp_path/'a') as grid:
        with pytest.raises(IndexError, match='i: expected 0 to 5, got'): grid.label(i, 'Red')
        assert grid.counts()['judged'] == 0

"Sources that say something of their labels, sizes and ranges: it is used or refused, never ignored."
import io, json, os, warnings, zipfile

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from torch.utils.data import ConcatDataset, Dataset

from gen_explain.sources import load_images

os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'


def picture(k): return Image.fromarray(np.full((8, 8, 3), 8*k + 40, np.uint8))


PICTURES = [picture(k) for k in range(6)]
X = np.stack([np.asarray(p) for p in PICTURES])


def files(root, names, texts=()):
    "Images at these paths, and texts or bytes at others."
    for k, n in enumerate(names):
        (root/n).parent.mkdir(parents=True, exist_ok=True)
        picture(k).save(root/n)
    for n, t in dict(texts).items():
        (root/n).parent.mkdir(parents=True, exist_ok=True)
        (root/n).write_bytes(t if isinstance(t, bytes) else t.encode())
    return root


def quiet(*args, **kw):
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        return load_images(*args, **kw)


def named(*args, **kw): return (d := quiet(*args, **kw)) and [d.classes[c] for c in d.y]


def told(*args, **kw): # (data, what the warnings say)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter('always')
        data = load_images(*args, **kw)
    return data, ' '.join(str(w.message) for w in said)


class Items(Dataset):
    "A data set of torch with attributes of its own."
    def __init__(self, items, **own): self.items, self.__dict__ = items, dict(items=items, **own)
    def __len__(self): return len(self.items)
    def __getitem__(self, i): return self.items[i]


PAIRS = [(p, i % 2) for i, p in enumerate(PICTURES)]


# Names that a data set has, and classes=

HOT = [(p, torch.eye(2)[i % 2]) for i, p in enumerate(PICTURES)]
MANY = [(p, torch.tensor([1, i % 2])) for i, p in enumerate(PICTURES)]


def test_classes_order_the_names_of_one_hot_items():
    data = quiet(Items(HOT, classes=['u', 'v']), classes=['v', 'u'])
    assert data.classes == ['v', 'u'] and data.y.tolist() == [1, 0]*3
    with pytest.raises(ValueError, match="'u' is none of the classes p, q"): quiet(Items(HOT, classes=['u', 'v']), classes=['p', 'q'])
    data = quiet(Items(MANY, classes=['u', 'v']), classes=['v', 'u'])
    assert list(data.attrs) == ['v', 'u'] and data.attrs['v'].tolist() == [0, 1]*3 and data.attrs['u'].tolist() == [1]*6
    with pytest.raises(ValueError, match='classes: expected the names that the data set has'):
        quiet(Items(MANY, classes=['u', 'v']), classes=['p', 'q'])


def test_sequences_of_class_labels_are_numbers_of_classes():
    D = pytest.importorskip('datasets')
    def made(labels): return D.Dataset.from_dict(dict(image=PICTURES[:len(labels)], label=labels), features=D.Features(
        image=D.Image(), label=D.Sequence(D.ClassLabel(names=['zebra', 'ant']))))
    data = quiet(made([[0, 1], [1, 0], [0, 1]]))
    assert data.y is None and data.attrs['zebra'].tolist() == data.attrs['ant'].tolist() == [1, 1, 1]
    data = quiet(made([[0], [1, 0], []]), classes=['ant', 'zebra'])
    assert list(data.attrs) == ['ant', 'zebra'] and data.attrs['ant'].tolist() == [0, 1, 0]
    assert named(made([[0], [1], [1]])) == ['zebra', 'ant', 'ant']


def test_pandas_brings_names():
    letters = pd.Series(['b', 'a', 'b', 'b', 'a', 'a'])
    data = quiet(X, labels=pd.get_dummies(letters))
    assert data.classes == ['a', 'b'] and data.y.tolist() == [1, 0, 1, 1, 0, 0]
    assert quiet(X, labels=pd.get_dummies(letters), classes=['b', 'a']).y.tolist() == [0, 1, 0, 0, 1, 1]
    order = pd.CategoricalDtype(['b', 'a', 'c'])
    for labels in (letters.astype(order), pd.Categorical(letters, dtype=order), pd.DataFrame(dict(label=letters.astype(order)))):
        for source in (X, PICTURES):
            data = quiet(source, labels=labels)
            assert data.classes == ['b', 'a', 'c'] and data.y.tolist() == [0, 1, 0, 0, 1, 1]
    with pytest.raises(ValueError, match='none of the classes'): quiet(X, labels=letters.astype(order), classes=['p', 'q'])
    with pytest.raises(ValueError, match='labels: 1 are empty'): quiet(X, labels=pd.Categorical([None, *letters[1:]]))
    with pytest.raises(ValueError, match='expected one column'): quiet(X, labels=pd.DataFrame(dict(file=letters, label=letters)))


def test_categories_of_a_table_of_files(tmp_path):
    root = files(tmp_path, ['0.png', '1.png', '2.png'])
    order = pd.CategoricalDtype(['b', 'a', 'c'])
    table = pd.DataFrame(dict(file=['0.png', '1.png', '2.png'], label=pd.Series(['a', 'b', 'a'], dtype=order)))
    for labels in (table, table.set_index('file').label, table.rename(columns=dict(label='kind')).set_index('file').kind):
        data = quiet(root, labels=labels)
        assert data.classes == ['b', 'a', 'c'] and data.y.tolist() == [1, 0, 1]
    assert quiet(root, labels=table, classes=['c', 'a', 'b']).y.tolist() == [1, 2, 1]
    with pytest.raises(ValueError, match='has the categories b, a, c'): quiet(root, labels=table, classes=['a', 'b'])


def test_names_by_whatever_attribute():
    assert named(Items(PAIRS, class_to_idx={'u': 1, 'v': 0})) == ['v', 'u']*3
    assert named(Items(PAIRS, categories=['u', 'v'])) == ['u', 'v']*3
    assert quiet(Items(PAIRS, categories=['u', 'v']), classes=['v', 'u']).y.tolist() == [1, 0]*3
    one, two = Items(PAIRS, class_to_idx={'cat': 0, 'dog': 1}), Items(PAIRS, class_to_idx={'emu': 0, 'fox': 1})
    with pytest.raises(ValueError, match='mean different things'): quiet(ConcatDataset([one, two]))
    with pytest.raises(ValueError, match='Make them agree'): quiet(Items(PAIRS, classes=['u', 'v'], class_to_idx={'u': 1, 'v': 0}))


def test_a_count_of_classes():
    assert quiet(Items(PAIRS, classes=3)).classes == ['0', '1', '2']
    assert quiet(Items(PAIRS, classes=2), classes=['no', 'yes']).classes == ['no', 'yes']
    assert quiet(Items([(p, 'ab'[y]) for p, y in PAIRS], classes=2)).classes == ['a', 'b']
    with pytest.raises(ValueError, match='0 to 0 for 1 classes'): quiet(Items(PAIRS, classes=1))


# Cells and numbers that are no class

@pytest.mark.parametrize('cells, why, classes', [
    (['0', '-1', '1'], "'-1', which often says that there is no label", ['-1', '0', '1']),
    (['31.5', '20.25', '64.1'], 'a measurement and no class', ['20.25', '31.5', '64.1']),
    (['Cardiomegaly|Effusion', 'Effusion', 'Cardiomegaly'], 'several labels in one cell', None),
    (['a;b', 'b;c', 'c'], 'several labels in one cell', None)])
def test_cells_that_are_no_class(tmp_path, cells, why, classes):
    root = files(tmp_path, ['a.png', 'b.png', 'c.png'], {'l.csv': 'file,label\n' + ''.join(
        f'{f}.png,{c}\n' for f, c in zip('abc', cells))})
    for kw in ({}, dict(missing='skip')):
        with pytest.raises(ValueError, match=why): quiet(root, labels='l.csv', **kw)
    with pytest.raises(ValueError, match=why): quiet(X[:3], labels=cells)
    if classes: assert named(root, labels='l.csv', classes=classes) == cells
    else:
        table = pd.read_csv(root/'l.csv')
        data = quiet(root, labels=table.join(table.pop('label').str.get_dummies('|' if '|' in cells[0] else ';')))
        assert data.y is None and len(data.attrs) > 1


def test_numbers_of_hugging_face_that_are_no_class():
    D = pytest.importorskip('datasets')
    ds = D.Dataset.from_dict(dict(image=PICTURES, label=[0, 1, -1]*2))
    with pytest.raises(ValueError, match="classes=\\['-1', '0', '1'\\]"): quiet(ds)
    assert named(ds, classes=['-1', '0', '1']) == ['0', '1', '-1']*2


def test_numbers_and_truth_as_names():
    assert named(X, labels=[-1, 1]*3, classes=[-1, 1]) == ['-1', '1']*3
    with pytest.raises(ValueError, match='classes=\\[-1, 1\\] says that these numbers are the names'): quiet(X, labels=[-1, 1]*3)
    assert named(Items([(p, 2*y - 1) for p, y in PAIRS]), classes=[-1, 1]) == ['-1', '1']*3
    D = pytest.importorskip('datasets')
    ds = D.Dataset.from_dict(dict(image=PICTURES, label=[True, False]*3))
    assert named(ds, classes=['no', 'yes']) == ['yes', 'no']*3


def test_truth_in_a_table(tmp_path):
    root = files(tmp_path, ['a.png', 'b.png'], {'l.csv': 'file,label\na.png,True\nb.png,False\n'})
    assert named(root, labels='l.csv', classes=['no', 'yes']) == ['yes', 'no']


def test_names_that_are_whole_words_stay(tmp_path):
    assert named(X[:3], labels=['Washington, DC', 'Rome', 'Oslo']) == ['Washington, DC', 'Rome', 'Oslo']
    assert named(X[:3], labels=['1.5T', '3T', '7T']) == ['1.5T', '3T', '7T']
    assert named(files(tmp_path, ['0.5/a.png', '1/b.png'])) == ['0.5', '1']


# .npz files: names of the classes, parts, masks

@pytest.mark.parametrize('key', ['classes', 'label_names', 'class_names', 'list_classes'])
def test_names_in_an_npz_file(tmp_path, key):
    np.savez(tmp_path/'d.npz', x=X, y=np.arange(6) % 2, **{key: np.array(['u', 'v'])})
    assert quiet(tmp_path/'d.npz').classes == ['u', 'v']
    data = quiet(tmp_path/'d.npz', classes=['v', 'u'])
    assert data.classes == ['v', 'u'] and data.y.tolist() == [1, 0]*3
    with pytest.raises(ValueError, match='none of the classes p, q'): quiet(tmp_path/'d.npz', classes=['p', 'q'])
    assert quiet(tmp_path/'d.npz', labels=np.arange(6) % 3).classes == ['0', '1', '2']
    np.savez(tmp_path/'parts.npz', x_train=X, y_train=np.arange(6) % 2, x_test=X[:2], y_test=np.arange(2), **{key: np.array(['u', 'v'])})
    assert named(tmp_path/'parts.npz', split='test') == ['u', 'v']


def test_names_of_classes_need_enough(tmp_path):
    np.savez(tmp_path/'d.npz', x=X, y=np.arange(6) % 3, classes=np.array(['u', 'v']))
    with pytest.raises(ValueError, match='expected 0 to 1 for 2 classes'): quiet(tmp_path/'d.npz')
    np.savez(tmp_path/'e.npz', x=X, classes=np.array(['u', 'v']))
    assert 'but no labels' in told(tmp_path/'e.npz')[1]
    np.savez(tmp_path/'f.npz', x=X, classes=np.arange(6) % 2)
    assert quiet(tmp_path/'f.npz').y.tolist() == [0, 1]*3


def test_parts_as_npz_files(tmp_path):
    np.savez(tmp_path/'train.npz', x=X, y=np.arange(6) % 2)
    np.savez(tmp_path/'test.npz', x=X[:2], y=np.arange(2))
    with pytest.raises(ValueError, match="split='train' takes that part"): quiet(tmp_path)
    assert len(quiet(tmp_path, split='train')) == 6 and len(quiet(tmp_path, split='test')) == 2
    with pytest.raises(ValueError, match="split: no array in .* is called 'val'"): quiet(tmp_path, split='val')


def test_parts_as_zip_files(tmp_path):
    for part, ids in dict(train=[0, 1, 2], test=[3, 4]).items():
        with zipfile.ZipFile(tmp_path/f'{part}.zip', 'w') as z:
            for i in ids:
                picture(i).save(b := io.BytesIO(), 'png')
                z.writestr(f'{i}.png', b.getvalue())
            z.writestr('dataset.json', json.dumps(dict(labels=[[f'{i}.png', i % 2] for i in ids])))
    with pytest.raises(ValueError, match="split='train' takes that part"): quiet(tmp_path)
    assert quiet(tmp_path, split='train').y.tolist() == [0, 1, 0] and len(quiet(tmp_path, split='test')) == 2
    with pytest.raises(ValueError, match="no zip file in .* is called 'val'; there are test.zip, train.zip"): quiet(tmp_path, split='val')


def test_images_masks_and_labels_in_one_file(tmp_path):
    np.savez(tmp_path/'m.npz', images=X, masks=X[..., 0], labels=np.arange(6) % 2)
    with pytest.raises(ValueError, match="split='images'"): quiet(tmp_path/'m.npz')
    assert quiet(tmp_path/'m.npz', split='images').y.tolist() == [0, 1]*3


def test_arrays_by_name():
    with pytest.raises(TypeError) as e: quiet(dict(x=X, y=np.arange(6) % 2, class_names=['u', 'v']))
    source = dict(x=X, y=np.arange(6) % 2, class_names=['u', 'v'])
    assert str(e.value).endswith("load_images(source['x'], labels=source['y'], classes=source['class_names']) takes one")
    assert quiet(source['x'], labels=source['y'], classes=source['class_names']).classes == ['u', 'v']


# Ranges of values

def test_nearly_black_is_said(tmp_path):
    x = np.random.default_rng(0).random((6, 8, 8, 3))
    for source, kw in ((x/255, {}), (x, dict(value_range=(0, 255))), ([(torch.tensor(v/255), 0) for v in x], {})):
        assert 'nearly black' in told(source, **kw)[1]
    assert 'black' not in told(x)[1] + told(X, value_range=np.array([0, 255]))[1] + told(x*255, value_range=[0, 255])[1]
    deep = (x[..., 0]*4095).astype(np.uint16)
    for k, v in enumerate(deep): Image.fromarray(v).save(tmp_path/f'{k}.png')
    assert 'value_range=(0, 4095)' in told(tmp_path)[1]
    paths = sorted(tmp_path.glob('*.png'))
    data, said = told(np.stack([np.asarray(Image.open(p)) for p in paths]), value_range=(0, 4095))
    assert data.x.max() > 250 and not said
    for k, v in enumerate(deep): Image.fromarray(v*16).save(tmp_path/f'{k}.png')
    assert not told(tmp_path)[1]


def test_values_far_beyond_a_window():
    ct = np.linspace(-1000, 3000, 384).reshape(6, 8, 8)
    for source in (ct, [(v, 0) for v in ct]):
        with pytest.raises(ValueError, match=r'source: .*numpy.clip\(images, -160, 240\)'): quiet(source, value_range=(-160, 240))
    assert quiet(np.clip(ct, -160, 240), value_range=(-160, 240)).x.max() == 255


def test_layouts_and_kinds_of_tensors():
    with pytest.raises(ValueError, match=r'numpy.transpose\(images, \(3, 0, 1, 2\)\)'): quiet(np.zeros((32, 32, 3, 100), np.uint8))
    x = torch.rand(4, 3, 8, 8)
    assert torch.equal(quiet(x.to_sparse()).x, quiet(x).x)
    with pytest.raises(ValueError, match='source: a meta tensor'): quiet(x.to('meta'))
    with pytest.raises(ValueError, match='labels: a meta tensor'): quiet(x, labels=torch.zeros(4).to('meta'))
    with pytest.raises(ValueError, match='nested tensor'): quiet(torch.nested.nested_tensor([x[0], x[1]]))


# Items

def test_places_of_image_and_label():
    assert named([(f'/a/{i}.png', p, y) for i, (p, y) in enumerate(PAIRS)]) == ['0', '1']*3
    assert named([(p, f'/a/{i}.png', y) for i, (p, y) in enumerate(PAIRS)]) == ['0', '1']*3
    assert named([(p, [b'u', b'v'][y]) for p, y in PAIRS]) == ['u', 'v']*3
    t = torch.rand(3, 8, 8)
    data, said = told([(t, t, i % 2) for i in range(4)])
    assert data.y.tolist() == [0, 1]*2 and 'other images, number 1, are not read' in said
    with pytest.raises(ValueError, match=r'\[item\[0\] for item in source\]'): quiet([(t, t[0]) for _ in range(4)])
    assert quiet([item[0] for item in [(t, t[0]) for _ in range(4)]]).y is None
    source = Items([([t, t], i % 2) for i in range(4)])
    with pytest.raises(ValueError, match=r'\[\(item\[0\]\[0\], item\[1\]\) for item in source\]'): quiet(source)
    assert quiet([(item[0][0], item[1]) for item in source]).y.tolist() == [0, 1]*2
    with pytest.raises(TypeError, match='loader.dataset'): quiet(torch.utils.data.DataLoader(source))
    encoded = io.BytesIO()
    picture(1).save(encoded, 'png')
    assert quiet([(dict(bytes=encoded.getvalue(), path=None), i % 2) for i in range(4)]).y.tolist() == [0, 1]*2


def test_columns_series_and_arrays_of_paths(tmp_path):
    D = pytest.importorskip('datasets')
    ds = D.Dataset.from_dict(dict(image=PICTURES, label=[0, 1]*3), features=D.Features(image=D.Image(), label=D.ClassLabel(names=['u', 'v'])))
    assert named(ds['image'], labels=ds['label']) == ['u', 'v']*3
    assert quiet(ds['image'], labels=ds['label'], classes=['v', 'u']).y.tolist() == [1, 0]*3
    assert quiet(ds['image']).y is None and named(ds.with_format('arrow')) == ['u', 'v']*3
    with pytest.raises(TypeError, match='expected a column of images, got one of int'): quiet(ds['label'])
    with pytest.raises(TypeError, match='labels: Dataset brings its own'): quiet(ds, labels=[0, 1]*3)
    paths = sorted(map(str, files(tmp_path, ['a.png', 'b.png']).glob('*.png')))
    for source in (np.array(paths), pd.Series(paths), pd.Series(paths, index=[7, 3]), pd.Index(paths), np.array(paths, dtype=object)):
        assert named(source, labels=['u', 'v']) == ['u', 'v']
    assert named(Items(PICTURES), labels=['u', 'v']*3) == ['u', 'v']*3


# Folders

def test_parts_are_no_classes(tmp_path):
    for k, (parts, split) in enumerate([(('images', 'heatmaps'), 'images'), (('labeled', 'unlabeled'), 'labeled'),
                                        (('images', 'depth'), 'images'), (('train', 'unlabeled'), 'train')]):
        root = files(tmp_path/str(k), [f'{p}/{i}.png' for p in parts for i in (0, 1)])
        with pytest.raises(ValueError, match=f'split={split!r} takes that part'): quiet(root)
        assert len(quiet(root, split=split)) == 2 and quiet(root, classes=list(parts)).classes == list(parts)
    for k, parts in enumerate([('support', 'query'), ('fold1', 'fold2'), ('fold_1', 'fold_2', 'fold_3')]):
        root = files(tmp_path/f'r{k}', [f'{p}/{c}/{i}.png' for p in parts for i, c in enumerate(('cat', 'dog'))])
        with pytest.raises(ValueError, match='split='): quiet(root)
        assert named(root, split=parts[0]) == ['cat', 'dog']


def test_words_of_parts_may_be_classes(tmp_path):
    for k, names in enumerate([('alpha', 'beta'), ('edges', 'cat'), ('support', 'refute'), ('source', 'target')]):
        assert quiet(files(tmp_path/str(k), [f'{n}/{i}.png' for n in names for i in (0, 1)])).classes == sorted(names)


@pytest.mark.parametrize('top', ['images', 'PetImages'])
def test_one_folder_around_the_classes(tmp_path, top):
    root = files(tmp_path, [f'{top}/001.A/a.png', f'{top}/002.B/b.png'])
    assert f'split={top!r}' in told(root)[1] and named(root, split=top) == ['001.A', '002.B']


def test_split_is_a_name(tmp_path):
    root = files(tmp_path, ['train/a/0.png', 'train/b/1.png'])
    for split in (['train'], 1, ('train',)):
        with pytest.raises(TypeError, match='split: expected the name of one part'): quiet(root, split=split)
        with pytest.raises(TypeError, match='split: expected the name of one part'): quiet(dict(train=PAIRS), split=split)
    D = pytest.importorskip('datasets')
    assert len(quiet(root, split=D.Split.TRAIN)) == 2


# What files of other kinds are told

def idx(a): return bytes([0, 0, 8, a.ndim]) + b''.join(n.to_bytes(4, 'big') for n in a.shape) + a.tobytes()


def test_a_folder_of_idx_files(tmp_path):
    import gzip
    raw = tmp_path/'MNIST'/'raw'
    raw.mkdir(parents=True)
    for part, n in dict(train=6, t10k=2).items():
        (raw/f'{part}-images-idx3-ubyte.gz').write_bytes(gzip.compress(idx(X[:n, ..., 0].copy())))
        (raw/f'{part}-labels-idx1-ubyte.gz').write_bytes(gzip.compress(idx(np.arange(n, dtype=np.uint8) % 2)))
    with pytest.raises(ValueError, match="split='train' takes that part"): quiet(raw)
    assert quiet(raw, split='train').y.tolist() == [0, 1]*3 and quiet(raw, split='test', classes=['u', 'v']).classes == ['u', 'v']
    (raw/'train-images-idx3-ubyte').write_bytes(idx(X[..., 0].copy()))
    assert len(quiet(raw, split='train')) == 6 and len(quiet(raw, split='t10k')) == 2
    with pytest.raises(ValueError, match='split: expected one of t10k, train'): quiet(raw, split='val')
    with pytest.raises(ValueError, match="load_images\\('.*raw', split='train'\\)"): quiet(tmp_path/'MNIST')


def test_files_of_torch_and_arrays(tmp_path):
    torch.save((torch.tensor(X), torch.arange(6) % 2), tmp_path/'t.pt')
    with pytest.raises(ValueError, match='torch.load'): quiet(tmp_path/'t.pt')
    for n in ('a/0.npy', 'b/1.npy'):
        (tmp_path/n).parent.mkdir()
        np.save(tmp_path/n, X[0])
    (tmp_path/'t.pt').unlink()
    with pytest.raises(ValueError, match=r'labels=\[p.parent.name for p in paths\]'): quiet(tmp_path)
    root = files(tmp_path/'lfs', ['a/0.png'], {'b/1.png': 'version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12345\n'})
    with pytest.raises(ValueError, match='git lfs pull'): quiet(root)
    root = files(tmp_path/'plain', ['in/a/0.png'])
    with zipfile.ZipFile(root/'train.zip', 'w') as z: z.write(root/'in/a/0.png', 'a/0.png')
    (root/'in/a/0.png').unlink()
    with pytest.raises(ValueError, match=r'give one of these files itself'): quiet(root)
    assert named(root/'train.zip') == ['a']


@pytest.mark.parametrize('name, how', [('y.npy', 'numpy.load'), ('l.mat', 'scipy.io.loadmat'), ('l.csv.gz', "labels=pandas.read_csv\\('l.csv.gz'\\)"),
                                       ('l.json', 'read_json'), ('l.pt', 'torch.load'), ('l.tsv.gz', "sep='.t'")])
def test_labels_in_other_files(tmp_path, name, how):
    root = files(tmp_path, ['a.png', 'b.png'], {name: b'\x93'})
    with pytest.raises(ValueError, match=how): quiet(root, labels=name)


def test_key_that_names_none_and_two_columns_of_a_path(tmp_path):
    root = files(tmp_path/'k', ['train/a.png'], {'l.csv': 'path,label\ntest/a.png,u\n'})
    with pytest.raises(ValueError, match="key: the column 'path' .* names none of the images") as e: quiet(root, labels='l.csv', key='path')
    assert 'key=' not in str(e.value)
    root = files(tmp_path/'v', ['v1/1.png', 'v1/2.png', 'v2/1.png', 'v2/2.png'], {'l.csv': 'video,frame,label\nv1,1,a\nv1,2,b\nv2,1,c\nv2,2,d\n'})
    with pytest.raises(ValueError, match='give labels=table'): quiet(root, labels='l.csv')
    table = pd.read_csv(root/'l.csv')
    table['frame'] = table['video'].astype(str) + '/' + table['frame'].astype(str)
    assert named(root, labels=table) == ['a', 'b', 'c', 'd']

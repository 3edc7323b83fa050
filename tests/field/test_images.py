"Images that people hand over: ranges, items, files and data sets; what is read, what is refused and how it is said. The numbers in brackets are rows of the field test."
import gzip, io, os, struct, warnings

import numpy as np
import pytest
import torch
from PIL import Image

from gen_explain.images import Fit, fit_image
from gen_explain.data import ImageData
from gen_explain.sources import load_images
from gen_explain.describe import describe

os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'
RNG = np.random.default_rng(0)
X = RNG.integers(0, 256, (6, 8, 8, 3), dtype=np.uint8)
X[0, 0, 0], X[0, 0, 1] = 0, 255
WANT = X.transpose(0, 3, 1, 2)


def saved(im, kind='png', **kw):
    b = io.BytesIO()
    im.save(b, kind, **kw)
    return b.getvalue()


def strict(*args, **kw):
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        return load_images(*args, **kw)


# Ranges [12]

@pytest.mark.parametrize('what', ['array', 'data set'])
def test_12_ranges(what):
    class Items:
        def __init__(self, a): self.a = a
        def __len__(self): return len(self.a)
        def __getitem__(self, i): return self.a[i], i % 2
    source = (lambda a: a) if what == 'array' else lambda a: Items(a.transpose(0, 3, 1, 2))
    f = X/255.
    for a in (X, f, f.astype(np.float32), f*2 - 1, X.astype(np.float64), X.astype(np.int64), X.astype(np.uint16)*257): assert (strict(source(a)).x.numpy() == WANT).all()
    for a in (f*1.5, f*16, f*4.2 - 2.1, np.rint(f*16), np.rint(f*16).astype(np.int64), f*1000):
        with pytest.raises(ValueError, match=r'value_range=\(|far beyond') as e: load_images(source(a))
        assert what == 'array' or 'Leave normalisation out' in str(e.value)
    over = f.copy()
    over[1, :2, 0] = 1.02, 1.0, -.03
    with pytest.warns(UserWarning, match='clipped to .0, 1.'): x = load_images(source(over)).x
    want = WANT.copy()
    want[1, :, :2, 0] = np.array([255, 255, 0])[:, None]
    assert (x.numpy() == want).all()
    with pytest.warns(UserWarning, match='clipped to .-1, 1.'): load_images(source(over*2 - 1))


def test_12_the_range_that_is_said():
    from sklearn.datasets import load_digits
    digits = load_digits()
    with pytest.raises(ValueError, match='value_range'): load_images(digits.images)
    data = strict(digits.images, labels=digits.target, value_range=(0, 16))
    assert data.x.max() == 255 and data.x.float().mean()/255 == pytest.approx(digits.images.mean()/16, abs=2e-3) and len(data.classes) == 10
    assert (strict(X/255.*1.5, value_range=(0, 1.5)).x.numpy() == WANT).all() and (strict(X/255.*3000 - 1000, value_range=(-1000, 2000)).x.numpy() == WANT).all()
    assert strict((X//16).astype(np.uint8), value_range=(0, 15)).x.max() == 255
    for bad in (16, (16, 0), (0, 0), ('a', 'b'), (0, float('nan'))):
        with pytest.raises(ValueError, match='value_range: expected'): load_images(X, value_range=bad)
    with pytest.raises(ValueError, match='far beyond|lie beyond'): load_images(X/255.*1.5, value_range=(0, 1))


def test_12_what_files_say_themselves(tmp_path):
    Image.fromarray(X[0]).save(tmp_path/'a.png')
    for source in (tmp_path, [tmp_path/'a.png']):
        with pytest.raises(ValueError, match='value_range: is for arrays'): load_images(source, value_range=(0, 16))


def test_12_float_images_of_a_bicubic_filter():
    x = torch.nn.functional.interpolate(torch.tensor(WANT/255.), (20, 20), mode='bicubic')
    assert x.max() > 1
    share = ((x < 0) | (x > 1)).double().mean()
    if share < .1:
        with pytest.warns(UserWarning, match='clipped'): load_images(x.float())
    flat = torch.zeros(2, 3, 20, 20)
    flat[..., 8:] = 1
    x = torch.nn.functional.interpolate(flat, (40, 40), mode='bicubic')
    with pytest.warns(UserWarning, match='clipped'): assert load_images(x).x.float().mean()/255 == pytest.approx(float(x.clamp(0, 1).mean()), abs=2e-3)


# One image, and other habits of notebooks [17]

def test_17_one_image():
    with pytest.raises(ValueError, match=r'x\[None\] makes one image a batch'): ImageData(torch.zeros(3, 8, 8, dtype=torch.uint8))
    with pytest.raises(ValueError, match='may be one image'): load_images(X[0])


# Several labels an item, an index before them [18]

class Listed:
    def __init__(self, f, n=6): self.f, self.n = f, n
    def __len__(self): return self.n
    def __getitem__(self, i):
        if i >= self.n: raise IndexError(i)
        return self.f(i)


IM = [Image.fromarray(x) for x in X]
Y = [0, 1, 1, 0, 1, 0]


def test_18_several_labels_an_item():
    findings = RNG.integers(0, 2, (6, 14))
    findings[0, :2] = 1
    for f in (lambda i: (IM[i], torch.tensor(findings[i])), lambda i: (IM[i], findings[i].tolist()), lambda i: (IM[i], findings[i].astype(float))):
        with pytest.warns(UserWarning, match='attributes and no label'): data = load_images(Listed(f))
        assert data.y is None and data.attrs['1'].tolist() == findings[:, 1].tolist() and data.label_by('1').y.tolist() == findings[:, 1].tolist()
    hot = np.eye(3, dtype=int)[[2, 0, 1, 1, 0, 2]]
    for f in (lambda i: (IM[i], torch.tensor(hot[i])), lambda i: (IM[i], (2*hot[i] - 1).tolist())): assert strict(Listed(f), classes=['a', 'b', 'c']).y.tolist() == hot.argmax(1).tolist()
    assert strict(Listed(lambda i: (IM[i], torch.tensor([Y[i]])))).y.tolist() == Y
    for f in (lambda i: (IM[i], [4, 7, 9]), lambda i: (IM[i], list(range(i + 1))), lambda i: (IM[i], dict(boxes=[1])), lambda i: (IM[i], None)):
        with pytest.raises(ValueError, match='target_transform'): load_images(Listed(f))


def test_18_an_index_before_the_image():
    for f in (lambda i: (i, IM[i], Y[i]), lambda i: (torch.tensor(i), IM[i], torch.tensor(Y[i])), lambda i: (IM[i], Y[i], i), lambda i: (IM[i], Y[i], dict(site=3)), lambda i: (f'id {i}', IM[i], Y[i])):
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            data = load_images(Listed(f))
        assert data.y.tolist() == Y and (data.x.numpy() == WANT).all()
    with pytest.warns(UserWarning, match='number 0 is taken as image, number 2 as label|things'): data = load_images(Listed(lambda i: (IM[i], i, Y[i], i % 3)))
    with pytest.warns(UserWarning, match='number 1 as label'): assert load_images(Listed(lambda i: (IM[i], Y[i], i % 3))).y.tolist() == Y
    assert strict(torch.utils.data.TensorDataset(torch.arange(6), torch.tensor(WANT), torch.tensor(Y))).y.tolist() == Y
    assert strict(Listed(lambda i: (i, IM[i], Y[i]))).y.tolist() == Y and strict(Listed(lambda i: (IM[i], i))).y.tolist() == list(range(6))


# Dictionaries, lists of paths, other files [19]

def test_19_dictionaries():
    t = torch.tensor(WANT)
    for f in (lambda i: dict(image=t[i], label=Y[i]), lambda i: dict(image=t[i]/255., label=torch.tensor(Y[i])), lambda i: dict(img=IM[i], target=Y[i], name=f'{i}'), lambda i: dict(pixel_values=t[i], labels=Y[i]),
              lambda i: dict(image=t[i].float(), label=torch.tensor([Y[i]]), crs=None)):
        for source in (Listed(f), [f(i) for i in range(6)]):
            data = strict(source)
            assert data.y.tolist() == Y and (data.x.numpy() == WANT).all()
    assert strict(Listed(lambda i: dict(image=t[i], kind='ab'[Y[i]])), label='kind').classes == ['a', 'b']
    assert strict(Listed(lambda i: dict(image=t[i]))).y is None
    with pytest.raises(KeyError, match='they hold image, a'): load_images(Listed(lambda i: dict(image=t[i], a=1)), label='b')
    with pytest.raises(ValueError, match='none of the entries of an item is an image'): load_images(Listed(lambda i: dict(a=1, b='x')))


def test_19_lists(tmp_path):
    paths = []
    for i, im in enumerate(IM):
        im.save(tmp_path/f'{i}.png')
        paths.append(tmp_path/f'{i}.png')
    for source in (paths, list(map(str, paths)), tuple(paths), IM, [p.read_bytes() for p in paths]):
        data = strict(source, labels=['ab'[y] for y in Y])
        assert data.classes == ['a', 'b'] and data.y.tolist() == Y and (data.x.numpy() == WANT).all()
    for source in (list(zip(paths, Y)), [dict(image=str(p), label=y) for p, y in zip(paths, Y)], list(zip(IM, Y))): assert strict(source).y.tolist() == Y
    assert strict(paths).y is None and list(describe(load_images(paths, lazy=True)).names) == list(map(str, paths))
    paths[2].write_bytes(b'hello')
    with pytest.raises(ValueError, match='2.png: not a whole image'): load_images(paths)
    with pytest.warns(UserWarning, match='1 of 6 images'): assert load_images(paths, labels=Y, broken='skip').y.tolist() == [0, 1, 0, 1, 0]
    with pytest.raises(FileNotFoundError, match='1 of 7 paths are no files'): load_images([*paths, tmp_path/'none.png'])
    for bad, what in (([], 'no images'), ([1, 2], 'list of int'), ([X], 'numpy.concatenate'), ([paths[0], 3], 'of PosixPath, int|of int, PosixPath')):
        with pytest.raises((TypeError, ValueError), match=what): load_images(bad)
    with pytest.raises(TypeError, match='bring their own'): load_images(list(zip(IM, Y)), labels=Y)


@pytest.mark.parametrize('pack', [bytes, gzip.compress])
def test_19_idx(pack, tmp_path):
    end = '.gz' if pack is gzip.compress else ''
    g = X[..., 0]
    (tmp_path/f'train-images-idx3-ubyte{end}').write_bytes(pack(bytes([0, 0, 8, 3]) + struct.pack('>3I', *g.shape) + g.tobytes()))
    (tmp_path/f'train-labels-idx1-ubyte{end}').write_bytes(pack(bytes([0, 0, 8, 1]) + struct.pack('>I', 6) + bytes(Y)))
    data = strict(tmp_path/f'train-images-idx3-ubyte{end}', labels=tmp_path/f'train-labels-idx1-ubyte{end}', classes=['a', 'b'])
    assert (data.x[:, 0].numpy() == g).all() and data.y.tolist() == Y


@pytest.mark.parametrize('suffix, way', [('.h5', 'h5py.File'), ('.parquet', r"load_dataset\('parquet'"), ('.arrow', 'load_from_disk'), ('.pt', 'torch.load'), ('.mat', 'scipy.io.loadmat'), ('.pkl', 'pickle'), ('.csv', 'labels='), ('.png', r'load_images\(\[path\]\)'),
                                         ('.rar', 'unpack')])
def test_19_other_files_name_what_reads_them(suffix, way, tmp_path):
    (tmp_path/f'a{suffix}').write_bytes(b'hello, I am no archive')
    with pytest.raises(ValueError, match=way): load_images(tmp_path/f'a{suffix}')
    if suffix != '.png':
        with pytest.raises(ValueError, match=way): load_images(tmp_path)


def test_19_the_ways_out_work(tmp_path):
    import datasets, h5py
    with h5py.File(tmp_path/'a.h5', 'w') as f: f['images'] = X
    with h5py.File(tmp_path/'a.h5') as f: assert (strict(f['images'], labels=Y).x.numpy() == WANT).all()
    datasets.Dataset.from_dict(dict(image=[dict(bytes=saved(im), path=None) for im in IM], label=Y)).to_parquet(tmp_path/'a.parquet')
    ds = datasets.load_dataset('parquet', data_files=str(tmp_path/'a.parquet'), cache_dir=str(tmp_path/'cache'))
    assert strict(ds, split='train').y.tolist() == Y
    torch.save(torch.tensor(WANT), tmp_path/'a.pt')
    assert (strict(torch.load(tmp_path/'a.pt', weights_only=True)).x.numpy() == WANT).all()


@pytest.mark.parametrize('dtype', [torch.bfloat16, torch.float16, torch.float64])
def test_19_types_of_torch(dtype):
    x = (torch.tensor(WANT)/255.).to(dtype).requires_grad_()
    off = 2 if dtype == torch.bfloat16 else 1
    assert (load_images(x, labels=Y).x.int() - torch.tensor(WANT).int()).abs().max() <= off
    assert (load_images(Listed(lambda i: (x[i], Y[i]))).x.int() - torch.tensor(WANT).int()).abs().max() <= off


# TIFF of many bands and pages, folders without images [23]

def tiff_of_bands(n):
    "A small TIFF with n bands, as remote sensing writes it."
    w = h = 4
    entries = [(256, 3, 1, w), (257, 3, 1, h), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8 + 2 + 9*12 + 4 + 2*n), (277, 3, 1, n), (278, 3, 1, h), (279, 4, 1, w*h*n), (258, 3, n, 8 + 2 + 9*12 + 4)]
    body = b''.join(struct.pack('<HHI', t, k, c) + (struct.pack('<HH', v, 0) if k == 3 and c == 1 else struct.pack('<I', v)) for t, k, c, v in sorted(entries))
    return b'II*\0' + struct.pack('<I', 8) + struct.pack('<H', len(entries)) + body + struct.pack('<I', 0) + struct.pack(f'<{n}H', *[8]*n) + bytes(w*h*n)


def test_23_bands_and_pages(tmp_path):
    (tmp_path/'a.tif').write_bytes(tiff_of_bands(13))
    with pytest.raises(ValueError, match=r'a.tif: not a whole image \(a TIFF of 13 bands, expected 1, 3 or 4'): load_images(tmp_path)
    with pytest.raises(ValueError, match='a TIFF of 13 bands'): load_images([tmp_path/'a.tif'])
    (tmp_path/'a.tif').write_bytes(saved(IM[0].copy(), 'tiff', save_all=True, append_images=[im.copy() for im in IM[1:5]]))
    for source in (tmp_path, [tmp_path/'a.tif'], [Image.open(tmp_path/'a.tif')]):
        with pytest.raises(ValueError, match='a TIFF of 5 pages'): load_images(source)
    page = Image.open(tmp_path/'a.tif')
    page.seek(3)                                                                                   # somebody has chosen it
    assert (load_images([page]).x.numpy() == WANT[3]).all()
    (tmp_path/'a.tif').write_bytes(saved(IM[0], 'tiff'))
    assert (strict(tmp_path).x.numpy() == WANT[0]).all()


def test_23_smaller_copies_are_no_pages(tmp_path):
    from PIL.TiffImagePlugin import ImageFileDirectory_v2
    small = IM[0].resize((4, 4))
    info = ImageFileDirectory_v2()
    info[254] = 1
    small.encoderinfo = dict(tiffinfo=info)
    (tmp_path/'a.tif').write_bytes(saved(IM[0].copy(), 'tiff', save_all=True, append_images=[small]))
    with Image.open(tmp_path/'a.tif') as im:
        im.seek(1)
        if im.tag_v2.get(254) != 1: pytest.skip('this Pillow does not write the tag')
    assert (strict(tmp_path).x.numpy() == WANT[0]).all()


@pytest.mark.parametrize('how', ['folder', 'zip', 'tar'])
def test_23_a_class_folder_without_images(how, tmp_path):
    import shutil
    for p in ('cat', 'dog', 'cow', 'notes'): (tmp_path/'d'/p).mkdir(parents=True)
    IM[0].save(tmp_path/'d'/'cat'/'1.png'), IM[1].save(tmp_path/'d'/'dog'/'1.png'), (tmp_path/'d'/'notes'/'a.txt').write_text('x')
    source = tmp_path/'d' if how == 'folder' else shutil.make_archive(tmp_path/'a', how, tmp_path, 'd')
    with pytest.warns(UserWarning, match='hold no images and make no classes: cow, notes'): assert load_images(source).classes == ['cat', 'dog']
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        assert load_images(source, classes=['cat', 'cow', 'dog']).classes == ['cat', 'cow', 'dog']
    assert not any('cow' in str(m.message) for m in w)


# Data sets of Hugging Face [25]

def faces_of(n=6, **columns):
    import datasets
    return datasets.Dataset.from_dict(dict(image=[dict(bytes=saved(im), path=None) for im in IM[:n]]) | columns).cast_column('image', datasets.Image())


def test_25_labels_of_any_type():
    import datasets
    for values in (Y, [float(y) for y in Y], [str(y) for y in Y], [bool(y) for y in Y], [[y] for y in Y], np.eye(2)[Y].tolist(), np.eye(2, dtype=int)[Y].tolist()):
        assert strict(faces_of(label=values)).y.tolist() == Y, values
    ds = faces_of(label=Y).cast_column('label', datasets.ClassLabel(names=['a', 'b', 'c']))
    assert strict(ds).classes == ['a', 'b', 'c'] and strict(ds, classes=['b', 'a', 'c']).y.tolist() == [1 - y for y in Y]
    ds = faces_of(label=[[y] for y in Y]).cast_column('label', datasets.Sequence(datasets.ClassLabel(names=['a', 'b'])))
    assert strict(ds).y.tolist() == Y
    with pytest.warns(UserWarning, match='attributes and no label'): assert load_images(faces_of(label=[[1, 1, 0]]*3 + [[0, 0, 1]]*3)).attrs['0'].tolist() == [1]*3 + [0]*3
    for values, what in (([.5, 1., 0., 1., 0., 1.], 'no classes, 0.5'), ([[1, 2]]*5 + [[1]], 'several labels'), ([None, 1, 0, 1, 0, 1], '1 rows have no label')):
        with pytest.raises(ValueError, match=what): load_images(faces_of(label=values))
    with pytest.warns(UserWarning, match='box are not read'): assert load_images(faces_of(box=[[1., 2., 3., 4.]]*6)).y is None


def test_25_the_first_image_is_none():
    import datasets
    rows = [None] + [dict(bytes=saved(im), path=None) for im in IM[1:]]
    for ds in (datasets.Dataset.from_dict(dict(image=rows, label=Y)), datasets.Dataset.from_dict(dict(image=rows, label=Y)).cast_column('image', datasets.Image())):
        with pytest.raises(ValueError, match='image 0'): load_images(ds)
        with pytest.warns(UserWarning, match='1 of 6 images are broken'): assert load_images(ds, broken='skip').y.tolist() == Y[1:]
    raw = datasets.Dataset.from_dict(dict(picture=[None] + [saved(im) for im in IM[1:]], label=Y))
    with pytest.warns(UserWarning, match='1 of 6'): assert len(load_images(raw, broken='skip')) == 5


def test_25_two_columns_of_images_and_paths(tmp_path):
    import datasets
    both = faces_of(label=Y).add_column('mask', [dict(bytes=saved(im), path=None) for im in IM]).cast_column('mask', datasets.Image())
    with pytest.warns(UserWarning, match="columns image, mask hold images; 'image' is taken"): assert (load_images(both).x.numpy() == WANT).all()
    IM[0].save(tmp_path/'a.png')
    with pytest.raises(ValueError, match='cast_column'): load_images(datasets.Dataset.from_dict(dict(file=[str(tmp_path/'a.png')], label=[0])))
    assert strict(datasets.DatasetDict(train=faces_of(label=Y), test=faces_of(2, label=Y[:2])), split='test').y.tolist() == Y[:2]
    lists = datasets.Dataset.from_dict(dict(image=WANT.tolist(), label=Y)).cast_column('image', datasets.Array3D(WANT.shape[1:], 'uint8'))
    with pytest.raises(ValueError, match='with_format'): load_images(lists)
    assert (strict(lists.with_format('numpy')).x.numpy() == WANT).all()
    for kind in ('torch', 'numpy'): assert (strict(faces_of(label=Y).with_format(kind)).x.numpy() == WANT).all()


# What a labelling grid has written [28]

def test_28_a_grids_folder_names_read_corrections(tmp_path):
    import zipfile
    folder = tmp_path/'grid'
    folder.mkdir()
    for name, files in {'images.zip': {'dataset.json': '{}'}, 'labels.zip': {'manifest.json': '{}', 'labels.csv': 'id,label\n'}}.items():
        with zipfile.ZipFile(folder/name, 'w') as z:
            for k, v in files.items(): z.writestr(k, v)
    for source in (folder, folder/'labels.zip'):
        with pytest.raises(ValueError, match='gen_explain.corrections.read_corrections'): load_images(source)


# Right already, and to stay so

def test_exif_turns_of_eight_kinds():
    im = Image.fromarray(RNG.integers(0, 256, (12, 20, 3), dtype=np.uint8))
    T = Image.Transpose
    back = {1: None, 2: T.FLIP_LEFT_RIGHT, 3: T.ROTATE_180, 4: T.FLIP_TOP_BOTTOM, 5: T.TRANSPOSE, 6: T.ROTATE_90, 7: T.TRANSVERSE, 8: T.ROTATE_270}
    for o, turn in back.items():
        e = Image.Exif()
        e[0x0112] = o
        for kind in ('png', 'tiff', 'webp'):
            got = load_images([saved(im if turn is None else im.transpose(turn), kind, exif=e, **(dict(lossless=True) if kind == 'webp' else {}))])
            assert (got.x[0].numpy() == np.asarray(im).transpose(2, 0, 1)).all(), (o, kind)
    for odd in (0, 9):
        e = Image.Exif()
        e[0x0112] = odd
        assert load_images([saved(im, 'jpeg', exif=e)]).x.shape == (1, 3, 12, 20)


def test_odd_files(tmp_path):
    im = Image.fromarray(np.repeat(np.repeat(RNG.integers(0, 256, (4, 4, 3), dtype=np.uint8), 8, 0), 8, 1))
    want = np.asarray(im).astype(int).transpose(2, 0, 1)
    near = lambda data, off: abs(load_images([data], channels=3).x[0].numpy().astype(int) - want).mean() <= off
    assert near(saved(im, 'png') + b'trailing bytes', 0) and near(saved(im, 'jpeg', quality=100, subsampling=0) + b'\0'*99, 3)
    assert near(saved(im, 'mpo', save_all=True, append_images=[im], quality=100), 8)                          # the first of the camera's two
    assert near(saved(im, 'png', save_all=True, append_images=[im.rotate(90)]), 0)                            # the first frame, as viewers show it
    assert near(saved(im.convert('CMYK'), 'jpeg', quality=100), 8) and near(saved(im.quantize(16), 'png'), 3) and near(saved(im.quantize(16), 'gif'), 3)
    from PIL import ImageCms
    lab = ImageCms.profileToProfile(im, ImageCms.createProfile('sRGB'), ImageCms.createProfile('LAB'), outputMode='LAB')
    assert load_images([saved(lab, 'tiff')], channels=3).x.shape == (1, 3, 32, 32)
    deep = Image.fromarray((np.arange(1024).reshape(32, 32)*64).astype(np.uint16))
    assert abs(load_images([saved(deep)]).x[0, 0].numpy().astype(int) - np.arange(1024).reshape(32, 32)*64/257).max() <= .51
    wide = Image.new('RGB', (3000, 20), (9, 9, 9))
    assert load_images([saved(wide)], size=16).x.unique().tolist() == [9] and load_images([saved(wide)], size=16, fit='pad').x.shape == (1, 3, 16, 16)
    assert (fit_image(saved(Image.new('1', (4, 4), 1)), Fit(channels=1)) == 255).all()


LABELS = dict(
    whole=(lambda: [0, 2, 1, 1], ['0', '1', '2']), floats=(lambda: [0., 2., 1., 1.], ['0', '1', '2']), numpy8=(lambda: np.array([0, 2, 1, 1], np.int8), ['0', '1', '2']), tensor=(lambda: torch.tensor([0, 2, 1, 1]), ['0', '1', '2']),
    booleans=(lambda: [True, False, True, True], ['0', '1']), names=(lambda: ['a', 'c', 'b', 'b'], ['a', 'b', 'c']), wide=(lambda: ['a'*500, 'b', 'b', 'b'], ['a'*500, 'b']), digits=(lambda: ['10', '9', '9', '1'], ['1', '9', '10']),
    zeros=(lambda: ['007', '7', '7', '8'], ['7', '007', '8']), spaces=(lambda: ['great dane', 'pug', 'pug', 'pug'], ['great dane', 'pug']), accents=(lambda: ['é', 'e', 'e', 'e'], ['e', 'é']), column=(lambda: [[0], [2], [1], [1]], ['0', '1', '2']),
    onehot=(lambda: np.eye(3)[[0, 2, 1, 1]], ['0', '1', '2']), strings=(lambda: np.array(['a', 'c', 'b', 'b']), ['a', 'b', 'c']), mixed_case=(lambda: ['A', 'a', 'a', 'a'], ['A', 'a']), one=(lambda: ['x']*4, ['x']), minus=(lambda: ['-1', '1', '1', '1'], ['-1', '1']))


@pytest.mark.parametrize('kind', LABELS)
def test_kinds_of_labels(kind):
    labels, classes = LABELS[kind]
    data = strict(np.zeros((4, 6, 6, 3), np.uint8), labels=labels())
    assert sorted(data.classes) == sorted(classes)
    if isinstance(labels()[0], str): assert [data.classes[y] for y in data.y] == list(labels())


def test_tiny_data(tmp_path):
    assert strict(X[:1, :, :, :]).x.shape == (1, 3, 8, 8) and strict(np.full((1, 1, 1), 7, np.uint8)).x.tolist() == [[[[7]]]]
    (tmp_path/'cat').mkdir(), (tmp_path/'dog').mkdir()
    for c in ('cat', 'dog'): Image.new('L', (1, 1), 5).save(tmp_path/c/'a.png')
    assert strict(tmp_path).classes == ['cat', 'dog']
    (tmp_path/'t.csv').write_text('file,species\ncat/a.png,feline\ndog/a.png,canine\n')
    assert strict(tmp_path, labels='t.csv').y.tolist() == [1, 0]

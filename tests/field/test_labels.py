"Labels that people hand over: each is used or refused, never guessed. The numbers in brackets are rows of the field test."
import io, json, os, tarfile, unicodedata, warnings, zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from gen_explain.data import ImageData
from gen_explain.shards import read_zip, write_zip
from gen_explain.sources import load_images

os.environ['GEN_EXPLAIN_PROGRESS'] = 'off'
NFD = lambda t: unicodedata.normalize('NFD', t)


def picture(k, size=4, kind='png'):
    "An image that says which one it is."
    b = io.BytesIO()
    Image.fromarray(np.full((size, size, 3), 8*k, np.uint8)).save(b, kind)
    return b.getvalue()


def laid_out(root, files):
    "Files, path -> number of the image or text."
    for p, what in files.items():
        (root/p).parent.mkdir(parents=True, exist_ok=True)
        (root/p).write_bytes(picture(what, kind='jpeg' if p.endswith('.jpg') else 'png') if isinstance(what, int) else what.encode())
    return root


def zipped(root, path):
    with zipfile.ZipFile(path, 'w') as z:
        for p in sorted(root.rglob('*')): z.write(p, p.relative_to(root).as_posix())
    return path


def tarred(root, path):
    with tarfile.open(path, 'w') as t: t.add(root, root.name)
    return path


def said(data): return {round(int(x[0, 0, 0])/8): data.classes[y] for x, y in zip(data.x, data.y)}


def quiet(*args, **kw):
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        return load_images(*args, **kw)


# A table and files that do not belong together [3]

NUMBERED = {f'{i}.jpg': i for i in range(1, 7)}


@pytest.mark.parametrize('table', [
    'id,filename,label\n' + ''.join(f'{i},photo_{i}.jpg,{"ab"[i % 2]}\n' for i in range(1, 7)),                    # the names have changed since
    'id,name,label\n' + ''.join(f'{i},holiday{"xyzuvw"[i - 1]},{"ab"[i % 2]}\n' for i in range(1, 7)),
    ',path,label\n' + ''.join(f'{i},old/p{i}.png,{"ab"[i % 2]}\n' for i in range(1, 7)),
    'photo,digit\n' + ''.join(f'DSC_{900 + i},{7 - i}\n' for i in range(1, 7)),                                    # digits that happen to fit
    'photo,digit\n' + ''.join(f'DSC_{900 + i}.jpg,{7 - i}\n' for i in range(1, 7)),
    'sample,digit\n' + ''.join(f's{i},{7 - i}\n' for i in range(1, 7)),
    'image,number,label\n' + ''.join(f'{100 + i},{i},{"ab"[i % 2]}\n' for i in range(1, 7)),
    'id,uuid,label\n' + ''.join(f'{i},a{i}f-bc,{"ab"[i % 2]}\n' for i in range(1, 7)),
    'patient,age,label\n' + ''.join(f'{500 + i},{i},{"ab"[i % 2]}\n' for i in range(1, 7)),
    'url,id,label\n' + ''.join(f'https://example.org/a/{i}x.jpg,{i},{"ab"[i % 2]}\n' for i in range(1, 7))])
def test_3_a_join_by_chance_is_refused(table, tmp_path):
    laid_out(tmp_path, NUMBERED | {'t.csv': table})
    for more in ({}, dict(missing='skip'), dict(label=table.split('\n')[0].split(',')[-1])):
        with pytest.raises(ValueError, match='key='): load_images(tmp_path, labels='t.csv', **more)


def test_3_key_says_it(tmp_path):
    laid_out(tmp_path, NUMBERED | {'t.csv': 'id,filename,label\n' + ''.join(f'{i},photo_{i}.jpg,{"ab"[i % 2]}\n' for i in range(1, 7))})
    assert said(load_images(tmp_path, labels='t.csv', key='id', label='label')) == {i: 'ab'[i % 2] for i in range(1, 7)}


def test_3_a_label_is_no_key(tmp_path):
    laid_out(tmp_path, NUMBERED | {'t.csv': 'file,label\n' + ''.join(f'gone{i},{7 - i}\n' for i in range(1, 7))})
    with pytest.raises(ValueError): load_images(tmp_path, labels='t.csv')


def test_3_the_same_name_in_another_part(tmp_path):
    "The table of the training images names files that exist also among the tests."
    laid_out(tmp_path, {f'test/{i}.jpg': i for i in range(3)} | {'t.csv': 'file,label\n' + ''.join(f'train/{i}.jpg,a\n' for i in range(3))})
    with pytest.raises(ValueError, match='names none of the images'): load_images(tmp_path, labels='t.csv')
    laid_out(tmp_path/'b', {'x/0.jpg': 0, 'y/1.jpg': 1, 't.csv': 'file,label\ny/0.jpg,a\nx/1.jpg,b\n'})
    with pytest.raises(ValueError, match='names none of the images'): load_images(tmp_path/'b', labels='t.csv')


@pytest.mark.parametrize('table', ['id,label\n1,a\n2,b\n3,a\n', 'number,label\n3,a\n2,b\n1,a\n', ',label\n1,a\n2,b\n3,a\n', 'id,caption,label\n1,"a red car",a\n2,"a dog, in a car",b\n3,"a cat, asleep",a\n',
                                   'image_id,title,label\n1,x1,a\n2,x2,b\n3,x3,a\n', 'id,age,score,label\n1,30,.5,a\n2,31,.25,b\n3,40,.75,a\n', 'file,label\n1.jpg,a\n2.jpg,b\n3.jpg,a\n',
                                   'file,label\n/data/old/1.jpg,a\nC:\\x\\2.jpg,b\n3.jpg,a\n', 'file,label\n001,a\n002,b\n003,a\n', 'n,file,label\n3,1.png,a\n2,2.png,b\n1,3.png,a\n'])
def test_3_right_joins_stay(table, tmp_path):
    laid_out(tmp_path, {f'{i}.jpg': i for i in (1, 2, 3)} | {'t.csv': table})
    assert said(load_images(tmp_path, labels='t.csv')) == {1: 'a', 2: 'b', 3: 'a'}


# Parts of a data set, and masks, are no classes [4]

CATS = {'cat/1.png': 1, 'cat/2.png': 2, 'dog/3.png': 3}
WANT = {1: 'cat', 2: 'cat', 3: 'dog'}
under = lambda part, files=CATS, more=0: {f'{part}/{p}': k + more for p, k in files.items()}
DIVIDED = {
    'train, test1': ({'train/cat.0.png': 0, 'test1/1.png': 1}, 'train', None),
    'images, masks': ({'images/1.png': 1, 'masks/1.png': 2}, 'images', None),
    'itself once more': ({f'{c}{p}/{f}': k for c in ('', 'chest_xray/') for p in ('train', 'test', 'val') for f, k in CATS.items()}, 'train', WANT),
    'seg_train': (under('seg_train/seg_train') | under('seg_test/seg_test', more=9), 'seg_train/seg_train', WANT),
    'training_set': (under('training_set') | under('test_set', more=9), 'training_set', WANT),
    'Train, Valid': (under('Train') | under('Valid', more=9), 'train', WANT),
    'images and Annotations': (under('images') | {'Annotations/1.png': 5}, 'images', WANT),
    'only test': (under('test'), 'test', WANT),
    'a mask folder of a split': (under('train') | under('train_masks', more=9), 'train', WANT),
    'images/train': (under('images/train') | under('images/val', more=9), 'images/train', WANT)}


@pytest.mark.parametrize('how', ['folder', 'zip', 'zip with its folder on top', 'tar'])
@pytest.mark.parametrize('what', DIVIDED)
def test_4_parts_are_no_classes(what, how, tmp_path):
    files, split, want = DIVIDED[what]
    root = laid_out(tmp_path/'x'/'data', files)
    source = dict(folder=lambda: root, tar=lambda: tarred(root, tmp_path/'a.tar'), zip=lambda: zipped(root, tmp_path/'a.zip')).get(how, lambda: zipped(root.parent, tmp_path/'a.zip'))()
    one_part = how != 'folder' and len({p.split('/')[0] for p in files}) == 1 and what != 'images/train'           # then it is what the archive as a whole is called
    if not one_part:
        with pytest.raises(ValueError, match='give one of them: split=') as e: load_images(source)
        named = str(e.value).split('split=')[1].split("'")[1]
        assert quiet(source, split=named) is not None                                                            # the way out works
    got = quiet(source, split=split)
    assert got.y is None and len(got) == 1 if want is None else said(got) == want
    with pytest.raises(ValueError, match='split: there is no folder'): load_images(source, split='holdout')


def test_4_a_class_that_is_called_so(tmp_path):
    laid_out(tmp_path/'a', {'airplane/1.png': 1, 'bus/2.png': 2, 'train/3.png': 3})
    assert load_images(tmp_path/'a').classes == ['airplane', 'bus', 'train']
    laid_out(tmp_path/'b', {'with_mask/1.png': 1, 'without_mask/2.png': 2})
    assert load_images(tmp_path/'b').classes == ['with_mask', 'without_mask']
    laid_out(tmp_path/'c', {'hats/1.png': 1, 'masks/2.png': 2})
    with pytest.raises(ValueError, match=r"classes=\['hats', 'masks'\]"): load_images(tmp_path/'c')
    assert said(load_images(tmp_path/'c', classes=['masks', 'hats'])) == {1: 'hats', 2: 'masks'}


def test_4_the_tree_itself_once_more(tmp_path):
    laid_out(tmp_path/'pets', CATS | under('pets'))
    with pytest.raises(ValueError, match="'pets' holds cat, dog once more"): load_images(tmp_path/'pets')
    assert said(quiet(tmp_path/'pets', split='pets')) == WANT


def test_4_split_of_what_has_parts_by_name(tmp_path):
    x, y = np.zeros((4, 6, 6, 3), np.uint8), np.arange(4)[:, None] % 2
    np.savez(tmp_path/'medical.npz', train_images=x, train_labels=y, val_images=x[:1], val_labels=y[:1])
    assert load_images(tmp_path/'medical.npz', split='train').y.tolist() == [0, 1, 0, 1] and len(load_images(tmp_path/'medical.npz', split='val')) == 1
    with pytest.raises(ValueError, match='split= takes the part'): load_images(tmp_path/'medical.npz')
    pairs = [(Image.new('RGB', (4, 4)), 0)]
    assert len(load_images(dict(train=pairs, test=pairs), split='test')) == 1
    with pytest.raises(KeyError, match='there are train'): load_images(dict(train=pairs), split='valid')
    with pytest.raises(ValueError, match='split: '): load_images(x, split='train')


def test_4_a_table_of_the_whole_and_a_part(tmp_path):
    laid_out(tmp_path, {'train/1.png': 1, 'test/1.png': 9, 'train/2.png': 2, 't.csv': 'file,label\ntrain/1.png,a\ntest/1.png,b\ntrain/2.png,c\n'})
    assert said(quiet(tmp_path, labels='t.csv', split='train')) == {1: 'a', 2: 'c'} and said(load_images(tmp_path, labels='t.csv')) == {1: 'a', 9: 'b', 2: 'c'}


# StyleGAN's layout [5]

def layout(suffix='png'):
    names = [f'00000/img{i:08d}.{suffix}' for i in range(4)] + [f'00001/img{i:08d}.{suffix}' for i in range(4, 6)]
    return {n: i + 1 for i, n in enumerate(names)} | {'dataset.json': json.dumps(dict(labels=[[n, i % 3] for i, n in enumerate(names)]))}


@pytest.mark.parametrize('how', ['unpacked', 'unpacked below', 'zip', 'zip with its folder on top', 'tar'])
@pytest.mark.parametrize('suffix', ['png', 'jpg'])
def test_5_dataset_json_is_read(how, suffix, tmp_path):
    root = laid_out(tmp_path/'x'/'data', layout(suffix))
    source = {'unpacked': lambda: root, 'unpacked below': lambda: root.parent, 'zip': lambda: zipped(root, tmp_path/'a.zip'), 'tar': lambda: tarred(root, tmp_path/'a.tar')}.get(how, lambda: zipped(root.parent, tmp_path/'a.zip'))()
    assert said(load_images(source)) == {i + 1: str(i % 3) for i in range(6)}
    if how != 'zip' or suffix == 'jpg': assert said(load_images(source, classes=['a', 'b', 'c'])) == {i + 1: 'abc'[i % 3] for i in range(6)}


def test_5_without_labels_folders_are_no_classes(tmp_path):
    root = laid_out(tmp_path/'a', layout() | {'dataset.json': '{"labels": null}'})
    assert load_images(root).y is None and load_images(zipped(root, tmp_path/'a.zip')).y is None
    with pytest.raises(ValueError, match='1 images have none'): load_images(laid_out(tmp_path/'b', layout() | {'00001/more.png': 3}))


# Links [6]

def test_6_links_to_class_folders_are_followed(tmp_path):
    laid_out(tmp_path/'pool', CATS)
    for links in (('cat', 'dog'), ('dog',)):
        root = tmp_path/'-'.join(links)
        root.mkdir()
        if 'cat' not in links: laid_out(root, {'cat/1.png': 1, 'cat/2.png': 2})
        for c in links: (root/c).symlink_to(tmp_path/'pool'/c)
        assert said(load_images(root)) == WANT
        (root/'cat'/'up').symlink_to(root)                                                         # in a circle
        (root/'latest').symlink_to(root/'dog')
        with pytest.warns(UserWarning, match='links in .* are not followed'): assert said(load_images(root)) == WANT
        (root/'cat'/'up').unlink()


def test_6_links_that_would_make_two_labels(tmp_path):
    root = laid_out(tmp_path/'a', CATS | {'all/4.png': 4})
    (root/'dog'/'5.png').symlink_to(root/'cat'/'1.png')
    with pytest.raises(ValueError, match='one image is of two classes'): load_images(root)
    (root/'dog'/'5.png').unlink()
    for name in ('bird', 'fowl'): (root/name).symlink_to(laid_out(tmp_path/'elsewhere', {'7.png': 7}))
    with pytest.raises(ValueError, match='are one folder'): load_images(root)


def test_6_an_archive_does_not_follow(tmp_path):
    laid_out(tmp_path/'pool', {'3.png': 3})
    root = laid_out(tmp_path/'a', {'cat/1.png': 1})
    (root/'dog').symlink_to(tmp_path/'pool')
    (root/'cat'/'2.png').symlink_to(tmp_path/'pool'/'3.png')
    assert len(quiet(tarred(root, tmp_path/'a.tar'))) == 1


# One column per class [8]

FORMS = {'0 and 1': ('0', '1'), '0.0 and 1.0': ('0.0', '1.0'), 'words': ('False', 'True'), 'of a spreadsheet': ('FALSE', 'TRUE'), '-1 and 1': ('-1', '1')}


@pytest.mark.parametrize('form', FORMS)
def test_8_one_column_for_each_class(form, tmp_path):
    off, on = FORMS[form]
    of = dict(zip(range(1, 13), 'MEL NV BCC NV NV MEL BCC BCC NV MEL NV BCC'.split()))
    rows = ''.join(f'{i}.png,' + ','.join(on if c == l else off for c in ('MEL', 'NV', 'BCC')) + '\n' for i, l in of.items())
    laid_out(tmp_path, {f'{i}.png': i for i in of} | {'t.csv': 'image,MEL,NV,BCC\n' + rows})
    data = load_images(tmp_path, labels='t.csv')
    assert said(data) == of and data.classes == ['MEL', 'NV', 'BCC'] and not data.attrs
    other = load_images(tmp_path, labels='t.csv', classes=['BCC', 'MEL', 'NV'])
    assert said(other) == of and other.classes == ['BCC', 'MEL', 'NV']


def test_8_several_ones_are_attributes(tmp_path):
    laid_out(tmp_path, {f'{i}.png': i for i in range(4)} | {'t.csv': 'image,opacity,nodule,mass\n0.png,1,1,0\n1.png,0,0,0\n2.png,0,1,0\n3.png,0,0,1\n'})
    with pytest.warns(UserWarning, match='0 to 2 ones in a row, so they are attributes'): data = load_images(tmp_path, labels='t.csv')
    assert data.y is None and data.attrs['nodule'].tolist() == [1, 0, 1, 0]
    assert load_images(tmp_path, labels='t.csv', label='mass').y.tolist() == [0, 0, 0, 1]
    with pytest.raises(ValueError, match='they need a single 1'): load_images(tmp_path, labels='t.csv', classes=['opacity', 'nodule', 'mass'])


# A table for some of the images [9]

def test_9_only_the_images_of_the_table(tmp_path):
    laid_out(tmp_path, {f'{"ab"[i % 2]}{i}.png': i for i in range(6)} | {'t.csv': 'file,label\na0.png,x\nb1.png,y\na2.png,\n'})
    with pytest.raises(ValueError, match="3 of 6 images have no row, 'a4.png' for one .*missing='skip'|3 of 6 images have no row"): load_images(tmp_path, labels='t.csv')
    with pytest.warns(UserWarning) as w: data = load_images(tmp_path, labels='t.csv', missing='skip')
    assert said(data) == {0: 'x', 1: 'y'} and any('3 of 6 images have no row and were left out' in str(m.message) for m in w) and any('1 images have no label' in str(m.message) for m in w)
    assert len(quiet(tmp_path, labels='t.csv', missing='skip', lazy=True).load()) == 2
    for bad in (dict(missing='drop'), dict(missing='skip')):
        with pytest.raises(ValueError, match='missing: '): load_images(tmp_path, **bad)


# The order of the classes [10]

def test_10_the_order_of_classes_is_said(tmp_path):
    root = laid_out(tmp_path, {f'{c}/{c}.png': c for c in range(13)})
    with pytest.warns(UserWarning, match='ImageFolder has them in the order of text, 0, 1, 10, 11, 12, 2, .*classes=sorted'): data = load_images(root)
    assert data.classes == [str(c) for c in range(13)]
    import torchvision
    theirs = torchvision.datasets.ImageFolder(root)
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        again = load_images(root, classes=sorted(data.classes))
        assert load_images(laid_out(tmp_path/'b', CATS)).classes == ['cat', 'dog']
    assert again.classes == theirs.classes == sorted(map(str, range(13))) and said(again) == said(data) == {c: str(c) for c in range(13)}
    assert dict(zip((round(int(x[0, 0, 0])/8) for x in again.x), again.y.tolist())) == {round(im.getpixel((0, 0))[0]/8): y for im, y in theirs}


def test_10_shards_in_another_order(tmp_path):
    write_zip(ImageData(torch.stack([torch.full((3, 4, 4), 8*k, dtype=torch.uint8) for k in (1, 2, 3)]), [0, 0, 1], ['cat', 'dog']), tmp_path)
    data = load_images(tmp_path, classes=['dog', 'cat'])
    assert data.classes == ['dog', 'cat'] and said(data) == WANT == said(read_zip(tmp_path))


# Names that stand twice [11]

def test_11_names_that_stand_twice_are_named(tmp_path):
    names = [f'class {i}' for i in range(1000)]
    names[134] = names[517] = 'crane'
    x = torch.zeros(2, 3, 4, 4, dtype=torch.uint8)
    for f in (lambda: ImageData(x, [0, 1], names), lambda: load_images(x, labels=[0, 1], classes=names)):
        with pytest.raises(ValueError, match=r"1 of 999 stand there more than once: 'crane' \(at 134, 517\)") as e: f()
        assert len(str(e.value)) < 200


# Spelling [20]

def test_20_unicode_and_case(tmp_path):
    table = 'file,label\n' + 'café 1.PNG,crème brûlée\n' + NFD('Ünder 2.png') + ',' + NFD('crème brûlée') + '\nimg3.png,tea\n'
    laid_out(tmp_path, {NFD('Café 1.png'): 1, 'ünder 2.PNG': 2, 'IMG3.PNG': 3, 't.csv': table})
    assert said(load_images(tmp_path, labels='t.csv')) == {1: 'crème brûlée', 2: 'crème brûlée', 3: 'tea'}
    assert load_images(tmp_path, labels='t.csv', classes=['tea', NFD('crème brûlée')]).classes == ['tea', 'crème brûlée']
    root = laid_out(tmp_path/'f', {NFD('café') + '/1.png': 1, 'tea/2.png': 2})
    assert said(load_images(root, classes=['tea', 'café'])) == {1: 'café', 2: 'tea'} and load_images(root, classes=[NFD('café'), 'tea']).classes == ['café', 'tea']
    x = X[:2]
    assert load_images(x, labels=['café', NFD('café')]).classes == ['café']
    with pytest.raises(ValueError, match="'cat' is none of the classes Cat, Dog; 'Cat' is written in another case"): load_images(x, labels=['cat', 'dog'], classes=['Cat', 'Dog'])


# Types of labels [22]

X = np.zeros((3, 6, 6, 3), np.uint8)


def test_22_numbers_are_numbers(tmp_path):
    import pandas
    for labels in (np.array([0, 2, 1], dtype=object), pandas.Series([0, 2, 1], dtype=object), [np.int64(0), 2, 1.0], [torch.tensor(0), torch.tensor(2), torch.tensor(1)], pandas.Series([0, 2, 1])):
        assert load_images(X, labels=labels).y.tolist() == [0, 2, 1]
    for labels in ([b'cat', b'dog', b'cat'], np.array([b'cat', b'dog', b'cat']), np.array(['cat', 'dog', 'cat'], dtype=object), pandas.Series(['cat', 'dog', 'cat'], dtype='category'), pandas.Series(['cat', 'dog', 'cat'])):
        data = load_images(X, labels=labels)
        assert data.classes == ['cat', 'dog'] and data.y.tolist() == [0, 1, 0]
    for labels, what in (([0, None, 1], 'None'), ([0, 'a', None], 'None'), ([[0], [1, 2], [0]], 'some have more'), ([0, 1.5, 1], '1.5'), ([b'\xff', b'a', b'b'], 'no UTF-8'), ({'a': 1}, '')):
        with pytest.raises((ValueError, TypeError), match=what): load_images(X, labels=labels)


def test_22_classes_without_images_are_said():
    with pytest.warns(UserWarning, match='207 to 340 make 341 classes, of which 338 have no images'): load_images(X, labels=[207, 281, 340])
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        assert load_images(X, labels=['207', '281', '340']).classes == ['207', '281', '340']                       # the way out that the warning names
        assert len(load_images(X, labels=[207, 281, 340], classes=[f'c{i}' for i in range(1000)]).classes) == 1000


def test_22_one_hot_in_any_form():
    eye = np.eye(3)[[2, 0, 1]]
    for labels in (eye, 2*eye - 1, eye.astype(bool), eye.astype(np.uint8), torch.tensor(eye), eye.tolist(), torch.tensor(eye, dtype=torch.bfloat16)):
        assert load_images(X, labels=labels, classes=['a', 'b', 'c']).y.tolist() == [2, 0, 1]


def test_names_as_other_libraries_write_them():
    assert load_images(X, labels=[0, 1, 0], classes={0: 'cat', 1: 'dog'}).classes == load_images(X, labels=[0, 1, 0], classes={'cat': 0, 'dog': 1}).classes == ['cat', 'dog']
    for bad in ('cat', {'cat', 'dog'}, {0: 'cat', 5: 'dog'}):
        with pytest.raises((TypeError, ValueError), match='classes: expected'): load_images(X, labels=[0, 1, 0], classes=bad)


# What a stranger tried: numbers that only fit

@pytest.mark.parametrize('header', ['age', 'rank', 'order', 'fold'])
def test_numbers_name_images_only_by_their_header(header, tmp_path):
    for i in range(1, 7): Image.new('RGB', (8, 8), (30*i, 0, 0)).save(tmp_path/f'{i}.png')
    (tmp_path/'l.csv').write_text(f'{header},label\n3,a\n1,b\n2,c\n6,a\n5,b\n4,c\n')
    with pytest.raises(ValueError, match=f"key='{header}' says that it names the images"): load_images(tmp_path, labels='l.csv')
    told = load_images(tmp_path, labels='l.csv', key=header)
    assert [told.classes[i] for i in told.y] == list('bcacba')
    (tmp_path/'l.csv').write_text((tmp_path/'l.csv').read_text().replace(header, 'id', 1))
    assert load_images(tmp_path, labels='l.csv').y.tolist() == told.y.tolist()


def test_a_number_that_is_a_name_means_it():
    x = (torch.rand(6, 3, 8, 8)*255).byte()
    said = lambda labels, classes: [d.classes[i] for d in [load_images(x, labels=labels, classes=classes)] for i in d.y]
    assert said([1, 2, 3]*2, ['1', '2', '3', '4']) == ['1', '2', '3']*2 == said(['1', '2', '3']*2, ['1', '2', '3', '4'])
    assert said([207, 281, 340]*2, [207, 281, 340]) == ['207', '281', '340']*2 and said([1, 2]*3, [2, 1, 0]) == ['1', '2']*3
    assert said([1, 0, 2]*2, ['0', '1', '2']) == ['1', '0', '2']*2 and said([1, 0]*3, ['a', 'b']) == ['b', 'a']*3
    with pytest.raises(ValueError, match=r'0 is none of the names 1, 2, 3.*\[classes\[i\] for i in labels\]'): said([0, 1, 2]*2, ['1', '2', '3'])


def test_data_sets_of_different_classes_put_together():
    class Set(torch.utils.data.Dataset):
        def __init__(self, classes): self.classes = classes
        def __len__(self): return 3
        def __getitem__(self, i): return Image.new('RGB', (8, 8), (80*i, 0, 0)), i
    both = lambda a, b: load_images(torch.utils.data.ConcatDataset([Set(a), Set(b)]))
    with pytest.raises(ValueError, match='different classes are put together, a, b, c and b, c, a'): both(list('abc'), list('bca'))
    assert both(list('abc'), list('abc')).y.tolist() == [0, 1, 2, 0, 1, 2]

"Tables, lists and data sets of a second field test: what they say of labels is used, refused, or said to be left aside."
import json, warnings

import numpy as np
import pytest
import torch
from PIL import Image

from gen_explain.sources import load_images

from .test_labels import laid_out, said, zipped

pandas = pytest.importorskip('pandas')
FILES = {'a.png': 1, 'b.png': 2, 'c.png': 3}
SPECIES = {1: 'x', 2: 'y', 3: 'x'}


def table(root, text, files=FILES, name='t.csv'): return laid_out(root, files | {name: text})


def strict(*args, **kw):
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        return load_images(*args, **kw)


def told(*args, **kw):
    "The data, and what was said of them."
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        data = load_images(*args, **kw)
    return data, ' '.join(str(v.message) for v in w)


# A table and a part of the data set

PARTS = {'train/1.png': 1, 'train/2.png': 2, 'test/1.png': 11, 'test/2.png': 12}


@pytest.mark.parametrize('where', ['train.csv', 'train/labels.csv', 'train_labels.csv', 'tables/labels-train.csv', 'Training/labels.csv'])
def test_the_table_of_another_part_is_refused(where, tmp_path):
    laid_out(tmp_path, PARTS | {where: 'file,label\n1.png,a\n2.png,b\n'})
    for split in ('test', 'Testing'):
        with pytest.raises(ValueError, match="is the table of 'train' by its name, the images are of 'test'"): load_images(tmp_path, labels=where, split=split)
    with pytest.raises(ValueError, match="the images are of 'test'"): load_images(tmp_path/'test', labels=tmp_path/where)
    assert said(strict(tmp_path, labels=where, split='train')) == {1: 'a', 2: 'b'} == said(strict(tmp_path/'train', labels=tmp_path/where))


def test_one_table_with_a_column_of_parts(tmp_path):
    rows = 'file,label,split\n1.png,a,train\n2.png,b,train\n1.png,c,test\n2.png,d,test\n'
    laid_out(tmp_path/'a', PARTS | {'t.csv': rows})
    assert said(strict(tmp_path/'a', labels='t.csv', split='test')) == {11: 'c', 12: 'd'}
    assert said(strict(tmp_path/'a', labels='t.csv', split='train')) == {1: 'a', 2: 'b'}
    with pytest.raises(ValueError, match="'split' tells parts apart: give split="): load_images(tmp_path/'a', labels='t.csv')
    laid_out(tmp_path/'b', {f'images/{i}.png': i for i in range(1, 5)} | {'t.csv': 'file,label,set\n1.png,a,Train\n2.png,b,Train\n3.png,c,Valid\n4.png,d,Test\n'})
    assert said(strict(tmp_path/'b', labels='t.csv', split='train')) == {1: 'a', 2: 'b'} and said(strict(tmp_path/'b', labels='t.csv', split='val')) == {3: 'c'}
    with pytest.raises(ValueError, match="split: column 'set' .* holds .*, not 'holdout'"): load_images(tmp_path/'b', labels='t.csv', split='holdout')
    with pytest.raises(ValueError, match='split: there is no folder'): load_images(table(tmp_path/'c', 'file,label\na.png,x\nb.png,y\nc.png,x\n'), labels='t.csv', split='train')


@pytest.mark.parametrize('folder, split', [('Training', 'train'), ('valid', 'validation'), ('TEST', 'test'), ('val2017', 'val'), ('seg_train', 'train'), ('dev', 'val')])
def test_a_part_by_another_of_its_names(folder, split, tmp_path):
    other = {'train': 'Testing', 'test': 'train'}.get(split, 'train')
    root = laid_out(tmp_path/'x', {f'{folder}/cat/1.png': 1, f'{folder}/dog/2.png': 2, f'{other}/cat/3.png': 3, f'{other}/dog/4.png': 4, f'{folder}_masks/cat/5.png': 5})
    assert said(strict(root, split=split)) == {1: 'cat', 2: 'dog'} == said(strict(zipped(root, tmp_path/'a.zip'), split=split))
    laid_out(root, {'train_2/cat/6.png': 6, 'training/cat/7.png': 7, 'train/cat/8.png': 8})
    assert said(told(root, split='training')[0]) == {7: 'cat'}


def test_parts_below_the_classes(tmp_path):
    root = laid_out(tmp_path, {'cat/train/1.png': 1, 'dog/train/2.png': 2, 'cat/test/3.png': 3, 'dog/test/4.png': 4})
    assert said(strict(root, split='train')) == {1: 'cat', 2: 'dog'} and said(strict(root, split='test', classes=['dog', 'cat'])) == {3: 'cat', 4: 'dog'}


# Cells and columns

@pytest.mark.parametrize('nan', ['NaN', 'nan', '', '<NA>', '#N/A'])
def test_cells_that_say_nothing(nan, tmp_path):
    root = table(tmp_path, f'file,label\na.png,x\nb.png,{nan}\nc.png,z\n')
    with pytest.raises(ValueError, match=f"1 are {nan or 'empty'!r}".replace("'empty'", 'empty')): load_images(root, labels='t.csv')
    data, text = told(root, labels='t.csv', missing='skip')
    assert said(data) == {1: 'x', 3: 'z'} and '1 images have no label' in text


def test_cells_that_may_say_nothing(tmp_path):
    root = table(tmp_path, 'file,label\na.png,x\nb.png,None\nc.png,x\n')
    with pytest.warns(UserWarning, match="1 are 'None', which is taken as a class"): assert said(load_images(root, labels='t.csv')) == {1: 'x', 2: 'None', 3: 'x'}
    assert strict(root, labels='t.csv', classes=['x', 'None']).y.tolist() == [0, 1, 0]


@pytest.mark.parametrize('off, on', [('0', '1'), ('N', 'Y'), ('f', 't'), ('no', 'yes'), ('negative', 'positive'), ('0.0', '1.0'), ('absent', 'present'), ('', '1'), ('', 'x'), ('', 'yes')])
def test_one_column_for_each_class_with_a_gap(off, on, tmp_path):
    root = table(tmp_path, f'file,x,y\na.png,{on},{off}\nb.png,{off},{on}\nc.png,{on},{off}\n')
    assert said(told(root, labels='t.csv')[0]) == SPECIES == said(strict(root, labels='t.csv', classes=['y', 'x']))
    for row in (f'{off},{off}', ','):
        laid_out(root, {'t.csv': f'file,x,y\na.png,{on},{off}\nb.png,{off},{on}\nc.png,{row}\n'})
        data, text = told(root, labels='t.csv')
        assert data.y is None and "missing='skip' leaves out the rows without" in text
        data, text = told(root, labels='t.csv', missing='skip')
        assert said(data) == {1: 'x', 2: 'y'} and '1 images have no label' in text


def test_shares_are_no_label(tmp_path):
    root = table(tmp_path, 'file,x,y\na.png,.9,.1\nb.png,.25,.75\nc.png,.6,.4\n')
    with pytest.warns(UserWarning, match='the columns x, y hold shares that sum to 1 in each row'): assert load_images(root, labels='t.csv').y is None
    frame = pandas.read_csv(root/'t.csv')
    frame['label'] = frame[['x', 'y']].idxmax(axis=1)                                          # the way out that it names
    assert said(strict(root, labels=frame[['file', 'label']])) == SPECIES


def test_no_column_is_the_label(tmp_path):
    root = table(tmp_path, 'file,breed,species\na.png,k,x\nb.png,l,y\nc.png,m,x\n')
    with pytest.warns(UserWarning, match='no column is the label by its name, so breed, species are attributes; label= names'): assert load_images(root, labels='t.csv').y is None
    assert said(strict(root, labels='t.csv', label='species')) == SPECIES
    laid_out(root, {'t.csv': 'file,id\na.png,1\nb.png,2\nc.png,3\n'})
    with pytest.warns(UserWarning, match='so id are attributes'): assert load_images(root, labels='t.csv').y is None


def test_two_columns_that_may_be_the_label(tmp_path):
    root = table(tmp_path, 'file,class,label\na.png,x,0\nb.png,y,1\nc.png,z,0\n')
    with pytest.raises(ValueError, match="the columns 'class' and 'label' may both be the label, and differ; label="): load_images(root, labels='t.csv')
    assert said(strict(root, labels='t.csv', label='class')) == {1: 'x', 2: 'y', 3: 'z'}
    laid_out(root, {'t.csv': 'file,label,class\na.png,1,x\nb.png,0,y\nc.png,1,x\n'})              # they agree: the names, in the order of their numbers
    data = strict(root, labels='t.csv')
    assert said(data) == SPECIES and data.classes == ['y', 'x'] and strict(root, labels='t.csv', label='class').classes == ['x', 'y']


def test_a_table_without_a_header(tmp_path):
    for text in ('a,x\nb,y\nc,x\n', 'a.png,x\nb.png,y\nc.png,x\n'):
        root = table(tmp_path, text)
        for missing in ('raise', 'skip'):
            with pytest.raises(ValueError, match='its first row is no row of column names.*such as file,label'): load_images(root, labels='t.csv', missing=missing)
        laid_out(root, {'t.csv': 'file,label\n' + text})
        assert said(strict(root, labels='t.csv')) == SPECIES
    laid_out(tmp_path/'n', {f'{i}.png': i for i in (1, 2, 3)} | {'t.csv': '1,x\n2,y\n3,x\n'})
    for missing in ('raise', 'skip'):
        with pytest.raises(ValueError): load_images(tmp_path/'n', labels='t.csv', missing=missing)
    laid_out(tmp_path/'h', {'image.png': 1, 'b.png': 2, 't.csv': 'image,label\nimage.png,x\nb.png,y\n'})   # a file that is called as its column
    assert said(strict(tmp_path/'h', labels='t.csv')) == {1: 'x', 2: 'y'}


def test_numbers_as_pandas_writes_columns_with_gaps(tmp_path):
    root = laid_out(tmp_path, {f'{i:04d}.png': i for i in (1, 2, 3)} | {'t.csv': 'id,label\n1.0,1.0\n2.0,0.0\n3.0,1.0\n'})
    assert said(strict(root, labels='t.csv', classes=['no', 'yes'])) == {1: 'yes', 2: 'no', 3: 'yes'}
    with pytest.raises(ValueError, match='expected 0 to 0'): load_images(root, labels='t.csv', classes=['no'])


def test_rows_that_stand_twice(tmp_path):
    root = table(tmp_path, ',file,label\n0,a.png,x\n1,b.png,y\n2,a.png,x\n3,c.png,x\n')
    with pytest.warns(UserWarning, match='1 rows stand there again, alike'): assert said(load_images(root, labels='t.csv')) == SPECIES
    laid_out(root, {'t.csv': 'file,label\na.png,x\nb.png,y\na.png,y\nc.png,x\n'})
    with pytest.raises(ValueError, match="'a.png' has 2 rows"): load_images(root, labels='t.csv')


def test_tables_that_are_no_files(tmp_path):
    root = laid_out(tmp_path, FILES)
    frame = pandas.DataFrame(dict(file=list(FILES), label=list('xyx'), age=[1, 2, None]))
    named, mapping = frame.set_index('file'), dict(zip(FILES, 'xyx'))
    for labels in (frame, named, named['label'], mapping): assert said(strict(root, labels=labels)) == SPECIES
    assert said(strict(root, labels=frame.iloc[::-1], label='label', key='file')) == SPECIES and strict(root, labels=frame).attrs.keys() == {'age'}
    assert said(told(root, labels=frame.iloc[:2], missing='skip')[0]) == {1: 'x', 2: 'y'}
    for labels in (list('xyx'), np.arange(3), torch.arange(3)):
        with pytest.raises(TypeError, match=r'a mapping such as dict\(zip\(files, labels\)\)'): load_images(root, labels=labels)
    frame.to_json(tmp_path/'t.jsonl', orient='records', lines=True)
    with pytest.raises(ValueError, match='labels=pandas.read_json') as e: load_images(root, labels=tmp_path/'t.jsonl')
    way = str(e.value).split('labels=')[-1].split(' gives')[0]
    assert said(strict(root, labels=eval(way, dict(pandas=pandas)))) == SPECIES


def test_a_table_that_nobody_names(tmp_path):
    root = table(tmp_path, 'file_name,label\na.png,x\nb.png,y\nc.png,x\n', name='metadata.csv')
    with pytest.warns(UserWarning, match="so they have no labels; is 'metadata.csv' their table\\? Then give labels='metadata.csv'"): assert load_images(root).y is None
    assert said(strict(root, labels='metadata.csv')) == SPECIES


@pytest.mark.parametrize('labels', [{'t/a.png': 1, 't/b.png': 0}, [['t/a.png', 1], ['t/b.png', 0]]])
def test_dataset_json_as_a_mapping(labels, tmp_path):
    root = laid_out(tmp_path/'x', {'t/a.png': 1, 't/b.png': 2, 'dataset.json': json.dumps(dict(labels=labels))})
    assert strict(root).y.tolist() == [1, 0] == strict(zipped(root, tmp_path/'a.zip')).y.tolist()
    for bad in (dict(labels={'t/a.png': 1}), dict(labels={'t/a.png': 'x', 't/b.png': 'y'}), dict(labels='x')):
        laid_out(root, {'dataset.json': json.dumps(bad)})
        with pytest.raises(ValueError, match='labels: '): load_images(root)


# Masks

def test_masks_beside_the_images(tmp_path):
    for mask in ('{}_mask', '{} mask_1', '{}_segmentation', '{}.gt', '{}-Mask'):
        root = tmp_path/mask
        laid_out(root, {f'benign/{k}.jpg': i for i, k in enumerate('abc')} | {f'benign/{mask.format(k)}.png': 9 for k in 'abc'} | {f'normal/{k}.jpg': 4 + i for i, k in enumerate('de')})
        with pytest.raises(ValueError, match=r"3 of 8 images .* are masks of others by their names, 'benign/a.* of 'benign/a.jpg'") as e: load_images(root)
        paths = [p for p in sorted(root.rglob('*.jpg'))]
        assert 'load_images(paths, labels=[p.parent.name for p in paths])' in str(e.value) and strict(paths, labels=[p.parent.name for p in paths]).classes == ['benign', 'normal']
    assert said(strict(laid_out(tmp_path/'faces', {'with_mask/1.png': 1, 'with_mask/1_mask.png': 2, **{f'without_mask/{i}.png': i for i in range(3, 9)}})))[2] == 'with_mask'


@pytest.mark.parametrize('images, masks', [('JPEGImages', ['SegmentationClass', 'SegmentationObject']), ('images', ['trainannot']), ('imgs', ['gtFine']), ('original', ['mask'])])
def test_folders_of_masks(images, masks, tmp_path):
    root = laid_out(tmp_path, {f'{f}/{i}.png': 10*k + i for k, f in enumerate([images, *masks]) for i in (1, 2)})
    with pytest.raises(ValueError, match=f"give one of them: split='{images}'"): load_images(root)
    assert len(load_images(root, split=images)) == 2


# Arrays, lists, items

X, Y = (np.arange(6)[:, None, None, None]*30 + np.ones((6, 8, 8, 3))).astype(np.uint8), [0, 1, 0, 1, 0, 1]


def test_bytes_that_are_nearly_black():
    digits = (np.arange(6)[:, None, None]*3 + np.zeros((6, 8, 8))).astype(np.uint8)
    for source in (digits, torch.from_numpy(digits), list(digits), [(torch.from_numpy(d)[None], 0) for d in digits]):
        data, text = told(source)
        assert 'values from 0 to 15 are nearly black, with 255 as white; value_range=(0, 15) says that 15 is white' in text and data.x.max() == 15
        assert strict(source, value_range=(0, 15)).x.max() == 255
    assert strict(np.zeros((2, 8, 8, 1), np.uint8)).x.max() == 0 and strict(digits.clip(0, 1).astype(bool)).x.max() == 255


def test_pairs_and_lists_of_arrays():
    for pair in ((X, np.array(Y)), [X, np.array(Y)], (torch.from_numpy(X), torch.tensor(Y))):
        with pytest.raises(TypeError, match=r'got a pair of images and labels; load_images\(x, labels=y\)'): load_images(pair)
    assert strict(list(X), labels=Y).y.tolist() == Y and strict([X[0], X[1][:, :6]], labels=[0, 1], size=4).x.shape == (2, 3, 4, 4)
    with pytest.raises(ValueError, match='2 sizes'): load_images([X[0], X[1][:, :6]])
    assert strict([x.astype(float)/255 for x in X]).x.numpy().tolist() == X.transpose(0, 3, 1, 2).tolist()
    with pytest.raises(TypeError, match=r"2 of 3 are None, number 1 for one"): load_images([X[0], None, None])
    with pytest.raises(TypeError, match=r"load_images\(source\['images'\], labels=source\['labels'\]\)"): load_images(dict(images=X, labels=np.array(Y)))


def test_labels_that_are_gone_through_once_or_have_no_order():
    assert strict(X, labels=(y for y in Y)).y.tolist() == Y == strict(X, labels=map(int, Y)).y.tolist() == strict(X, labels=dict(enumerate(Y)).values()).y.tolist()
    for labels in (set(Y), frozenset(Y)):
        with pytest.raises(TypeError, match='labels: a set has no order; give a list'): load_images(X, labels=labels)


def test_items_with_other_keys():
    images = [Image.fromarray(x) for x in X]
    items = lambda **more: [dict(image=im, **{k: v[i] for k, v in more.items()}) for i, im in enumerate(images)]
    assert said_names(strict(items(species=list('abcabc')))) == list('abcabc')
    for more in (dict(species=list('abcabc'), age=[1]*6), dict(id=[5, 3, 1, 2, 0, 4])):
        data, text = told(items(**more))
        assert data.y is None and 'none of which is the label by its name; label= names the one that is' in text
    assert said_names(strict(items(species=list('abcabc'), age=[1]*6), label='species')) == list('abcabc')
    with pytest.raises(ValueError, match="the columns 'label' and 'class' may both be the label"): load_images(items(label=Y, **{'class': list('abcabc')}))
    assert strict(items(label=Y, **{'class': list('ababab')})).y.tolist() == Y


def said_names(data): return [data.classes[i] for i in data.y]


def test_data_sets_of_hugging_face():
    datasets = pytest.importorskip('datasets')
    images = [Image.fromarray(x) for x in X]
    two = datasets.Dataset.from_dict(dict(image=images, fine_label=[0, 1, 2, 3, 0, 1], coarse_label=Y))
    two = two.cast(datasets.Features(image=datasets.Image(), fine_label=datasets.ClassLabel(names=list('abcd')), coarse_label=datasets.ClassLabel(names=['x', 'y'])))
    with pytest.warns(UserWarning, match='no column is the label by its name, so fine_label, coarse_label are attributes'): assert load_images(two).y is None
    assert strict(two, label='fine_label').classes == list('abcd')
    with pytest.raises(ValueError, match="'label' and 'class' may both be the label, and differ"): load_images(two.rename_columns(dict(fine_label='label', coarse_label='class')))
    several = datasets.Dataset.from_dict(dict(images=[[im] for im in images], label=Y)).cast_column('images', datasets.Sequence(datasets.Image()))
    with pytest.raises(ValueError, match=r"holds several images an item; one of them is taken with source.map\(") as e: load_images(several)
    assert strict(eval(str(e.value).split('taken with ')[1], dict(source=several))).y.tolist() == Y
    chosen = datasets.Dataset.from_dict(dict(image=images, label=Y)).with_format('torch', columns=['image'])
    with pytest.raises(ValueError, match=r'source.with_format\(None\)'): load_images(chosen)
    assert strict(chosen.with_format(None)).y.tolist() == Y

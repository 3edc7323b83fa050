"README's blocks run as they are pasted, in order, in one notebook; its commands are taken."
import ast, re, shlex
from configparser import ConfigParser
from pathlib import Path

import nbclient, nbformat, pytest
import torch
from PIL import Image
from torch import nn

from gen_explain.experiments import check_params
from gen_explain.cli import parser

ROOT = Path(__file__).parent.parent
README = (ROOT/'README.md').read_text(encoding='utf-8')
FENCES = re.findall(r'^```(\w*)\n(.*?)^```$', README, re.M | re.S)
BLOCKS = [code for language, code in FENCES if language == 'python']

# All that is changed: as pasted -> as run here. Only numbers differ, and each entry must be found.
NUMBERS = {
    "size=32, n=3000)": "size=32, n=400)",
    "n=2000, split='test'": "n=200, split='test'",
    "nz=32, epochs=20, bs=64": "nz=32, epochs=6, bs=64",
    "steps=3000, width=.5": "steps=2, width=.1",
    "steps=600": "steps=2",
    "vae.sample(500, seed=0)": "vae.sample(40, seed=0)",
    "load_images('photos', size=64)": "load_images('photos', size=32)",
    "epochs=20, out='vae'": "epochs=1, out='vae'",
}
ACTS = {'grid.accept', 'grid.export', 'print'}            # what a line in the middle may call for what it does, not for what it shows


def small(code):
    "A block with the numbers of the table, and the entries that it used."
    used = [a for a in NUMBERS if a in code]
    for a in used: code = code.replace(a, NUMBERS[a])
    return code, used


def lay_out(folder):
    "The folder of photos and the model file that README names: red and blue squares, and a network that tells them by their colour."
    for name, color in (('blue', (40, 60, 200)), ('red', (210, 50, 40))):
        (folder/'photos'/name).mkdir(parents=True)
        for i in range(12):
            im = Image.new('RGB', (40, 30 + i), tuple(min(255, c + 3*i) for c in color))
            im.paste((255, 255, 255), (i, i, i + 8, i + 8))
            im.save(folder/'photos'/name/f'{i}.png')
    net = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2))
    with torch.no_grad():
        net[2].weight.copy_(torch.tensor([[-9., 0, 9], [9, 0, -9]]))
        net[2].bias.zero_()
    export(net.eval(), folder/'model.onnx', torch.rand(1, 3, 32, 32))


def export(net, path, x):
    "As torch's documentation writes it."
    torch.onnx.export(net, (x,), path)


def shows(cell):
    "Whether a cell displayed a figure, a table, a widget or words, and not just where an object lies."
    rich = {'image/png', 'text/html', 'application/vnd.jupyter.widget-view+json'}
    shown = [o.get('data', {}) for o in cell.outputs]
    return any(rich & set(d) or not d.get('text/plain', '<').startswith('<') for d in shown)


def test_the_table_changes_only_numbers_and_all_of_it_is_used():
    for a, b in NUMBERS.items(): assert re.sub(r'[\d_]*\.?[\d_]+', '#', a) == re.sub(r'[\d_]*\.?[\d_]+', '#', b), a
    assert {a for code in BLOCKS for a in small(code)[1]} == set(NUMBERS)


def test_every_fence_says_what_it_is():
    assert {language for language, _ in FENCES} == {'python', 'sh'}


@pytest.mark.parametrize('code', BLOCKS, ids=range(len(BLOCKS)))
def test_what_is_to_be_seen_stands_at_the_end_of_its_block(code):
    for node in ast.parse(code).body[:-1]:
        if isinstance(node, ast.Expr): assert ast.unparse(node.value.func) in ACTS, ast.unparse(node)


def test_blocks_run_as_pasted_in_order(tmp_path, monkeypatch):
    monkeypatch.setenv('OMP_NUM_THREADS', '1')
    monkeypatch.delenv('MPLBACKEND', raising=False)             # in a notebook a figure is shown
    lay_out(tmp_path)
    lines = re.findall(r'^\| [^|]* \| `([^`]+)` \| [^|]* \|$', README.partition('## Which generator')[0], re.M)
    assert len(lines) >= 6                                                                # what one can ask
    cells = [nbformat.v4.new_code_cell(small(code)[0]) for code in BLOCKS]
    cells[2:2] = [nbformat.v4.new_code_cell(small(line.replace('"', "'"))[0]) for line in lines]      # after `base` is there
    nb = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(nb, timeout=300, kernel_name='python3', resources=dict(metadata=dict(path=str(tmp_path)))).execute()
    for cell in nb.cells:
        last = ast.parse(cell.source).body[-1]
        if isinstance(last, ast.Expr):
            assert shows(cell) or ast.unparse(last).startswith('print('), f'shows nothing:\n{cell.source}'
    assert (tmp_path/'labels'/'labels.zip').is_file() and (tmp_path/'vae'/'model.safetensors').is_file()


PAGES = README + (ROOT/'nbs'/'measured.ipynb').read_text(encoding='utf-8')
COMMANDS = re.findall(r'(?<![\w/])gen-explain ((?:run|demo|list)\b[^`\\\n#]*)', PAGES)


@pytest.mark.parametrize('command', [c.strip() for c in COMMANDS])
def test_commands_and_their_parameters_exist(command):
    args = parser().parse_args(shlex.split(command.replace('NAME', 'tour').replace('name=value', 'seed=1')))
    name = getattr(args, 'name', 'tour')
    check_params(name, dict(p.split('=', 1) for p in getattr(args, 'params', [])))


def test_other_commands_name_what_is_there():
    shell = '\n'.join(code for language, code in FENCES if language == 'sh')
    for path in re.findall(r'nbs/[\w/]+\.(?:ipynb|png)', README): assert (ROOT/path).is_file(), path
    settings = ConfigParser(delimiters=['='])
    settings.read(ROOT/'settings.ini')
    for extra in re.findall(r"(?:gen_explain|\.)\[(\w+)\]", README): assert f'{extra}_requirements' in settings['DEFAULT'], extra
    assert {words[0] for line in shell.splitlines() if (words := shlex.split(line, comments=True))} <= {'pip', 'gen-explain'}

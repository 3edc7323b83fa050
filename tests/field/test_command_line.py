"The command line: what it prints is taken, faults are told before work begins, and it stops when it is told to."
import json, os, re, resource, shlex, signal, subprocess, sys, threading, time

import nbformat, pytest
from PIL import Image

from gen_explain import experiments as own_experiments
from gen_explain.experiments import check_params, experiments, parameters
from gen_explain.results import Results, real_command
from gen_explain.cli import main, parser

COMMAND = [sys.executable, '-m', 'gen_explain.cli']


def call(*args, **kwargs): return subprocess.run([*COMMAND, *args], capture_output=True, text=True, **kwargs)


@pytest.fixture
def own(tmp_path, monkeypatch):
    "A package of one small experiment, in this process; add cells as text."
    def make(*cells, declared="n = 1  # 1 or more: of them\nout = ''"):
        folder = tmp_path/'experiments'
        folder.mkdir(exist_ok=True)
        nb = nbformat.v4.new_notebook(cells=[
            nbformat.v4.new_markdown_cell('# A small one\n\nIts story.'),
            nbformat.v4.new_code_cell(declared, metadata=dict(tags=['parameters'])), *map(nbformat.v4.new_code_cell, cells)],
            metadata=dict(kernelspec=dict(name='python3', language='python', display_name='python3')))
        nbformat.write(nb, folder/'00_small.ipynb')
        monkeypatch.setattr(own_experiments, 'experiments_folder', lambda: folder)
        return tmp_path/'run'
    return make


# --- row 15: what `list` prints, typed back

@pytest.mark.parametrize('name', experiments())
def test_what_list_prints_is_taken(name, capsys):
    assert main(['list']) == 0
    lines = re.search(rf'^{name}\n((?:  .*\n)*)', capsys.readouterr().out, re.M)[1].splitlines()
    usual = check_params(name, None)
    printed = {}
    for line in lines:
        key, value = re.match(r"  -p (\w+)=('[^']*'|\S+)", line).groups()
        printed[key] = value
    assert check_params(name, printed) == usual                                                   # with its quotes
    assert check_params(name, {k: shlex.split(v or "''")[0] for k, v in printed.items()}) == usual          # as a shell hands it over


@pytest.mark.parametrize('default, typed, value', [
    (True, 'False', False), (True, 'false', False), (False, 'TRUE', True), (False, ' True ', True),
    (.5, '.7', .7), (.5, '-.7', -.7), (.5, '3', 3.), (.5, '1e-3', 1e-3), (0, '-3', -3), (0, '+3', 3), (0, '1_000', 1000),
    ('', "'a b'", 'a b'), ('', '"a"', 'a'), ('', 'a', 'a'), ('', '', ''), ('', "''", ''), ('', '7', '7'), ('', 'None', 'None'), ('', "it's", "it's"),
    (None, 'None', None), (None, 'null', None), (None, '3', 3), (None, 'some', 'some'),
    ([1], '[2, 3]', [2, 3]), ([], "['a']", ['a']), ([], '["a"]', ['a']), ((1, 2), '(3, 4)', (3, 4)), ((1, 2), '[3, 4]', (3, 4)),
    ({}, "{'a': 1}", {'a': 1}), ({}, '{"a": true}', {'a': True})])
def test_python_json_and_bare_words_are_taken(default, typed, value, own):
    own(declared=f"n = {default!r}  # of them\nout = ''")
    got = check_params('small', dict(n=typed))['n']
    assert got == value and type(got) is type(value)


@pytest.mark.parametrize('default, typed', [(True, '1'), (True, 'yes please'), (0, '1.5'), (0, 'three'), (0, 'True'), (.5, 'half'), (.5, 'None'), ([1], 'a, b'),
                                             (0, ''), (.5, '1,5')])
def test_what_fits_no_way_is_told_with_an_example_that_works(default, typed, own):
    own(declared=f"n = {default!r}  # of them\nout = ''")
    with pytest.raises(ValueError, match='n: expected .*such as n=') as e: check_params('small', dict(n=typed))
    assert repr(typed) in str(e.value)
    key, example = re.search(r'such as (\w+)=(.*?)\), got', str(e.value)).groups()
    assert check_params('small', {key: example})['n'] == default


# --- ranges, before anything starts

@pytest.mark.parametrize('name', experiments())
def test_every_number_has_a_range_and_its_default_is_within(name):
    for key, p in parameters(name).items():
        if type(p['default']) in (int, float): assert p['choices'] or p['low'] != -float('inf'), f'{name}: {key}'
    assert check_params(name, {k: v['default'] for k, v in parameters(name).items()})


@pytest.mark.parametrize('name, typed, said', [
    ('vae_family', 'nz=-3', 'nz: expected 1 or more'), ('vae_family', 'nz=0', 'nz: expected 1 or more'), ('vae_family', 'minutes=-1', 'minutes: expected 0 to'),
    ('vae_family', 'minutes=NaN', 'minutes: expected 0 to'), ('vae_family', 'kinds=vae,gan', "got 'gan'"), ('frontier_gan', 'share=1.5', 'between 0 and 1'),
    ('frontier_gan', 'k=Infinity', 'k: expected 0 or more'), ('class_convergence', 'lean=1.1', '0 to 1'), ('relabel_cycle', 'rounds=0', '1 or more'),
    ('relabel_cycle', 'arms=', 'some of corrections'), ('pggan', 'px=48', 'one of 0, 8, 16'), ('pggan', 'precision=fp16', 'one of fp32'), ('three_gans', 'seeds=0', '1 or more'),
    ('tour', 'seed=1' + 30*'0', 'seed: expected'), ('frontiers', 'seed=-1', 'seed: expected 0 to')])
def test_numbers_out_of_range_are_told_at_once(name, typed, said, tmp_path, capsys):
    began = time.time()
    assert main(['run', name, '-p', typed, '--out', str(tmp_path/'run')]) == 2
    assert time.time() - began < 1 and said in capsys.readouterr().err and not (tmp_path/'run').exists()


@pytest.mark.parametrize('args, said', [
    (['run', 'tuor'], 'did you mean tour?'), (['run', 'frontier'], 'did you mean frontiers?'), (['run', 'tour', '-p', 'sed=1'], 'did you mean seed?'),
    (['run', 'vae_family', '-p', 'kind=vae'], 'did you mean kinds?'), (['run', 'tour', '-p', 'size=smok'], 'did you mean smoke?'),
    (['run', 'tour', '-p', 'out=x'], '--out'), (['run'], 'which experiment'), (['run', 'tour', '-p', 'size'], 'NAME=VALUE')])
def test_wrong_names_are_told_with_the_nearest_one(args, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(args) == 2 and said in capsys.readouterr().err and not list(tmp_path.iterdir())


# --- help, version, list

@pytest.mark.parametrize('args', [['--help'], ['list'], ['--version'], ['run', 'tour', '--help'], ['run', 'tour', '-p', 'seed=x']], ids=' '.join)
def test_help_list_and_errors_take_less_than_a_second(args):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    call(*args)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1


@pytest.mark.parametrize('name', experiments())
def test_help_of_an_experiment_lists_its_parameters(name, capsys):
    assert main(['run', name, '--help']) == 0
    out = capsys.readouterr().out
    for key, p in parameters(name).items(): assert f'-p {key}={p["default"]!r}' in out and p['help'] in out
    assert '--resume' in out and main(['run', '-h', name]) == 0 and capsys.readouterr().out == out


def test_help_of_the_demo_and_of_run_alone(capsys):
    assert main(['demo', '--help']) == 0 and "-p size='demo'" in capsys.readouterr().out
    assert main(['run', '--help']) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in experiments())


def test_version():
    from gen_explain.base import package_version
    p = call('--version')
    assert p.returncode == 0 and p.stdout.split() == ['gen-explain', package_version()]


@pytest.mark.parametrize('args', [['list'], ['--help'], ['run', 'vae_family', '--help']], ids=' '.join)
def test_a_reader_that_has_enough_leaves_no_traceback(args):
    r, w = os.pipe()
    p = subprocess.Popen([*COMMAND, *args], stdout=w, stderr=subprocess.PIPE, text=True)
    os.close(w), os.close(r)                                              # nobody reads: the first line already finds the pipe broken
    assert p.communicate()[1] == '' and p.returncode == 0
    q = subprocess.run(f'{shlex.join([*COMMAND, *args])} | head -1', shell=True, capture_output=True, text=True)
    assert q.stderr == '' and len(q.stdout.splitlines()) == 1


# --- running, stopping, going on

def test_a_run_says_nothing_of_encryption_and_a_finished_one_says_so(own, capfd):
    out = own('r = 1')
    assert main(['run', 'small', '--out', str(out)]) == 0
    said = capfd.readouterr()
    assert 'encrypt' not in said.err and 'WARNING' not in said.err and re.search(r'report.html  \(\d+ s\)', said.out)
    assert main(['run', 'small', '--out', str(out)]) == 0
    assert 'finished already' in capfd.readouterr().out


def test_resume_takes_the_parameters_of_the_run(own, capsys):
    out = own("from pathlib import Path\nif not (Path(out)/'again').exists():\n    (Path(out)/'again').touch()\n    1/0",
              "(Path(out)/'n').write_text(str(n))")
    assert main(['run', 'small', '-p', 'n=7', '--out', str(out)]) == 1
    assert main(['run', 'small', '--out', str(out)]) == 2
    assert '--resume without parameters' in capsys.readouterr().err
    assert main(['run', 'small', '-p', 'n=8', '--out', str(out), '--resume']) == 2
    assert 'n is 7 there, 8 here' in capsys.readouterr().err
    assert main(['run', 'small', '--out', str(out), '--resume']) == 0
    assert (out/'n').read_text() == '7' and json.loads((out/'params.json').read_text())['params'] == dict(n=7)


def test_ctrl_c_stops_in_one_line_keeps_what_is_done_and_resume_goes_on(tmp_path):
    "A real SIGINT to the whole group, as a terminal sends it, in the middle of a training."
    out = tmp_path/'run'
    command = [*COMMAND, 'run', 'tour', '-p', 'size=smoke', '-p', 'seed=3', '--out', str(out)]
    env = os.environ | dict(GEN_EXPLAIN_PROGRESS='off')
    p = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, env=env)
    end = time.time() + 120
    while not (out/'classifier'/'config.json').exists() and p.poll() is None and time.time() < end: time.sleep(.05)
    assert p.poll() is None
    os.killpg(p.pid, signal.SIGINT)
    began, (_, err) = time.time(), p.communicate(timeout=90)
    assert p.returncode == 130 and time.time() - began < 45          # 5 s where nothing else runs
    assert 'Traceback' not in err and 'DeadKernel' not in err and 'never retrieved' not in err and 'encrypt' not in err
    last = err.strip().splitlines()[-1]
    assert last.startswith('gen-explain: interrupted') and (out/'params.json').is_file() and not (out/'report.html').exists()
    again = shlex.split(last.split('goes on: ')[1])
    assert again[0] == 'gen-explain'
    resumed = call(*again[1:], env=env)
    assert resumed.returncode == 0, resumed.stderr
    text = (out/'report.html').read_text()
    assert 'interrupted after' not in text
    assert_says_it_is_a_trial(text, out)


def test_ctrl_c_also_ends_what_does_not_listen(own, capsys):
    "A cell that ignores the interrupt is killed after five seconds, with what it started; the next cell is not begun."
    out = own("import signal, time, os, subprocess\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
              "p = subprocess.Popen(['sleep', '60'])\nopen(out + '/busy', 'w').write(str(p.pid))\ntime.sleep(60)",
              "open(out + '/next', 'w').close()")
    def press():
        while not (out/'busy').is_file() or not (out/'busy').read_text(): time.sleep(.05)
        time.sleep(.5)
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=press, daemon=True).start()
    began = time.time()
    assert main(['run', 'small', '--out', str(out)]) == 130 and time.time() - began < 30
    assert not (out/'next').exists() and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(ProcessLookupError):
        for _ in range(50):
            os.kill(int((out/'busy').read_text()), 0)
            time.sleep(.1)


# --- trials say that they are

def assert_says_it_is_a_trial(text, out):
    "At its top, with what it is not, and with a command that is taken."
    body = text[text.index('<main>'):]
    assert body.index('</h1>') < body.index('a trial of the machinery') < body.index('<h2')
    assert 'Do not read anything from it' in body and 'So what it calls' not in body
    command = real_command(json.loads((out/'params.json').read_text()))
    assert command.split(' --out')[0] in text.replace('&#x27;', "'")
    args = parser().parse_args(shlex.split(command)[1:])
    assert check_params(args.name, dict(p.split('=', 1) for p in args.params))['size'] == 'demo'
    assert json.loads((out/'metrics.json').read_text())['trial']


def test_a_trial_marks_figures_and_tables_and_draws_no_conclusions(tmp_path, monkeypatch):
    import IPython.display
    import matplotlib.pyplot as plt
    shown = {}
    for size in ('smoke', 'demo'):
        seen = []
        monkeypatch.setattr(IPython.display, 'display', lambda data, **kw: seen.append(data))
        r = Results(tmp_path/size, size)
        r.table([[1]], ['n'], 'A table')
        r.conclude('It believes in sunglasses.')
        fig = plt.subplots(figsize=(2, 2))[0]
        r.figure(fig, 'f', 'nothing at all')
        r.metrics(n=1)
        assert not fig.texts
        shown[size] = str(seen)
    assert 'a trial of the machinery' in shown['smoke'] and 'sunglasses' not in shown['smoke'] and 'no conclusion' in shown['smoke']
    assert 'trial' not in shown['demo'] and 'sunglasses' in shown['demo']
    smoke, demo = (Image.open(tmp_path/size/'figures'/'f.png').size for size in ('smoke', 'demo'))
    assert smoke[1] > demo[1]                                               # the words below the figure
    assert json.loads((tmp_path/'demo'/'metrics.json').read_text()) == dict(size='demo', n=1)
    assert json.loads((tmp_path/'smoke'/'metrics.json').read_text())['size'] == 'smoke'


def test_every_experiment_tells_its_results_the_size():
    for name in experiments():
        source = ''.join(''.join(c['source']) + '\n' for c in json.loads(own_experiments.experiment_path(name).read_text())['cells'])
        assert 'Results(out, size)' in source, name

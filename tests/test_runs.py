"Experiments through papermill, and what they leave behind: looked at in a real browser."
import json, os, re, shutil, signal, subprocess, sys, time

import nbformat, pytest
from PIL import Image

from gen_explain.experiments import experiments
from gen_explain.results import write_report
from gen_explain.runs import run
from gen_explain.cli import main


@pytest.fixture(scope='session')
def finished(tmp_path_factory):
    "Each experiment, once, at size smoke."
    home, done = tmp_path_factory.mktemp('runs'), {}
    def get(name):
        if name not in done: done[name] = run(name, dict(size='smoke'), out=home/name)
        return done[name]
    return get


@pytest.mark.parametrize('name', experiments())
def test_experiment_at_size_smoke(name, finished):
    folder = finished(name)
    assert json.loads((folder/'params.json').read_text())['params']['size'] == 'smoke'
    assert json.loads((folder/'metrics.json').read_text())
    assert list((folder/'figures').glob('*.png'))
    nb = nbformat.read(folder/'executed.ipynb', 4)
    assert not [o for c in nb.cells for o in c.get('outputs', []) if o.output_type == 'error']
    assert not [o for c in nb.cells for o in c.get('outputs', []) if 'it/s' in str(o.get('text', ''))], 'progress bars are not for readers'


@pytest.mark.parametrize('name', experiments())
def test_report_is_one_file_that_all_can_read(name, finished, browser):
    text = (finished(name)/'report.html').read_text()
    images = re.findall(r'<img [^>]*>', text)
    assert images and all('src="data:image/png;base64,' in i for i in images)
    alts = [re.search(r'alt="([^"]*)"', i)[1] for i in images]
    assert all(len(a) > 20 for a in alts) and len(set(alts)) == len(alts)
    page = browser.new_page(viewport=dict(width=320, height=480))               # 1280 pixels at 400%
    asked = []
    page.on('request', lambda r: None if r.url.startswith(('data:', 'file:')) else asked.append(r.url))
    page.goto((finished(name)/'report.html').as_uri())
    assert not asked
    assert page.evaluate('document.documentElement.scrollWidth') <= 320, 'no sideways scrolling at 400%'
    assert page.evaluate('[...document.images].every(i => i.complete && i.naturalWidth > 0)')
    assert page.evaluate('document.querySelectorAll("h1").length') == 1 and page.evaluate('document.documentElement.lang') == 'en'
    page.close()


def test_the_cycle_with_a_gan_that_each_round_steers_anew(tmp_path):
    folder = run('relabel_cycle', dict(size='smoke', form='gan', rounds=1, arms='corrections, none'), out=tmp_path/'gan')
    m = json.loads((folder/'metrics.json').read_text())['gan']
    assert m['effort'][0][:2] == ['corrections', 1] and set(m['score']['clean: accuracy']) == {'before', 'corrections', 'none'}
    assert list(folder.glob('seed-0-cycle-gan/corrections/round-1/generator/model.safetensors'))


def test_growing_on_files_as_those_of_the_cartoon_set(tmp_path):
    root = tmp_path/'cartoonset10k'
    root.mkdir()
    for i in range(1000):
        hair = i//5 % 10                                # every fifth image is for tests
        Image.new('RGBA', (20, 20), (25*hair, 250 - 25*hair, 90, 255)).save(root/f'cs{i:03}.png')
        (root/f'cs{i:03}.csv').write_text(f'"hair_color", {hair}, 10\n"glasses", {i % 12}, 12\n')
    folder = run('pggan', dict(size='smoke', data='cartoonset10k', root=str(tmp_path), versus=False, classes='3, 7'), out=tmp_path/'run')
    m = json.loads((folder/'metrics.json').read_text())
    assert m['data'] == 'cartoonset10k' and set(m['steered']) == {'3', '7'} and 'PGGAN' in m and 'WGAN-GP' not in m


def test_text_of_users_stays_text_in_a_report(tmp_path, browser):
    evil = '<img src=x onerror=alert(1)>'
    from gen_explain.pages import html_table
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell('# A report'), nbformat.v4.new_code_cell('', outputs=[
        nbformat.v4.new_output('stream', name='stdout', text=evil), nbformat.v4.new_output('display_data', {'text/plain': evil}),
        nbformat.v4.new_output('display_data', {'text/html': html_table([[evil, 1]], [evil, 'n'], evil)})])])
    write_report(nb, tmp_path/'report.html', title=evil)
    page = browser.new_page()
    spoken = []
    page.on('dialog', lambda d: (spoken.append(d.message), d.dismiss()))
    page.goto((tmp_path/'report.html').as_uri())
    assert page.evaluate('document.images.length') == 0 and not spoken
    assert page.inner_text('body').count(evil) >= 4 and page.title() == evil
    page.close()


@pytest.mark.parametrize('name', ['tour'])                # in the name, so that it goes to the worker that has run it
def test_a_finished_run_is_given_back_and_another_is_refused(name, finished, tmp_path, monkeypatch, capsys):
    folder = finished(name)
    before = (folder/'report.html').stat().st_mtime_ns
    assert run('tour', dict(size='smoke'), out=folder) == folder and (folder/'report.html').stat().st_mtime_ns == before
    with pytest.raises(ValueError, match='seed is 0 there, 1 here'): run('tour', dict(size='smoke', seed=1), out=folder)
    assert main(['run', 'tour', '-p', 'size=smoke', '-p', 'seed=1', '--out', str(folder)]) == 2
    assert 'seed is 0 there, 1 here' in capsys.readouterr().err
    shutil.copytree(folder, tmp_path/'runs'/'demo')                     # where the demo, which is the tour, looks
    monkeypatch.chdir(tmp_path)
    assert main(['demo', '-p', 'size=smoke']) == 0
    assert 'runs/demo/report.html  (finished already)' in capsys.readouterr().out


@pytest.mark.parametrize('name', ['small_models'])
def test_killed_and_resumed(name, finished, tmp_path):
    "SIGKILL in the middle; the same command refuses, `--resume` goes on, and the numbers are those of a run that was not killed."
    command = [sys.executable, '-m', 'gen_explain.cli', 'run', name, '-p', 'size=smoke', '--out', str(tmp_path/'run')]
    p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    end = time.time() + 120
    while not (tmp_path/'run'/'hair-biased'/'config.json').exists() and p.poll() is None and time.time() < end: time.sleep(.05)
    assert p.poll() is None
    os.killpg(p.pid, signal.SIGKILL)
    p.wait()
    again = subprocess.run(command, capture_output=True, text=True)
    assert again.returncode == 2 and '--resume' in again.stderr
    resumed = subprocess.run([*command, '--resume'], capture_output=True, text=True)
    assert resumed.returncode == 0, resumed.stderr
    assert json.loads((tmp_path/'run'/'metrics.json').read_text()) == json.loads((finished(name)/'metrics.json').read_text())


def test_a_failing_cell_is_shown_and_exits_with_1(tmp_path, monkeypatch, capsys):
    from gen_explain import experiments
    (tmp_path/'experiments').mkdir()
    cells = [nbformat.v4.new_markdown_cell('# Broken'), nbformat.v4.new_code_cell("n = 1  # a number\nout = ''", metadata=dict(tags=['parameters'])),
             nbformat.v4.new_code_cell('import sys\nprint(sys.executable)'), nbformat.v4.new_code_cell('1/0')]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=dict(kernelspec=dict(name='no-such-kernel', language='python', display_name='x'))),
                   tmp_path/'experiments'/'00_broken.ipynb')
    monkeypatch.setattr(experiments, 'experiments_folder', lambda: tmp_path/'experiments')
    assert main(['run', 'broken', '--out', str(tmp_path/'run')]) == 1
    assert 'ZeroDivisionError' in capsys.readouterr().err
    nb = nbformat.read(tmp_path/'run'/'executed.ipynb', 4)
    assert sys.executable in str(nb.cells), 'this interpreter, whatever kernels are installed'
    assert not (tmp_path/'run'/'report.html').exists()

"Every measured figure in README and the documentation stands in the ledger, as it stands there."
import json

import ledger


def test_the_texts_and_the_ledger_agree(): assert ledger.problems() == []


def test_each_row_says_how_it_was_measured():
    for id, row in ledger.rows().items():
        assert row.keys() >= {'text', 'unit', 'n', 'command', 'commit', 'processor', 'date'} and row['command'], id


def test_what_is_wrong_is_found():
    rows = {'a': dict(text='91.8%'), 'b': dict(text='3.9 (3.5 to 4.4)')}
    assert list(ledger.wrong('right on 91.8%<!-- figure: a -->; **3.9 (3.5 to 4.4)**<!-- figure: b -->', rows)) == []
    assert 'in the text' in next(ledger.wrong('right on 91.9%<!-- figure: a -->', rows))
    assert 'no such row' in next(ledger.wrong('right on 5<!-- figure: c -->', rows))
    assert 'has no mark' in next(ledger.wrong('right on 91.8% of all', rows))
    assert 'has no mark' in next(ledger.wrong('a distance of 3.9 (3.5 to 4.4)', rows))


def test_a_figure_is_written_down(tmp_path, monkeypatch):
    monkeypatch.setattr(ledger, 'LEDGER', tmp_path/'ledger.json')
    ledger.record('x', '1.0', 'python x.py', 3)
    ledger.record('x', '1.1', 'python x.py', 3)
    row = json.loads((tmp_path/'ledger.json').read_text())['x']
    assert row['text'] == '1.1' and row['processor'] and len(row['date']) == 10

"Front ends in a blank page, without a kernel: a fake model holds the state, and the widget in this process answers when it is asked to."
import base64, time

from gen_explain.widgets import as_pixels
from hosts import PIXELS

BLANK = '<!doctype html><html lang="en"><head><title>front end</title></head><body><main></main></body></html>'
FAKE = '''async ([code, state, around]) => {
  // what anywidget gives to a front end, as far as ours use it; `sent` is what a kernel would get
  const raw = s => Uint8Array.from(atob(s), c => c.charCodeAt(0));
  const read = s => Object.fromEntries(Object.entries(s).map(([k, v]) => [k, v?.bytes != null ? new DataView(raw(v.bytes).buffer) : v]));
  const on = {}, now = read(state), changed = new Set();
  const tell = k => (on[`change:${k}`] || []).slice().forEach(f => f());
  const model = {
    sent: [], on_: on,
    get: k => now[k],
    set: (k, v) => { now[k] = v; changed.add(k); tell(k); },
    save_changes: () => { model.sent.push({state: Object.fromEntries([...changed].map(k => [k, now[k]]))}); changed.clear(); },
    send: content => model.sent.push({content}),
    on: (k, f) => { (on[k] ||= []).push(f); },
    off: (k, f) => { on[k] = on[k].filter(g => g !== f); },
    put: s => { const r = read(s); Object.assign(now, r); Object.keys(r).forEach(tell); },     // all of it, then the events, one by one
  };
  const el = document.createElement('div'), outer = document.createElement('div');
  outer.className = around;
  outer.append(el);
  document.querySelector('main').append(outer);
  const {default: widget} = await import(URL.createObjectURL(new Blob([code], {type: 'text/javascript'})));
  (window.all ||= []).push(model);
  window.model = model;
  window.leave = widget.render({model, el});
}'''
NOT_OURS = 'layout', 'tabbable', 'tooltip', 'comm'


def packed(state):
    "A state that can go through JSON."
    return {k: dict(bytes=base64.b64encode(v).decode()) if isinstance(v, (bytes, memoryview)) else v for k, v in state.items()}


class FrontEnd:
    "The front end of a widget in a page: `serve()` hands on what it has sent, and tells it what the widget answers."
    def __init__(self, page, name, widget, around=''):
        self.page, self.widget, self.errors, self.out = page, widget, [], []
        page.on('pageerror', lambda e: self.errors.append(str(e)))
        if not page.query_selector('main'):
            page.set_default_timeout(10_000)
            page.set_viewport_size(dict(width=1280, height=1000))
            page.set_content(BLANK)
            page.add_style_tag(content=widget._css)
        state = {k: v for k, v in widget.get_state().items() if k[0] != '_' and k not in NOT_OURS}
        widget._send = lambda msg, buffers=None: self.out.append((msg, buffers))
        page.evaluate(FAKE, [widget._esm, packed(state), around])
        self.box = page.locator(f'.{name}')
        self.i = page.evaluate('all.length - 1')

    def sent(self):
        "What the front end has sent since it was asked last: contents of messages, and changes of the state."
        return self.page.evaluate('i => all[i].sent.splice(0)', self.i)

    def put(self, **state): self.page.evaluate('([i, s]) => all[i].put(s)', [self.i, packed(state)])

    def serve(self):
        "A kernel at work: it does what it was asked for, and tells what has changed."
        for m in self.sent():
            if 'content' in m: self.widget._handle_custom_msg(m['content'], [])
            else: self.widget.set_state(m['state'])
        out, self.out = self.out, []
        for msg, buffers in out:
            if msg['method'] != 'update': continue
            state = dict(msg['state'])
            for (k,), b in zip(msg.get('buffer_paths', ()), buffers or ()): state[k] = b
            self.put(**state)

    def until(self, f, value=True, seconds=5):
        "Serve until `f()` has a value."
        end = time.time() + seconds
        while True:
            self.serve()
            if (now := f()) == value: return
            assert time.time() < end, f'{now!r}, expected {value!r}'
            self.page.wait_for_timeout(10)

    def exact(self, canvas, image):
        "What the canvas holds equals the tensor [c, h, w], rounded to bytes."
        self.serve()
        want, there = as_pixels(image[None]), bytes(canvas.evaluate(PIXELS))
        assert len(set(want)) > 10 and there == want

    def key(self, name, key='Enter', role='button'):
        "Press a key on a control."
        self.box.get_by_role(role, name=name, exact=True).focus()
        self.page.keyboard.press(key)

    def click(self, name): self.box.get_by_role('button', name=name, exact=True).click()

"Scripts that may kill themselves, each in a process of its own: forked from one that has imported what they need, so that they start at once."
import json, os, subprocess, sys
from types import SimpleNamespace

SERVER = '''
import json, os, sys, traceback
script = sys.argv[1]
exec(chr(10).join(l for l in script.splitlines() if l.startswith(('import ', 'from '))), {})
for line in sys.stdin:
    out, *args = json.loads(line)
    child = os.fork()
    if not child:
        for fd, name in ((1, 'stdout'), (2, 'stderr')): os.dup2(os.open(f'{out}/{name}', os.O_WRONLY | os.O_CREAT | os.O_TRUNC), fd)
        sys.argv, code = ['-c', *args], 1
        try:
            exec(script, dict(__name__='__main__'))
            code = 0
        except BaseException: traceback.print_exc()
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
'''


class Forks:
    "Call it with the script's arguments: what it returned, and its output. The script imports at the beginnings of lines."
    def __init__(self, script, folder):
        self.folder, env = folder, os.environ | dict(OMP_NUM_THREADS='1')          # a process may fork that has one thread
        self.server = subprocess.Popen([sys.executable, '-c', SERVER, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)

    def __call__(self, *args):
        self.server.stdin.write(json.dumps([str(self.folder), *map(str, args)]) + '\n')
        self.server.stdin.flush()
        code = self.server.stdout.readline()
        assert code, 'the process that forks has ended'
        return SimpleNamespace(returncode=int(code), **{name: (self.folder/name).read_text() for name in ('stdout', 'stderr')})

    def __enter__(self): return self

    def __exit__(self, *_):
        self.server.stdin.close()
        self.server.wait(20)

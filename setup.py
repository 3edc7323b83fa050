"Packaging: every value comes from settings.ini; the wheel also carries the experiment notebooks, the front ends and the small models."
from configparser import ConfigParser
from pathlib import Path
from shutil import copytree, ignore_patterns

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

here = Path(__file__).parent
config = ConfigParser(delimiters=['='])
config.read(here/'settings.ini', encoding='utf-8')
cfg = config['DEFAULT']
carried = {'nbs/experiments': 'experiments', 'nbs/js': 'js', 'models': 'models'}    # folder in the checkout -> folder in the package
readme = (here/'README.md').read_text(encoding='utf-8').replace('](nbs/', f"]({cfg['git_url']}/raw/{cfg['branch']}/nbs/")   # for PyPI
extras = {key.removesuffix('_requirements'): value.split()
          for key, value in cfg.items() if key.endswith('_requirements')}


class BuildWithNotebooks(build_py):
    "Copies the carried folders into the built package, where the package looks for them."
    def run(self):
        super().run()
        if self.editable_mode: return          # an editable install reads the checkout
        for source, target in carried.items():
            if (here/source).is_dir():
                copytree(here/source, Path(self.build_lib)/cfg['lib_name']/target, dirs_exist_ok=True,
                         ignore=ignore_patterns('.*', '__pycache__', 'runs', '*.json'))


setup(
    name=cfg['lib_name'], version=cfg['version'], description=cfg['description'], keywords=cfg['keywords'],
    author=cfg['author'], author_email=cfg['author_email'], url=cfg['git_url'], license='Apache-2.0',
    long_description=readme, long_description_content_type='text/markdown',
    packages=find_packages(include=[cfg['lib_path'], f"{cfg['lib_path']}.*"]), zip_safe=False,
    python_requires=f">={cfg['min_python']}", install_requires=cfg['requirements'].split(), extras_require=extras,
    entry_points={'console_scripts': cfg['console_scripts'].split()}, cmdclass={'build_py': BuildWithNotebooks},
    classifiers=['Development Status :: 3 - Alpha', 'Intended Audience :: Developers', 'Intended Audience :: Science/Research',
                 'Framework :: Jupyter', 'Programming Language :: Python :: 3',
                 'Topic :: Scientific/Engineering :: Artificial Intelligence'],
)

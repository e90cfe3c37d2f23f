"""Writes lists of images and folders with links as other programs make them: ../resources/pools.

    apt-get install zip findutils coreutils
    pip install pandas
    python make_pools.py

Lists named refused_… are in encodings that are not read. links.zip holds symbolic links (Info-ZIP, --symlinks).
"""
import csv
import os
import shutil
import subprocess
import tempfile
import unicodedata
from pathlib import Path

import pandas

OUT = Path(__file__).resolve().parent.parent / 'resources' / 'pools'
NAMES = ['one.png', 'sub/ü é.png', '日本.png']
SCRATCH = Path(tempfile.mkdtemp())


def tool(*words, cwd=None):
    return subprocess.run([str(w) for w in words], check=True, stdout=subprocess.PIPE, cwd=cwd, env={**os.environ, 'LC_ALL': 'C.UTF-8'}).stdout


def touch(*names, root):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b'')


def lists():
    table = pandas.DataFrame({'image': NAMES})
    for encoding in ('utf-8', 'utf-8-sig', 'utf-16'):
        for end, name in (('\n', 'lf'), ('\r\n', 'crlf')):
            table.to_csv(OUT / f'pandas_{encoding}_{name}.txt', header=False, index=False, encoding=encoding, lineterminator=end)
    with open(OUT / 'csv_excel.txt', 'w', newline='', encoding='utf-8-sig') as file:
        csv.writer(file, dialect='excel').writerows([name] for name in NAMES)
    with open(OUT / 'csv_excel_tab_utf16.txt', 'w', newline='', encoding='utf-16') as file:
        csv.writer(file, dialect='excel-tab').writerows([name] for name in NAMES)
    pool = SCRATCH / 'list'
    touch(*NAMES, root=pool)
    (OUT / 'find_printf.txt').write_bytes(tool('find', '.', '-type', 'f', '-printf', '%P\n', cwd=pool))
    (OUT / 'find_dot.txt').write_bytes(tool('find', '.', '-name', '*.png', cwd=pool))
    (OUT / 'ls_recursive.txt').write_bytes(b''.join(sorted(tool('ls', '-1', 'one.png', 'sub/ü é.png', '日本.png', cwd=pool).splitlines(True))))
    plain = OUT / 'pandas_utf-8_lf.txt'
    for encoding, mark in (('UTF-16LE', b'\xff\xfe'), ('UTF-16BE', b'\xfe\xff')):
        (OUT / f'iconv_{encoding}_mark.txt').write_bytes(mark + tool('iconv', '-f', 'UTF-8', '-t', encoding, plain))
        (OUT / f'refused_iconv_{encoding}.txt').write_bytes(tool('iconv', '-f', 'UTF-8', '-t', encoding, plain))
    for encoding in ('UTF-32', 'SHIFT_JISX0213', 'GB18030'):
        (OUT / f'refused_iconv_{encoding}.txt').write_bytes(tool('iconv', '-f', 'UTF-8', '-t', encoding, plain))
    (SCRATCH / 'latin').write_text('one.png\nsub/ü é.png\n')
    for encoding in ('LATIN1', 'CP850', 'MACINTOSH'):
        (OUT / f'refused_iconv_{encoding}.txt').write_bytes(tool('iconv', '-f', 'UTF-8', '-t', encoding, SCRATCH / 'latin'))
    # Two lists with marks, one after the other.
    (OUT / 'cat_marks.txt').write_bytes(tool('head', '-n1', OUT / 'pandas_utf-8-sig_lf.txt') + b'\xef\xbb\xbf' + tool('tail', '-n2', plain))
    # By hand: comments, empty lines, blanks and tabs around names, no end of the last line.
    (OUT / 'edited.txt').write_bytes('\ufeff# images of May\r\n\r\none.png \t\r\n\t sub/ü é.png\r\n   \r\n  # 日\r\n日本.png'.encode())


def links():
    """A tree of links by GNU ln and cp, and what find -L says of it."""
    tree = SCRATCH / 'links'
    pool = tree / 'pool'
    touch('pool/a/one.png', 'pool/a/b/two.png', 'store/three.png', 'other/four.png', 'other/deep/five.png', root=tree)
    for target, name in (('../../a', 'a/b/again'), ('.', 'self'), ('..', 'up'), ('../..', 'a/above'), ('chain2', 'chain1'), ('chain3', 'chain2'), ('a', 'chain3'),
                         ('../store/three.png', 'outside.png'), ('../store/three.png', 'outside2.png'), ('outside.png', 'outside3.png'),
                         ('../other', 'folder'), ('../other/deep', 'deep'), ('round2', 'round1'), ('round1', 'round2'), ('a/one.png', 'same.png')):
        tool('ln', '-s', target, name, cwd=pool)
    tool('cp', '-rs', pool / 'a' / 'b', pool / 'farm')
    # cp links by absolute paths, which mean nothing elsewhere.
    for path in (pool / 'farm').rglob('*'):
        if path.is_symlink() and os.readlink(path).startswith('/'):
            target = os.path.relpath(os.readlink(path), path.parent)
            path.unlink()
            path.symlink_to(target)
    (OUT / 'links.zip').unlink(missing_ok=True)
    tool('zip', '-q', '-r', '-X', '--symlinks', OUT / 'links.zip', 'pool', 'store', 'other', cwd=tree)


def decomposed():
    """Names as macOS stores them, in a ZIP file of Info-ZIP."""
    tree = SCRATCH / 'decomposed'
    touch(*[unicodedata.normalize('NFD', name) for name in NAMES], 'emoji😀.png', root=tree)
    tool('zip', '-q', '-r', '-X', OUT / 'decomposed.zip', '.', cwd=tree)


if __name__ == '__main__':
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    for make in (lists, links, decomposed):
        make()
        print(make.__name__)

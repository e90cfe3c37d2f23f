"""Writes data sets of masks and selections as other programs make them: ../resources/masks, ../resources/exclude.

    apt-get install jq
    pip install numpy pandas pillow opencv-python-headless label-studio-converter
    python make_tool_inputs.py

A mask holds 0 and 255 (in resampled: more values), and `foreground.json` of each folder says in how many pixels it is not 0.
"""
import json
import shutil
import subprocess
import tempfile
import unicodedata
from pathlib import Path

import cv2
import numpy as np
import pandas
from PIL import Image

OUT = Path(__file__).resolve().parent.parent / 'resources'
EARLIER = OUT / 'cases' / 'select-exclude-no-match' / 'earlier.jsonl'
SCRATCH = Path(tempfile.mkdtemp())
H, W = 24, 32
rng = np.random.default_rng(5)
BLOBS = [cv2.resize((rng.random((3, 4)) > .6).astype(np.uint8), (W, H), interpolation=cv2.INTER_NEAREST) for _ in range(2)]


def folders(name):
    folder = OUT / 'masks' / name / 'train'
    for each in ('images', 'labels'):
        (folder / each).mkdir(parents=True)
    for k, blob in enumerate(BLOBS):
        Image.fromarray((np.dstack([blob] * 3) * 120 + 40).astype(np.uint8)).save(folder / 'images' / f'{k}.png')
    foreground = sum(int(b.sum()) for b in BLOBS)
    assert 0 < foreground < 2 * H * W
    (OUT / 'masks' / name / 'foreground.json').write_text(json.dumps({'pixels': foreground, 'of': 2 * H * W}))
    return folder / 'labels'


def masks():
    from label_studio_converter import brush
    labels = folders('label-studio')
    for k, blob in enumerate(BLOBS):
        rle = [int(v) for v in brush.mask2rle(blob * 255)]
        result = [{'id': 'a', 'type': 'brushlabels', 'from_name': 'b', 'to_name': 'i', 'original_width': W, 'original_height': H,
                   'value': {'format': 'rle', 'rle': rle, 'brushlabels': ['car']}}]
        brush.save_brush_images_from_annotation(k, 1, '1', 'b', [result[0] | result[0]['value']], str(SCRATCH), out_format='png')
        made = next(SCRATCH.glob(f'task-{k}-*.png'))
        assert set(np.unique(np.array(Image.open(made)))) == {0, 255}
        (labels / f'{k}.png').write_bytes(made.read_bytes())
    for name, extension in (('opencv', 'png'), ('opencv-tiff', 'tif'), ('opencv-bitmap', 'bmp')):
        labels = folders(name)
        for k, blob in enumerate(BLOBS):
            _, mask = cv2.threshold(blob * 99, 50, 255, cv2.THRESH_BINARY)
            assert cv2.imwrite(str(labels / f'{k}.{extension}'), mask)
    labels = folders('pillow-bits')
    for k, blob in enumerate(BLOBS):
        Image.fromarray(blob * 255).convert('1').save(labels / f'{k}.png')
    labels = folders('pillow-palette')
    for k, blob in enumerate(BLOBS):
        image = Image.fromarray(blob * 255).convert('P')
        image.save(labels / f'{k}.png')
        assert set(np.unique(np.array(Image.open(labels / f'{k}.png')))) == {0, 255}
    # As after smooth resizing: 1 to 254 at the edges.
    labels = folders('resampled')
    for k, blob in enumerate(BLOBS):
        Image.fromarray(blob * 255).resize((W // 2, H // 2), Image.BICUBIC).resize((W, H), Image.BICUBIC).save(labels / f'{k}.png')


def exclusions():
    folder = OUT / 'exclude'
    folder.mkdir(parents=True)
    table = pandas.read_json(EARLIER, lines=True)
    table.to_json(folder / 'pandas.jsonl', orient='records', lines=True)
    table.sample(frac=1, random_state=1)[['score', 'width', 'height', 'x', 'y', 'col', 'row', 'image', 'rank']].to_json(folder / 'pandas-shuffled.jsonl', orient='records', lines=True)
    for name, program in (('jq', '.'), ('jq-sorted', 'to_entries | sort_by(.key) | from_entries'), ('jq-absolute', '.image |= "/data/pool/" + ltrimstr("./")'),
                          ('jq-backslashes', '.image |= ".\\\\" + ltrimstr("./")'), ('jq-no-dot', '.image |= ltrimstr("./")')):
        made = subprocess.run(['jq', '-c', program, EARLIER], check=True, stdout=subprocess.PIPE).stdout
        (folder / f'{name}.jsonl').write_bytes(made)


if __name__ == '__main__':
    for name in ('masks', 'exclude'):
        shutil.rmtree(OUT / name, ignore_errors=True)
    masks()
    exclusions()

#!/usr/bin/env python3
"""Makes src/test/resources/vectors/legacy.pth: the tensors of nested.pth as torch.save wrote them before PyTorch 1.6.

    pip install torch
    python legacy_pth.py ../resources/vectors
"""
import sys
from pathlib import Path

import torch

folder = Path(sys.argv[1])
state = torch.load(folder / "nested.pth", map_location="cpu", weights_only=False)
torch.save(state, folder / "legacy.pth", _use_new_zipfile_serialization=False)

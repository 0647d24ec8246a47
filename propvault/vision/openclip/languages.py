"""Which languages a text tower reads, told by the tokenizer that it was trained with."""

from __future__ import annotations

from propvault.vision.openclip.choice import Choice

_BOTH, _ENGLISH = ("en", "zh"), ("en",)

_READS_CHINESE = {
    "siglip2": "trained on WebLI in 109 languages with the Gemma vocabulary",
    "siglip-i18n": "trained on WebLI in 109 languages with the mC4 vocabulary",
    "xlm-roberta": "XLM-RoBERTa read CommonCrawl in 100 languages",
    "xlm-v": "XLM-V read the same with a vocabulary of a million pieces (MetaCLIP 2 worldwide)",
    "mt5": "mT5 read mC4 in 101 languages",
    "nllb": "NLLB translates between 200 languages",
}
"""Part of the tokenizer's, the text tower's or the model's own name, and why it reads Chinese."""


def languages(choice: Choice) -> tuple[str, ...]:
    """Return the languages of a model: Chinese where a multilingual tower is known, else English.

    CLIP's own vocabulary spells Chinese in bytes and its training texts were English, so a model
    with it gets Chinese translated.
    """
    names = (choice.tokenizer_repo or "", choice.text_repo or "", choice.name)
    told = " ".join(names).lower()
    return _BOTH if any(part in told for part in _READS_CHINESE) else _ENGLISH

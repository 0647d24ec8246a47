"""Reasons as values (a code and its arguments) and their wording in English and Chinese.

Code never builds sentences: it makes a `Reason`, which travels through jobs, reports and JSON
and is worded once, at the edge. English lives in `ENGLISH`; Chinese in the gettext catalogue
under ``locale/zh``, whose msgids are the English templates.
"""

from __future__ import annotations

import gettext
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Argument = str | int | float
Language = Literal["en", "zh"]

ENGLISH: Mapping[str, str] = {
    "query.unclosed_quote": 'Character {column}: the quote that opens here is never closed. Add " at the end.',
    "query.unclosed_paren": "Character {column}: the bracket that opens here is never closed. Add ) at the end.",
    "query.unexpected_paren": "Character {column}: this closing bracket has no opening one; a term was expected.",
    "query.empty_paren": "Character {column}: nothing stands in these brackets; a term was expected.",
    "query.empty_quotes": "Character {column}: nothing stands in these quotes; a text was expected.",
    "query.too_deep": "Character {column}: more than 50 brackets within each other.",
    "query.or_needs_both": 'Character {column}: {found} needs a term before and after it. Write "{found}" to search for the word.',
    "query.minus_alone": "Character {column}: after {found} a word or a term was expected, with no space between.",
    "query.minus_group": "Character {column}: a group with free text in it cannot be excluded; put a minus before each word instead.",
    "query.no_value": "Character {column}: after {found}: a value was expected, with no space between ({expected}).",
    "query.bad_value": "Character {column}: {field}: does not understand {found}; expected {expected}.",
    "query.not_yet": "Character {column}: {found}: is not supported yet. Write it in quotes to search for it as text.",
    "query.unknown_name": "Character {column}: there is no {found}:, the nearest is {nearest}. Write it in quotes to search for it as text.",
    "query.unknown_name_far": "Character {column}: there is no {found}:, expected one of {expected}. Write it in quotes to search for it as text.",
    "language.not_toml": "{path} is not valid TOML: {detail}",
    "language.unknown_key": "{path} {where}: there is no key {key}; did you mean {near}?",
    "language.bad_value": "{path} {where}: {key} must be {wanted}",
    "language.bad_slug": "{path} {where}: the slug {slug} may only hold letters, digits and hyphens",
    "language.twice": "{path} {where}: the name {name} belongs to {first} already",
    "picture.empty": "the file is empty",
    "picture.not_one": "named like a picture, but its content is none",
    "picture.gone": "the file is no longer there",
    "picture.no_permission": "no permission to read it; check the file's access rights",
    "picture.not_a_file": "neither a file nor a folder (a device, pipe or socket)",
    "picture.bad_header": "its header is damaged, so no picture program can open it",
    "picture.truncated": "the picture ends too early; copy it from the card again if you can",
    "picture.damaged": "the picture data is damaged ({detail})",
    "picture.disk_error": "the disk cannot read it ({detail})",
    "picture.out_of_memory": "there was not enough memory to decode it",
    "picture.gigapixel": "{megapixels} megapixels; over 1000 is never opened",
    "picture.too_large": "it would take {needed_mb} MB decoded, more than max_decoded_mb = {limit_mb} allows",
    "picture.raw_unreadable": "LibRaw cannot read this camera RAW ({detail})",
    "picture.preview_damaged": "the stored preview is damaged ({detail}); import the picture again",
    "picture.hung": "decoding did not end within {seconds} seconds, tried twice (decode_timeout_s)",
    "picture.swelled": "decoding grew beyond {limit_mb} MB, tried twice; max_decoded_mb = {setting_mb} can be raised",
    "picture.crashed": "the decoder crashed on it twice (status {status})",
    "picture.changed": "it changed while it was read; import it again",
    "picture.twin_failed": "another copy of it failed in this import; import again",
    "walk.loop": "the folder leads back into itself",
    "sidecar.too_large": "the sidecar is over 8 MB, which no XMP needs",
    "sidecar.unreadable": "the sidecar is not readable XMP",
    "capture.bad_date": "the date {written} cannot be true and was dropped",
    "capture.bad_position": "the position {written} cannot be true and was dropped",
    "vault.not_one": "{path} is not a vault; `propvault init` or an import makes one",
    "vault.bad_settings": "{path} cannot be read ({detail}); mend or restore this file",
    "vault.newer_format": "{path} was made by a later propvault (format {format}); update propvault",
    "vault.folder_not_empty": "{path} holds other files; choose a new or empty folder for the vault",
    "vault.cannot_write": "{path} cannot be written ({detail})",
    "vault.busy_importing": "another import into {path} is running; wait for it or stop it",
    "vault.empty": "{path} has no database yet; import a folder first",
    "vault.needs_update": "the database in {path} is of an earlier version; run any other command once to update it",
    "vault.disk_full": "the disk of {path} is full; all that was recorded before is safe; free some space and import again",
    "vault.database_locked": "another program holds {path} locked; close it and try again",
    "vault.database_damaged": "the database {path} is damaged ({detail}); see `propvault doctor`",
    "vault.database_failed": "the database {path} failed ({detail})",
    "vault.created": "made a new vault in {path}",
    "vault.exists": "{path} is a vault already",
    "vault.on_network": "{path} is on a network disk: slower, and only one computer may use it at a time",
    "vault.is_synced": "{path} looks like a folder that a sync program copies; pause syncing while importing",
    "photo.ambiguous": "{reference} fits {count} photos: {names}",
    "photo.unknown": "no photo is called {reference}; give a hash of at least 6 digits, a path or a file name",
    "settings.not_toml": "{path} is not valid TOML: {detail}",
    "settings.cannot_write": "{path} cannot be written ({detail})",
    "settings.unknown_key": "{path} has the unknown key {key}; the nearest known one is {near}",
    "settings.bad_value": "{path}: {key} must be a {kind} (not negative)",
    "library.not_installed": "the folder {path} is missing: this propvault is not completely installed; install it again",
    "library.bad_toml": "{path} is not valid TOML: {detail}",
    "library.bad_concept": "{path}: the concept {name} is wrong: {detail}",
    "import.no_source": "{path} is not there; is the card or disk plugged in?",
    "import.nothing_lost": "stopped; all finished batches are recorded, import again to go on",
    "import.skipping": "skipping {path}: {why}",
    "import.summary": "{new} new, {known} known, {ignored} ignored, {skipped} skipped in {seconds} s",
    "import.dry": "dry run: nothing was written",
    "import.ignored_video_one": "1 video ignored",
    "import.ignored_video": "{count} videos ignored",
    "import.ignored_companion_one": "1 companion file ignored",
    "import.ignored_companion": "{count} companion files ignored",
    "import.ignored_other_one": "1 file of another kind ignored",
    "import.ignored_other": "{count} files of other kinds ignored",
    "import.notes_one": "1 photo had a date or position that cannot be true; it was dropped",
    "import.notes": "{count} photos had a date or position that cannot be true; it was dropped",
    "import.progress": "{done} of {total} files, {rate}/s, {left} left, {skipped} skipped",
    "import.looking": "looking through folders",
    "model.missing": "the model folder {path} lacks {file}; install the model again",
    "model.broken": "the model file {path} cannot be loaded ({detail}); install the model again",
    "model.bad_info": "{path} does not describe a model: {detail}",
    "model.changed": "the files in {path} are not those of model {id}; install the model again",
    "model.no_preview": "the preview {path} cannot be read ({detail}); `propvault doctor --repair` makes it again",
    "model.worth": "Worth installing (`propvault model install NAME/WEIGHTS`, extra `propvault[clip]`):",
    "model.selected": "selected {id}",
    "model.seen": "saw {new} photos ({known} known before, {skipped} without a preview), {retagged} tagged anew, {seconds} s",
    "model.goes_on": "`propvault model use {name}` goes on; nothing is lost",
    "model.sound": "{id}: the files are whole and both towers run ({precision})",
    "model.speed": "{rate} pictures/s, {query} ms a query, measured here on {provider}",
    "model.unmeasured": "`propvault model check {id}` measures its speed here",
    "model.removed": "removed {id}, and {vectors} vectors in this vault",
    "model.remove_asked": "Delete {id} ({mb} MB) and its {vectors} vectors in this vault? This cannot be undone",
    "model.is_selected": "{name} is the selected model; select another with `propvault model use`, then remove it",
    "model.built_in": "{name} is built in and has no vectors here; there is nothing to remove",
    "model.cannot_remove": "{path} cannot be deleted ({detail})",
    "model.unknown": "no model is called {name}; `propvault model list` shows what is installed",
    "model.no_extra": 'installing a model needs more packages ({missing}): pip install "propvault[clip]"',
    "model.installing": "another install is running ({path}); wait for it or stop it",
    "model.looking": "looking up {name}",
    "model.loading": "loading {name} from {path}",
    "model.exporting": "exporting both towers of {name}",
    "model.proving": "comparing {count} pictures and sentences with open_clip",
    "model.shrinking": "storing {file} as {precision} and comparing again",
    "model.installed": "installed {id} in {seconds} s",
    "model.installed_again": "{id} was installed already; its files were replaced ({seconds} s)",
    "model.use_it": "`propvault model use {id}` selects it",
    "model.downloading": "{done} of {total} MB, {rate} MB/s, {left} left",
    "model.downloading_on": "{done} MB, {rate} MB/s",
    "model.no_accelerator": "{provider} is offered but failed ({detail}); the processor does the work",
    "model.bad_mirror": "{url} is no address of a mirror; it starts with https:// or http://",
    "model.unknown_architecture": "open_clip knows no {name}; the nearest are {near}. A model that it does not list needs --config with its open_clip_config.json",
    "model.unknown_weights": "{name} has no weights called {weights}; there are: {known}",
    "model.which_weights": "{name} has several weights, which are preprocessed differently; name one, as in {name}/WEIGHTS: {known}",
    "model.bad_config": "{path} is no configuration of open_clip: {detail}",
    "model.needs_weights": "{name} is in no hub that we know; give its weights file with --weights",
    "model.no_weights_here": "{path} has no weights file; one such as {files} was expected",
    "model.weights_kind": "{path} is of no kind that is read; weights end in {kinds}",
    "model.weights_damaged": "the weights {path} are damaged or cut short ({detail}); copy or download them again",
    "model.weights_unsafe": "the weights {path} hold program code beside numbers and were not opened; use the .safetensors file of the same model",
    "model.other_weights": "the weights {path} are not those of {name} ({detail})",
    "model.no_network": "{endpoint} cannot be reached ({detail}). On a computer with a network open {url} and save {files}, copy it here, then: propvault model install {name} --weights FILE",
    "model.no_network_tokenizer": "{endpoint} cannot be reached ({detail}). On a computer with a network open {url} and save {files}, then {tokenizer_url} and save tokenizer.json and tokenizer_config.json; copy them here into one folder, then: propvault model install {name} --weights FOLDER",
    "model.no_tokenizer": "{name} also needs the tokenizer of {repo}, which cannot be fetched ({detail}). On a computer with a network open {url}, save tokenizer.json and tokenizer_config.json, and put both beside the weights or name their folder with --tokenizer",
    "model.no_text_config": "{name} also needs the description of its text tower, which cannot be fetched ({detail}). On a computer with a network open {url}, save config.json and put it beside the weights",
    "model.no_tokenizer_here": "{path} has no {file}",
    "model.bad_tokenizer": "the tokenizer in {path} cannot be read ({detail}); is tokenizer_config.json beside tokenizer.json?",
    "model.not_on_hub": "{url} has no {files}",
    "model.bad_download": "{file} is not the file that the hub states and was deleted; install again",
    "model.too_large": "{file} would take {gigabytes} GB; models whose tower exceeds 1.9 GB cannot be installed",
    "model.not_two_towers": "{name} is a {kind}, not a pair of a picture and a text tower",
    "model.preprocessing": "its preprocessing cannot be described in a model folder: {steps}",
    "model.tokenizer": "its tokenizer cannot be written as tokenizer.json ({detail})",
    "model.tokens_differ": "the exported tokenizer of {name} gives other tokens than open_clip for {count} sentences, first: {text}; nothing was installed",
    "model.differs": "the exported {name} is not open_clip's (smallest cosine {picture} over pictures, {text} over sentences); nothing was installed",
    "model.cannot_write": "{path} cannot be written or read ({detail}); nothing was installed",
    "error.unexpected": "something unexpected went wrong ({detail}); the log is {path}",
    "usage.bad": "{detail}",
    "search.unsure": "nothing matches well; these are the nearest",
    "search.nothing": "nothing matches",
    "model.not_ready": "answered by {instead}: {name} has seen {done} of {total} photos; `propvault model use {name}` goes on",
    "model.no_answer": "searched tags and names only: model {name} has seen {done} of {total} photos; `propvault model use {name}` lets it see the rest from the previews",
    "search.translated": "searched as: {text}",
    "why.similar": "looks like it",
    "why.tag": "tag {name}",
    "why.likely": "likely {name}",
    "why.text": "its name, folder or tags say so",
    "why.filter": "fits {name}",
    "why.minus": "less like {name}",
    "search.not_yet": "character {column}: {found}: is not understood yet by this version",
    "search.unknown_value": "character {column}: {facet} has no value {found}; the nearest is {nearest}",
    "search.hits": "{shown} of {found}",
    "tui.search": "search: 斑驳的墙, peeling wall, material:砖 …",
    "tui.empty": "nothing matches; try fewer words",
    "tui.found": "{found} photos · {milliseconds} ms",
    "tui.pictures": "pictures by {how}",
    "tui.quit": "Quit",
    "tui.focus_search": "Search",
    "demo.folder_taken": "{path} is there already; give the demo a new folder",
    "demo.importing": "importing the sample camera folder (renders, not photographs)",
    "demo.searching": "search {query}",
    "demo.exported": "reference set {preset}: {count} pictures in {path}",
    "demo.vault": "the demo vault is {path}; open it with: propvault --vault {path}",
    "export.wrote_one": "1 picture written to {path}",
    "export.wrote": "{count} pictures written to {path}",
    "export.would_one": "1 picture would be written to {path}",
    "export.would": "{count} pictures would be written to {path}",
    "export.refusing": "refusing {name}: {why}",
    "tui.no_terminal": "the browse screen needs a terminal; `propvault search QUERY` works without one",
    "import.near_one": "1 new photo repeats a better one; `propvault groups` shows it",
    "import.near": "{count} new photos repeat better ones; `propvault groups` shows them",
    "groups.progress": "comparing: {done} of {total} pairs, {left} left",
    "groups.same": "same exposure, keeping {name}: {why}",
    "groups.take": "takes, shown as {name}: {why}",
    "groups.count_same": "groups of one exposure: {count}",
    "groups.count_take": "stacks of takes: {count}",
    "groups.would_keep": "would keep {new} instead of {old}: {why}",
    "groups.would_change": "groups that would have another keeper: {count}; --apply sets these rules",
    "groups.applied": "the rules are set; groups with another keeper: {count}",
    "groups.apply_what": "--apply needs --rules with the rules to apply",
    "groups.no_terminal": "--review needs a terminal; `propvault groups --json` lists groups without one",
    "groups.reviewed": "groups decided: {count}",
    "review.same": "{number} of {total} · one exposure? The first is kept: {why}",
    "review.take": "{number} of {total} · takes of one subject? Shown as the first: {why}",
    "review.kept": "kept",
    "review.keys": "Enter right · s same · t takes · d different · k keep one · o one is out · x discard one · n later · u undo · q quit",
    "review.which": "which one, 1 to {count}?",
    "keeper.no_rule": "there is no keeper rule {rule}, or it is named twice; the rules are {known}",
    "keeper.chosen": "you chose it",
    "keeper.raw": "it has the camera RAW",
    "keeper.camera": "it still says which camera took it and when",
    "keeper.quantisation": "it is compressed less",
    "keeper.pixels": "it has the most pixels: {most} megapixels, the next {next}",
    "keeper.sharpest": "it is the sharpest",
    "keeper.least_cropped": "it shows more; the next shows {share} of it",
    "keeper.oldest": "it is the oldest",
    "keeper.alike": "no rule tells them apart",
    "keeper.first_take": "it was taken first",
    "keep.alone": "{name} is in no group and no stack",
    "keep.done": "kept; `propvault undo` takes it back",
    "split.alone": "{name} has no group and no stack to be taken out of",
    "split.done": "taken out; `propvault undo` takes it back",
    "relate.itself": "{name} was named twice; name two photos",
    "relate.done": "remembered; `propvault undo` takes it back",
    "discard.done_one": "1 photo discarded; your own file is untouched, `propvault undo` brings it back",
    "discard.done": "{count} photos discarded; your own files are untouched, `propvault undo` brings them back",
    "trash.only_one": "1 photo in the trash is on no other connected disk: deleting it may be for good",
    "trash.only": "{count} photos in the trash are on no other connected disk: deleting them may be for good",
    "trash.ask": "Delete {count} stored copies ({size} MB)? This cannot be undone",
    "trash.done": "stored copies deleted: {count}",
    "done.relate_same": "{one} and {other} are the same exposure",
    "done.relate_take": "{one} and {other} are takes",
    "done.relate_different": "{one} and {other} are different",
    "done.group_same": "{name} and its group of {count} are one exposure",
    "done.group_take": "{name} and its group of {count} are takes",
    "done.group_different": "{name} and its group of {count} are different",
    "done.keep": "keep {name}",
    "done.split_one": "take {name} out of its group",
    "done.split": "take {name} and others out of their groups: {count}",
    "done.discard_one": "discard {name}",
    "done.discard": "discard {name} and others: {count}",
    "tag.no_facet": "{found} names no facet; write facet:value with one of {known}",
    "tag.no_value": "{facet} has no value {found}; the nearest is {near}",
    "tag.nothing": "nothing to add or remove; use --add facet:value or --remove facet:value",
    "describe.done_one": "1 photo changed; `propvault undo` takes it back",
    "describe.done": "{count} photos changed; `propvault undo` takes it back",
    "done.rate_one": "rate {name}: {stars}",
    "done.rate": "rate {name} and others ({count}): {stars}",
    "done.tag_one": "tag {name}: {tags}",
    "done.tag": "tag {name} and others ({count}): {tags}",
    "undo.nothing": "there is nothing to undo",
    "redo.nothing": "there is nothing to redo",
    "undo.changed_since": "step {number} no longer applies: what it changed was changed again since",
    "undo.done": "undone: {what}",
    "redo.done": "done again: {what}",
    "history.empty": "nothing was decided yet",
    "hit.takes": "{count} takes",
    "hit.repeats_one": "1 repeat",
    "hit.repeats": "{count} repeats",
    "show.discarded": "discarded; `propvault undo` or a look at `propvault history` may bring it back",
    "show.same": "same exposure as {names}; kept is {kept}: {why}",
    "show.take": "takes with {names}; shown as {kept}: {why}",
    "doctor.ok": "{count} photos, {files} stored copies: all in order",
    "doctor.database": "the database says: {detail}",
    "doctor.copy_missing": "the stored copy {path} is missing; import its source again",
    "doctor.copy_changed": "the stored copy {path} is not what was stored",
    "doctor.preview_missing": "the preview of {name} is missing",
    "doctor.stray": "{path} belongs to no photo",
    "doctor.repaired": "repaired: {path}",
    "target.preset_unreadable": "The preset {path} cannot be read: {detail}.",
    "target.preset_unknown_key": (
        "The preset {path} has a key that nobody knows: {key}. Known here: {known}."
    ),
    "target.preset_missing_key": "The preset {path} lacks the key {key}.",
    "target.preset_wrong_value": (
        "The preset {path} has a wrong value for {key}; expected {expected}."
    ),
    "target.preset_bad_name": (
        "A preset's file name is lower-case letters, digits and hyphens, not {name} ({path})."
    ),
    "target.preset_not_found": "There is no preset {name}. There are: {known}.",
    "target.in_order": "number {number} of the selection",
    "target.repeated": "it is in the selection already",
    "target.offline": "no disk with this photo is connected",
    "target.too_small": "{width}×{height} pixels; the target needs at least {least} on each side",
    "target.aspect": (
        "{width}×{height} is {aspect} wide to one high; the target takes {least} to {most}"
    ),
    "target.over_count": "the target takes {most} pictures, and better ones were there",
    "target.over_bytes": (
        "it cannot be made smaller than {most} bytes without going below the least size ({path})"
    ),
    "target.too_few": "Only {count} pictures; the target needs at least {least}.",
    "target.prompt_shortened": (
        "The prompt ({language}) was shortened to the target's {most} characters."
    ),
    "export.target_is_file": (
        "{path} is a file. Name a folder that is not there yet, or an empty one."
    ),
    "export.target_not_empty": (
        "The folder {path} is not empty, and nothing in it is touched. Name a folder that"
        " is not there yet."
    ),
    "export.target_is_set": (
        "{path} already holds an unchanged reference set. Delete that folder to export "
        "anew, or name another."
    ),
    "export.target_is_changed_set": (
        "{path} already holds a reference set that was changed since ({count}: {files}). "
        "Name another folder, or move what you changed away first."
    ),
    "export.disk_full": "The disk is full; no part of the set was left at {path}.",
    "export.cannot_write": "The set cannot be written to {path}: {detail}.",
    "export.source_changed": "{file} was made from a file that changed since it was imported.",
    "export.nothing_to_write": "No photo is left to export, so nothing was written.",
}


@dataclass(frozen=True)
class Reason:
    """Why something happened, in no language yet."""

    code: str
    """Dotted name such as ``picture.truncated``; stable, shown in JSON."""
    arguments: tuple[tuple[str, Argument], ...] = ()
    """Sorted (name, value) pairs that fill the template."""

    @classmethod
    def of(cls, code: str, **arguments: Argument) -> Reason:
        """Make a reason from keyword arguments."""
        return cls(code, tuple(sorted(arguments.items())))

    def get(self, name: str) -> Argument | None:
        """Return the argument called ``name``, or None."""
        return dict(self.arguments).get(name)


def word(reason: Reason, language: Language = "en") -> str:
    """Word a reason; arguments are made safe for a terminal with `printable`.

    An unknown code is shown as the code itself with its arguments, never an exception: a reason
    is often all that is left of a failure.
    """
    arguments = {
        name: printable(value) if isinstance(value, str) else value
        for name, value in reason.arguments
    }
    # A count of one has a wording of its own where English needs it: "1 video", not "1 videos".
    single = f"{reason.code}_one" if arguments.get("count") == 1 else reason.code
    template = ENGLISH.get(single, ENGLISH.get(reason.code))
    if template is None:
        return " ".join([reason.code, *(f"{k}={v}" for k, v in arguments.items())])
    return _catalogue(language).gettext(template).format(**arguments)


def say(code: str, language: Language = "en", **arguments: Argument) -> str:
    """Word a code and its arguments in one step."""
    return word(Reason.of(code, **arguments), language)


def printable(text: str) -> str:
    """Return ``text`` with all that could steer a terminal made visible.

    Control, format (bidirectional overrides among them) and surrogate characters become
    backslash escapes; Unicode categories per UAX #44.
    """
    if text.isprintable():
        return text
    return "".join(
        c.encode("unicode_escape", "surrogatepass").decode()
        if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")
        else c
        for c in text
    )


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    folder = Path(__file__).parent / "locale"
    return gettext.translation("propvault", folder, languages=[language], fallback=True)

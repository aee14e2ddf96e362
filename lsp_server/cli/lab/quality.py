"""`holegram eval fill`, `typing` and `ladder`: how good suggestions are, on the user's own files.

Models run in one thread, whose own clock tells the times.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.context import judge_of, language_named
from lsp_server.cli.lab.options import Kinds, MaxTokens, Models, Project, Sample, files_of, function_named
from lsp_server.cli.options import Adapter, Data, Examples, Json, Lang, Model, Seed, print_json
from lsp_server.features.eagerness import LEAST_CHANCE, Eagerness

if TYPE_CHECKING:
    from lsp_server.lab.material.neighbours import Beside
    from lsp_server.lab.quality.closing import ClosedPair
    from lsp_server.languages import Language
    from lsp_server.languages.sources import Source

Cuts = Annotated[int, typer.Option("--cuts", metavar="N", min=1, help="How many cuts of each kind to make.")]


def fill(
    ctx: typer.Context,
    lang: Lang,
    data: Data,
    kind: Kinds = None,
    cuts: Cuts = 150,
    max_tokens: MaxTokens = 48,
    curve: Annotated[
        bool,
        typer.Option("--curve", help="Also print what would change if only surer suggestions were shown."),
    ] = False,
    retrieval: Annotated[
        bool,
        typer.Option(
            "--retrieval",
            help="Print instead how much likelier passages make what a person had written, by their source.",
        ),
    ] = False,
    examples: Examples = None,
    project: Project = None,
    sample: Sample = None,
    seed: Seed = 0,
    model: Model = None,
    adapter: Adapter = None,
    as_json: Json = False,
) -> None:
    """Cut text out of files, and compare suggestions with what a person had written there."""
    language = language_named(ctx, lang)
    if retrieval:
        sources = files_of(language, data, sample, seed)
        _print_gains(language, sources, model, examples or (), kind, cuts, seed, as_json=as_json)
        return

    from lsp_server.cli.lab.scores import print_curve, print_fill
    from lsp_server.cli.screen import progress
    from lsp_server.lab.material.cuts import KINDS
    from lsp_server.lab.material.neighbours import texts_alone
    from lsp_server.lab.quality.fillers import line_ending, own, product, word_ending
    from lsp_server.lab.quality.filling import accepted, fill_cuts, fill_report
    from lsp_server.models import load_model
    from lsp_server.models.loading import adapted

    judge = judge_of(ctx, language)
    sources = accepted(files_of(language, data, sample, seed), judge)
    kinds = kind or list(KINDS)
    fillers = {
        "holegram": product(adapted(load_model(model, threads=1), adapter), max_tokens),
        "words of the file": own(word_ending),
        "lines of the file": own(line_ending),
    }
    with progress(f"{language.id}, fill", cuts * len(kinds)) as step:
        filled = fill_cuts(
            language,
            sources,
            judge,
            fillers,
            kinds=kinds,
            cuts=cuts,
            seed=seed,
            knows=texts_alone(_beside(language, project)),
            progress=step,
        )
    report = fill_report(language, len(sources), seed, filled)
    if as_json:
        print_json(report)
        return
    print_fill(report)
    if curve:
        print_curve(report)


def _print_gains(
    language: Language,
    sources: Sequence[Source],
    model: str | None,
    examples: Sequence[Path],
    kinds: Sequence[str] | None,
    cuts: int,
    seed: int,
    *,
    as_json: bool,
) -> None:
    from lsp_server.cli.lab.scores import print_gains
    from lsp_server.cli.screen import progress
    from lsp_server.lab.quality.gains import measure_gains
    from lsp_server.models import load_model
    from lsp_server.retrieval import PassageOrigin, PassageStore, SourceText, bundle_texts, folder_texts

    texts = {
        "bundle": bundle_texts(language),
        "project": (SourceText(PassageOrigin.WORKSPACE, one.name, one.text) for one in sources),
        **({"folders": folder_texts(language, examples)} if examples else {}),
    }
    stores = {name: PassageStore(language, None) for name in texts}
    for name, store in stores.items():
        store.update(texts[name])
    kind = next(iter(kinds or ()), "rest-of-line")
    with progress(f"{language.id}, retrieval", cuts) as step:
        gains, rows = measure_gains(
            language,
            sources,
            load_model(model, threads=1),
            stores,
            kind=kind,
            cuts=cuts,
            seed=seed,
            progress=step,
        )
    if as_json:
        print_json({"rows": rows, "gains": gains})
    else:
        print_gains(rows)


def typing(
    ctx: typer.Context,
    lang: Lang,
    data: Data,
    files: Annotated[int, typer.Option("--files", metavar="N", min=1, help="Files to type in.")] = 12,
    lines: Annotated[
        int, typer.Option("--lines", metavar="N", min=1, help="The most lines to type in each file.")
    ] = 25,
    keys_per_second: Annotated[
        float, typer.Option("--keys-per-second", metavar="R", min=0.1, help="How fast the person types.")
    ] = 5.0,
    accept: Annotated[
        str,
        typer.Option(
            "--accept",
            metavar="word|whole|never",
            help="What one key accepts: a word, the whole suggestion, or nothing.",
        ),
    ] = "word",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Type as into a new file, without the text after those lines.")
    ] = False,
    closing: Annotated[
        bool,
        typer.Option("--closing", help="Type in an editor that closes brackets and quotes, as VS Code does."),
    ] = False,
    project: Project = None,
    eagerness: Annotated[
        Eagerness, typer.Option(metavar="LEVEL", help="How readily suggestions are shown.")
    ] = Eagerness.BALANCED,
    least: Annotated[
        float | None,
        typer.Option(
            metavar="P",
            min=0,
            max=1,
            help="Show suggestions that are right with this chance (0 to 1) or more, whatever the level.",
            show_default=False,
        ),
    ] = None,
    max_tokens: MaxTokens = 48,
    sample: Sample = None,
    seed: Seed = 0,
    model: Model = None,
    adapter: Adapter = None,
    as_json: Json = False,
) -> None:
    """Type lines of files again, key by key, and accept each suggestion that is right.

    Time is virtual: it moves by the keys, and by what each request really took.
    """
    language = language_named(ctx, lang)

    from lsp_server.cli.lab.scores import print_saving
    from lsp_server.cli.screen import progress
    from lsp_server.errors import UsageError
    from lsp_server.lab.material.neighbours import neighbours, project_names
    from lsp_server.lab.quality.fillers import line_ending, word_ending
    from lsp_server.lab.quality.saving import by_model, by_text, measure_saving, stretches
    from lsp_server.lab.quality.typist import Accept, Habits
    from lsp_server.models import load_model
    from lsp_server.models.loading import adapted

    if accept not in list(Accept):
        raise UsageError(f"no way to accept called '{accept}'", remedy=f"known are: {', '.join(Accept)}")
    sources = files_of(language, data, sample, seed)
    known = files_of(language, project) if project else ()
    texts = stretches(
        sources,
        files=files,
        lines=lines,
        seed=seed,
        fresh=fresh,
        beside=neighbours(language, known),
        around=project_names(language, known) if known else None,
    )
    bound = LEAST_CHANCE[eagerness] if least is None else least
    suggesters = {
        "holegram": by_model(
            adapted(load_model(model, threads=1), adapter), max_tokens, bound, in_editor=closing
        ),
        "words of the file": by_text(word_ending),
        "lines of the file": by_text(line_ending),
    }
    habits = Habits(keys_per_second, Accept(accept), _closed_by_editors(language) if closing else ())
    with progress(f"{language.id}, typing", len(texts)) as step:
        report = measure_saving(language, texts, suggesters, habits, seed=seed, progress=step)
    if as_json:
        print_json(report.as_json())
    else:
        print_saving(report)


def _closed_by_editors(language: Language) -> tuple[ClosedPair, ...]:
    """What VS Code is told to close in a language."""
    from lsp_server.editors import textmate, vscode
    from lsp_server.editors.terminals import terminals
    from lsp_server.lab.quality.closing import closed_pairs

    lexemes, enclosed, _ = terminals(language)
    quotes = textmate.quotes_of(language, lexemes, enclosed)
    return closed_pairs(vscode.language_configuration(language, quotes, enclosed)["autoClosingPairs"])


def ladder(
    ctx: typer.Context,
    lang: Lang,
    data: Data,
    model: Models = None,
    adapter: Annotated[
        str | None,
        typer.Option(
            "--adapter",
            metavar="NAME",
            help="Also under this adapter, made of DIR: at cursors in files that it has not learnt from.",
            show_default=False,
        ),
    ] = None,
    control: Annotated[
        str | None,
        typer.Option(
            "--control", metavar="NAME", help="Also under this one, of another project.", show_default=False
        ),
    ] = None,
    tune: Annotated[
        bool,
        typer.Option(
            "--tune",
            help="Tune on DIR first, as `holegram tune` does, but install nothing.",
        ),
    ] = False,
    examples: Examples = None,
    kind: Kinds = None,
    cuts: Cuts = 30,
    max_tokens: MaxTokens = 48,
    sample: Sample = None,
    seed: Seed = 0,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE", help="Also draw it, as SVG.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare a model at the same cursors with ever more of what Holegram knows.

    The rungs are levels, each with more than the one before: the model alone (off), held to the text before
    the cursor (left), to that after it too (both), and to names that exist (names); then it may copy from
    texts nearby (nearby). After them come adapters. DIR is one project.
    """
    language = language_named(ctx, lang)

    from lsp_server.cli.lab.scores import print_ladder
    from lsp_server.cli.lab.tune import learn, tunable
    from lsp_server.cli.screen import progress
    from lsp_server.features.project import Project as Folder
    from lsp_server.lab.material.cuts import KINDS
    from lsp_server.lab.material.neighbours import all_of
    from lsp_server.lab.quality.filling import accepted
    from lsp_server.lab.quality.ladder import CONTROL, TUNED, Rung, climb, drawn
    from lsp_server.models import load_model
    from lsp_server.models.loading import adapted
    from lsp_server.training.config import TrainingConfig
    from lsp_server.training.material import read_material
    from lsp_server.training.tuning import run_directory

    judge = judge_of(ctx, language)
    # `tune` always splits a folder in the same way; what it does not learn from is asked for.
    material = read_material(language, [data]) if adapter or tune else None
    sources = accepted(material.held_out if material else files_of(language, data, sample, seed), judge)
    kinds = kind or list(KINDS)
    knows = all_of(Folder(language, data, examples or ()))
    rungs: list[Rung] = []
    for name in (None, *(model or ())):
        network, worn = load_model(name, threads=1), {TUNED: adapter, CONTROL: control}
        under = {rung: adapted(network, one) for rung, one in worn.items() if one and name is None}
        if material and not adapter and name is None:
            config = TrainingConfig((), run_directory() / f"ladder-{language.id}", seed=seed)
            under = {TUNED: learn(language, tunable(network), name, material, config)[1], **under}
        with progress(f"{language.id}, {name or 'bundled'}", cuts * len(kinds)) as step:
            rungs += climb(
                language,
                sources,
                judge,
                (name or "bundled", network),
                kinds=kinds,
                cuts=cuts,
                max_tokens=max_tokens,
                seed=seed,
                knows=knows,
                under=under,
                progress=step,
            )
    if plot is not None:
        plot.write_text(drawn(f"{language.id}: exact line", rungs), encoding="utf-8")
    if as_json:
        print_json(rungs)
    else:
        print_ladder(language.id, len(sources), seed, rungs)


def write(
    ctx: typer.Context,
    lang: Lang,
    pairs: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="JSON lines with instruction and answer, and perhaps context.",
            show_default=False,
        ),
    ],
    model: Models = None,
    sample: Annotated[int, typer.Option(metavar="N", min=1, help="How many pairs to ask.")] = 20,
    max_tokens: MaxTokens = 160,
    same: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:FUNCTION",
            help="What makes texts that mean the same equal.",
            show_default="equal but for blanks",
        ),
    ] = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Have code written from words: by a model alone, with the grammar, with names, with examples."""
    language = language_named(ctx, lang)

    from lsp_server.cli.lab.scores import print_written
    from lsp_server.cli.screen import progress
    from lsp_server.lab.quality.writing import measure_writing, read_pairs
    from lsp_server.models import load_model

    judge, found = judge_of(ctx, language), read_pairs(pairs)
    rows = []
    for name in (None, *(model or ())):
        with progress(f"{language.id}, {name or 'bundled'}", sample) as step:
            rows += measure_writing(
                language,
                found,
                (Path(name or "bundled").name, load_model(name, threads=1)),
                judge,
                sample=sample,
                max_tokens=max_tokens,
                seed=seed,
                normal=function_named(same) if same else None,
                progress=step,
            )
    if as_json:
        print_json(rows)
    else:
        print_written(rows)


def bits(
    ctx: typer.Context,
    lang: Lang,
    data: Data,
    places: Annotated[
        int, typer.Option("--places", metavar="N", min=1, help="How many places of each kind.")
    ] = 200,
    model: Models = None,
    sample: Sample = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Ask models how likely what people wrote is: bits for each byte, without a grammar."""
    language = language_named(ctx, lang)

    from lsp_server.cli.screen import console, progress, table
    from lsp_server.lab.quality.bits import measure_bits
    from lsp_server.models import load_model

    sources = files_of(language, data, sample, seed)
    found = {}
    for name in (None, *(model or ())):
        loaded, shown = load_model(name, threads=1), Path(name or "bundled").name
        with progress(f"{language.id}, {shown}", places) as step:
            found[shown] = measure_bits(language, sources, loaded, places=places, seed=seed, progress=step)
    if as_json:
        print_json(found)
        return
    rows = [
        (name, row.kind, f"{row.places:,}", f"{row.bytes:,}", f"{row.bits_per_byte:.3f}")
        for name, some in found.items()
        for row in some
    ]
    console().print(table(("model", "text", "places", "bytes", "bits per byte"), rows))


def lists(
    ctx: typer.Context,
    lang: Lang,
    data: Data,
    words: Annotated[
        int, typer.Option("--words", metavar="N", min=1, help="How many words to take out of files.")
    ] = 200,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Print each word that is missing in its list.")
    ] = False,
    project: Project = None,
    sample: Sample = None,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Take words out of files, ask a server for the list at each, and look for the word in it."""
    language = language_named(ctx, lang)

    from lsp_server.cli.lab.scores import print_lists
    from lsp_server.cli.screen import progress
    from lsp_server.lab.quality.lists import ListClient, draw, measure_lists, rows

    sources = files_of(language, data, sample, seed)
    drawn = draw(language, sources, words=words, seed=seed)
    with progress(f"{language.id}, lists", len(drawn) * len(ListClient)) as step:
        found = [
            one
            for editor in ListClient
            for one in measure_lists(language, drawn, editor, project=project, progress=step)
        ]
    if as_json:
        print_json([row.as_json() for row in rows(found)])
    else:
        print_lists(language.id, rows(found), [one for one in found if one.rank is None] if verbose else ())


def _beside(language: Language, project: Path | None) -> Beside:
    """What is known beside each file: the files of the project near it, and the language's examples."""
    from lsp_server.lab.material.neighbours import neighbours

    return neighbours(language, files_of(language, project) if project else ())

"""`matcher train`, `matcher evaluate` and `matcher models`: what an event's own answers teach, as versions of the model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:  # heavy modules are imported when the command runs, so that --help answers at once
    from collections.abc import Sequence

    from matcher.models.feedback import Judgement, Learned
    from matcher.models.responses import Shown
    from matcher.models.versions import Versions

    from matcher.event import EventSettings
    from matcher.profiles import Problem

RESPONSES = click.argument("responses", type=click.Path(path_type=Path))
REGISTRATIONS = click.option(
    "--registrations",
    type=click.Path(path_type=Path),
    multiple=True,
    required=True,
    help="The registration file of the event; again for each event in RESPONSES.",
)
EVENT = click.option("--event", "event_file", type=click.Path(path_type=Path), help="The event's settings, an event.toml.")
MODELS = click.option(
    "--models",
    "root",
    type=click.Path(path_type=Path),
    default=Path("trained-models"),
    show_default=True,
    help="Folder of the versions; name it under [models] reranker to use the active one.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")


@click.command()
@RESPONSES
@REGISTRATIONS
@EVENT
@MODELS
@click.option("--activate", is_flag=True, help="Put the new version in use at once, if it is better.")
@JSON
def train(
    responses: Path, registrations: tuple[Path, ...], event_file: Path | None, root: Path, activate: bool, as_json: bool
) -> None:
    """Learn from answers: a new version is saved only if it tells answers that it has not seen better.

    RESPONSES is a CSV with for_id, from_id, rank, shown_at, response (interested, no_thanks, met, already_know or empty), and
    where there are any rating (1 to 5), met (yes, no) and event (name of the registration file). Entries that were shown and
    not answered belong in it.
    """
    from datetime import UTC, datetime

    from matcher.models.feedback import learn
    from matcher.models.reranker import Reranker
    from matcher.models.versions import Versions

    from matcher.features import FEATURE_NAMES

    settings = _settings(event_file)
    shown, encoder = _shown(responses, registrations, settings)
    versions = Versions(root)
    # Always from the shipped model, with all answers: answers learned from twice would count twice.
    learned = learn(Reranker.load(None, FEATURE_NAMES), shown)
    saved = None
    if learned.better:
        until = datetime.fromtimestamp(float(shown.times.max()), UTC).isoformat()
        facts = learned.facts | {"trained_until": until, "reason": learned.reason}
        saved = versions.save(learned.reranker, {"encoder": encoder, "learned": facts}, card(learned, until))
        if activate:
            versions.activate(saved)
    _told(learned, versions, saved, activate, as_json)


@click.command()
@RESPONSES
@REGISTRATIONS
@EVENT
@MODELS
@JSON
def evaluate(responses: Path, registrations: tuple[Path, ...], event_file: Path | None, root: Path, as_json: bool) -> None:
    """Tell how well each version of the model tells the answers that none of them was trained on."""
    import json
    from datetime import datetime

    from matcher.models.feedback import judge, per_answer
    from matcher.models.reranker import Reranker
    from matcher.models.versions import Versions

    from matcher.errors import MatcherError
    from matcher.features import FEATURE_NAMES

    versions = Versions(root)
    shown, _ = _shown(responses, registrations, _settings(event_file))
    until = []
    for name in versions.names()[1:]:
        about = json.loads((versions.folder(name) / "metrics.json").read_text(encoding="utf-8"))
        until.append(datetime.fromisoformat(about["learned"]["trained_until"]).timestamp())
    fresh = shown[shown.times > max(until)] if until else shown
    if not fresh.answered.any():
        raise MatcherError(
            f"{int(shown.answered.sum())} answers, none to entries shown after the last version was trained",
            "answers that no version has seen",
            "evaluate later, or name another --models folder",
        )
    rows: dict[str, dict[str, Any]] = {}
    first = None
    for name in versions.names():
        found, scores = judge(Reranker.load(versions.folder(name), FEATURE_NAMES), fresh)
        first = scores if first is None else first
        gain = per_answer(scores - first, fresh, 0.95)
        rows[name] = {"active": name == versions.active(), **_figures(found), "gain": [gain.mean, gain.low, gain.high]}
    if as_json:
        click.echo(json.dumps({"answers": int(fresh.answered.sum()), "entries": len(fresh), "versions": rows}, indent=1))
        return
    click.echo(f"{int(fresh.answered.sum())} answers to {len(fresh)} entries that no version was trained on")
    click.echo("version    log score per answer [95 %]    better than shipped [95 %]  pairs ordered rightly")
    for name, row in rows.items():
        mark = "*" if row["active"] else " "
        click.echo(f"{mark}{name:8}  {_range(row['log_score'])}  {_range(row['gain'], '+')}  {row['ordered_rightly']:.3f}")
    click.echo("* in use", err=True)


@click.command()
@click.argument("root", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--activate", "name", metavar="VERSION", help="Put this version in use.")
@click.option("--rollback", is_flag=True, help="Put the version in use that was in use before.")
def models(root: Path, name: str | None, rollback: bool) -> None:
    """List the versions in FOLDER, put one in use, or go back to the one before."""
    from matcher.models.versions import Versions

    versions = Versions(root)
    if name and rollback:
        raise click.UsageError("--activate and --rollback cannot be given together")
    if name:
        versions.activate(name)
    elif rollback:
        versions.rollback()
    for version in versions.names():
        click.echo(f"{'*' if version == versions.active() else ' '} {version}")


def card(learned: Learned, until: str) -> str:
    """The model card of a version, in Markdown."""
    facts = learned.facts
    looked = ", ".join(f"{share:.2f}" for share in facts["looked at, by rank"][:10])
    held = facts["held back"]
    return "\n".join(
        [
            "# A reranker that learned from an event's answers",
            "",
            f"Trained from `{facts['prior']}` on {facts['answers']} answers to {facts['entries']} shown entries, the last shown "
            f"at {until}; once silence is weighed by the chance that it was looked at, {facts['effective entries']:.0f} "
            "equally weighted entries tell as much (Kish).",
            "",
            f"On {held['answers']} held-back answers of {held['people']} people, always later ones than those trained on:",
            "",
            "| model | log score per answer [95 %] | pairs ordered rightly |",
            "|---|---|---|",
            *(
                f"| {name} | {found.log_score} | {found.accuracy:.3f} |"
                for name, found in (("before", learned.old), ("this one", learned.new))
                if found
            ),
            "",
            f"Difference per answer: {learned.gain} (90 % interval over people; above zero, or it would not have been saved).",
            "",
            f"Chance that an entry was looked at, by rank from 1: {looked}. Of those who look and are not interested, "
            f"{facts['says no in words']:.0%} say so.",
            "",
            "Means what the model before it means, at events like the one it learned from; elsewhere use the shipped model.",
            "",
        ]
    )


def _told(learned: Learned, versions: Versions, saved: str | None, activate: bool, as_json: bool) -> None:
    import json

    if as_json:
        both = {"old": learned.old, "new": learned.new}
        figures = {name: _figures(one) for name, one in both.items() if one is not None}
        facts = {"version": saved, "active": versions.active(), "better": learned.better, "reason": learned.reason}
        click.echo(json.dumps(facts | {"held_back": figures, "facts": learned.facts}, indent=1))
        return
    click.echo(f"{learned.facts['answers']} answers to {learned.facts['entries']} entries: {learned.reason}")
    if learned.old and learned.new:
        before, after = learned.old.accuracy, learned.new.accuracy
        click.echo(f"Pairs of held-back answers ordered rightly: {before:.3f} before, {after:.3f} with what was learned")
    if saved:
        click.echo(f"Saved:   {versions.folder(saved)} ({'in use' if activate else 'not in use yet'}), with its card")
        if not activate:
            click.echo(f"Use it:  matcher models {versions.root} --activate {saved}")


def _figures(found: Judgement) -> dict[str, Any]:
    score = found.log_score
    return {"log_score": [score.mean, score.low, score.high], "ordered_rightly": found.accuracy}


def _range(interval: Sequence[float], sign: str = "") -> str:
    mean, low, high = (f"{value:{sign}.4f}" for value in interval)
    return f"{mean} [{low}, {high}]"


def _settings(event_file: Path | None) -> EventSettings:
    from matcher.event import EventSettings, load_event

    return load_event(event_file) if event_file else EventSettings()


def _shown(responses: Path, registrations: Sequence[Path], settings: EventSettings) -> tuple[Shown, str]:
    """What was shown, with features, and the name of the encoder; rows that cannot be used are told on stderr."""
    import numpy as np
    from matcher.models.encoder import Encoder
    from matcher.models.responses import Shown
    from matcher.service.settings import machine_settings

    from matcher.eligibility import Eligibility
    from matcher.errors import MatcherError
    from matcher.features import FEATURE_NAMES, EventFeatures
    from matcher.goals import complete
    from matcher.profiles import Problem
    from matcher.registration import read_registration
    from matcher.response_file import read_responses

    entries, found = read_responses(responses)
    problems: list[Problem] = list(found)
    names = [path.name for path in registrations]
    if len(set(names)) < len(names):
        raise MatcherError("two registration files of one name", "a name each, for the event column", "rename one")
    people = {path.name: [complete(a) for a in read_registration(path, settings.columns).attendees] for path in registrations}
    place = {(name, person.id): at for name, all_ in people.items() for at, person in enumerate(all_)}
    takes_part = {name: Eligibility(all_, settings).takes_part for name, all_ in people.items()}
    used: dict[str, list[tuple[int, int, int]]] = {name: [] for name in names}
    for number, entry in enumerate(entries):
        event = entry.event or (names[0] if len(names) == 1 else "")
        if event not in people:
            what = f"one of {', '.join(names)} (the registration files given)"
            problems.append(Problem(entry.row, "event", f"event {event!r}", f"expected {what}", used=False))
            continue
        reader, other = place.get((event, entry.for_id)), place.get((event, entry.from_id))
        if reader is None or other is None or reader == other:
            column = "for_id" if reader is None else "from_id"
            problems.append(Problem(entry.row, column, f"{column} is not in {event}", "expected two ids of attendees", used=False))
        elif takes_part[event][[reader, other]].all():  # who has withdrawn is not learned from, and not told about
            used[event].append((number, reader, other))
    _tell_problems(problems)
    chosen = [row for name in names for row in used[name]]
    if not chosen:
        raise MatcherError(f"{responses} has no row that can be used", "entries shown to attendees", "see the rows named above")
    cache = machine_settings().cache
    cache.mkdir(parents=True, exist_ok=True)
    encoder = Encoder(settings.models.encoder or None, cache / "vectors.sqlite")
    blocks, viewers, offset = [np.zeros((0, len(FEATURE_NAMES)), dtype=np.float32)], [], 0
    for name in names:
        if used[name]:
            pairs = np.array([pair for _, *pair in used[name]], dtype=np.int64)
            blocks.append(EventFeatures(people[name], encoder).directed(pairs))
            viewers.append(pairs[:, 0] + offset)
        offset += len(people[name])
    rows = [entries[number] for number, *_ in chosen]
    shown = Shown(
        features=np.concatenate(blocks),
        viewers=np.concatenate(viewers),
        ranks=np.array([entry.rank for entry in rows], dtype=np.int64),
        times=np.array([entry.shown_at for entry in rows]),
        worth=np.array([entry.worth for entry in rows]),
    )
    return shown, encoder.name


def _tell_problems(problems: Sequence[Problem]) -> None:
    for problem in sorted(problems, key=lambda one: one.row)[:5]:
        click.echo(f"row {problem.row}: {problem.found}; {problem.action}", err=True)
    if len(problems) > 5:
        click.echo(f"... and {len(problems) - 5} more rows that were not used", err=True)

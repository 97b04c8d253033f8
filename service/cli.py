"""The command line: stdout is data, stderr is talk; a user's mistake is one line and exit 2."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from matcher.service.audit_command import audit
from matcher.service.backup_command import backup, restore
from matcher.service.batch_command import batch
from matcher.service.groups_command import round_tables, speed_networking
from matcher.service.match_command import earlier_pairs, match_and_write
from matcher.service.schedule_command import schedule
from matcher.service.serve_command import serve
from matcher.service.train_command import evaluate, models, train

if TYPE_CHECKING:  # heavy modules are imported by the command that needs them, so that --help answers at once
    from matcher.models.encoder import Encoder

    from matcher.event import EventSettings
    from matcher.known import KnownScores
    from matcher.pipeline import PreparedEvent
    from matcher.profiles import Attendee, Registration

FILE = click.argument("file", type=click.Path(path_type=Path))
EVENT = click.option("--event", "event_file", type=click.Path(path_type=Path), help="The event's settings, an event.toml.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")


class _OneLineErrors(click.Group):
    """Prints what the user can mend on one line and exits with 2."""

    def invoke(self, ctx: click.Context) -> Any:
        from matcher.errors import MatcherError

        try:
            return super().invoke(ctx)
        except MatcherError as error:
            click.echo(f"matcher: {error}", err=True)
            ctx.exit(2)
        except BrokenPipeError:  # the reader of our output has gone: `matcher suggest … | head`
            sys.stderr.close()
            ctx.exit(0)


@click.group(cls=_OneLineErrors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="event-matcher")
def main() -> None:
    """Whom to meet at an event, and why it is worth it to both.

    FILE is a registration export: CSV, XLSX or JSON, from Eventbrite, Tito, Luma, pretix, Cvent, Brella, b2match, Swapcard,
    or any spreadsheet with sensible headings.
    """


@main.command()
@FILE
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the results; made if missing.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    help="Folder of an earlier run: its introductions stay, late registrants are fitted in, changes.csv tells the difference.",
)
@EVENT
@JSON
def match(file: Path, out: Path, keep: Path | None, event_file: Path | None, as_json: bool) -> None:
    """Make the introductions of the whole event, with reasons, lists and a report."""
    _match(file, event_file, out, as_json, keep)


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True, help="Folder for the results.")
@JSON
def demo(out: Path, as_json: bool) -> None:
    """Run the main job on the sample event: 160 invented people at a climate-technology conference."""
    from importlib.resources import as_file, files

    with as_file(files("matcher.data")) as data:
        file, settings = data / "judged" / "climate" / "attendees.csv", data / "sample.toml"
        _match(file, settings, out, as_json)


@main.command()
@FILE
@click.option("--attendee", help="Id, e-mail or name of the person who asks.")
@click.option("--all", "everybody", is_flag=True, help="The lists of all attendees.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Length of a list.")
@click.option(
    "--order",
    type=click.Choice(["mutual", "balanced", "value"]),
    default="mutual",
    show_default=True,
    help="Good for both; for both with attention spread evenly; or good for the reader.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json"]),
    default=None,
    help="Default: csv with --all, text for one.",
)
@EVENT
@JSON
def suggest(
    file: Path,
    attendee: str | None,
    everybody: bool,
    limit: int,
    order: str,
    form: str | None,
    event_file: Path | None,
    as_json: bool,
) -> None:
    """Rank the people whom one attendee, or everybody, should meet."""
    from dataclasses import asdict

    from matcher.eligibility import Directory
    from matcher.export import write_suggestions
    from matcher.known import KnownEvent
    from matcher.suggestions import Order, known_suggestions, suggest_all
    from matcher.suggestions import suggest as suggest_one

    if everybody == (attendee is not None):
        raise click.UsageError("say whose list: --attendee ID_OR_EMAIL, or --all")
    registration, settings = _read(file, event_file)
    encoder = _encoder(settings)
    known = _known(registration, settings, encoder)
    people: tuple[Attendee, ...]
    if scored := known.get():
        event = KnownEvent.of(registration, settings, encoder)
        people = event.attendees
        person = None if everybody else Directory(people).one(attendee or "")
        lines = known_suggestions(event, scored, limit, Order(order), person)
    else:
        prepared = _prepared(registration, settings, encoder)
        people = prepared.attendees
        if everybody:
            lines = suggest_all(prepared, limit, Order(order))
            known.put(prepared.all_scored())
        else:
            lines = suggest_one(prepared, prepared.eligibility.directory.one(attendee or ""), limit, Order(order))
    form = "json" if as_json else form or ("csv" if everybody else "text")
    if form == "csv":
        write_suggestions(lines, sys.stdout)
    elif form == "json":
        _print_json([asdict(line) for line in lines])
    else:
        names = {person.id: _who(person) for person in people}
        reader = ""
        for line in lines:
            if line.for_id != reader:
                reader = line.for_id
                click.echo(f"For {names[reader]}")
            label = "one-sided" if line.one_sided else line.strength.value
            click.echo(f"{line.rank:3}. {names[line.from_id]}  [{label}, {line.mutual_score:.2f}]\n     {line.reason_for}")
        if not lines:
            click.echo("Nobody is eligible; `matcher why` tells the rule for each pair.", err=True)


@main.command()
@FILE
@click.argument("a")
@click.argument("b")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder of an earlier run whose introductions stay, as in match.")
@EVENT
@JSON
def why(file: Path, a: str, b: str, keep: Path | None, event_file: Path | None, as_json: bool) -> None:
    """Tell why A and B (ids, e-mails or names) are, or are not, introduced to each other."""
    from dataclasses import asdict

    from matcher.decisions import decide
    from matcher.explain import why as explain

    locked = earlier_pairs(keep)
    prepared, _, _ = _prepare(file, event_file)
    prepared = decide(prepared, locked).event
    find = prepared.eligibility.directory.one
    answer = explain(prepared, find(a), find(b))
    if as_json:
        _print_json(asdict(answer))
        return
    names = {person.id: _who(person) for person in prepared.attendees}
    click.echo(f"{names[answer.a_id]}  and  {names[answer.b_id]}\n{answer.verdict}")
    if answer.rule:
        return
    click.echo(
        f"  mutual score {answer.mutual_score:.2f} ({answer.strength}); {answer.a_id} welcomes {answer.b_id} with probability "
        f"{answer.value_a:.2f}, {answer.b_id} welcomes {answer.a_id} with {answer.value_b:.2f}"
    )
    for person, others, cap in (
        (answer.a_id, answer.others_a, answer.cap_a),
        (answer.b_id, answer.others_b, answer.cap_b),
    ):
        told = ", ".join(f"{other} {score:.2f}" for other, score in others) or "none"
        click.echo(f"  {person} has {len(others)} of {cap} introductions: {told}")
    if answer.gives_way:
        told = "; ".join(" and ".join(pair) for pair in answer.gives_way)
        more = "; ".join(" and ".join(pair) for pair in answer.instead)
        click.echo(f"  forcing it costs {answer.price:.2f}: it takes the place of {told}" + (f"; then come {more}" if more else ""))
    if answer.introduction:
        click.echo(f"  to {answer.a_id}: {answer.introduction.reason_a}\n  to {answer.b_id}: {answer.introduction.reason_b}")


for command in (backup, audit, batch, schedule, serve, round_tables, speed_networking, train, evaluate, models, restore):
    main.add_command(command)


def _match(file: Path, event_file: Path | None, out: Path, as_json: bool, keep: Path | None = None) -> None:
    from matcher.garbage import cycles_kept
    from matcher.parallel import processes_allowed

    event: list[tuple[PreparedEvent, Registration, EventSettings]] = []

    def prepare() -> tuple[PreparedEvent, Registration, EventSettings]:
        event.append(_prepare(file, event_file))
        return event[0]

    with processes_allowed(), cycles_kept():
        match_and_write(prepare, _title(file), out, as_json, keep)
    prepared, registration, settings = event[0]
    if keep is None:  # with an earlier run in it, the candidates are others than `suggest` would weigh
        _known(registration, settings, _encoder(settings)).put(prepared.all_scored())


def _prepare(file: Path, event_file: Path | None) -> tuple[PreparedEvent, Registration, EventSettings]:
    registration, settings = _read(file, event_file)  # before the heavy imports: a bad file is told at once
    return _prepared(registration, settings, _encoder(settings)), registration, settings


def _read(file: Path, event_file: Path | None) -> tuple[Registration, EventSettings]:
    from matcher.event import EventSettings, load_event
    from matcher.registration import read_registration

    settings = load_event(event_file) if event_file else EventSettings()
    return read_registration(file, settings.columns), settings


def _encoder(settings: EventSettings) -> Encoder:
    from matcher.models.encoder import Encoder
    from matcher.service.settings import machine_settings

    cache = machine_settings().cache
    cache.mkdir(parents=True, exist_ok=True)
    return Encoder(settings.models.encoder or None, cache / "vectors.sqlite")


def _prepared(registration: Registration, settings: EventSettings, encoder: Encoder) -> PreparedEvent:
    from matcher.models.reranker import Reranker

    from matcher.features import FEATURE_NAMES
    from matcher.pipeline import prepare

    reranker = Reranker.load(_reranker_folder(settings), FEATURE_NAMES)
    return prepare(registration, settings, encoder, reranker, progress=_is_terminal(sys.stderr))


def _known(registration: Registration, settings: EventSettings, encoder: Encoder) -> KnownScores:
    """What earlier commands have weighed of this event, in this version and with these models."""
    from matcher.models.reranker import artefact_name
    from matcher.service.settings import machine_settings

    from matcher.known import KnownScores

    models = (encoder.name, artefact_name(_reranker_folder(settings)))
    return KnownScores(machine_settings().cache / "scores", registration, settings, models)


def _reranker_folder(settings: EventSettings) -> Path | None:
    from matcher.models.versions import in_use

    return in_use(Path(settings.models.reranker)) if settings.models.reranker else None


def _title(file: Path) -> str:
    """The file's name as a heading, or its folder's where the file is only called attendees or the like."""
    stem = file.name.split(".")[0]
    if stem.casefold() in {"attendees", "export", "guests", "registrations", "people", "participants"}:
        stem = file.resolve().parent.name
    return stem.replace("_", " ").replace("-", " ").strip().title() or "Event"


def _who(person: Any) -> str:
    about = ", ".join(part for part in (person.title, person.organization) if part)
    return f"{person.name} ({person.id})" + (f", {about}" if about else "")


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty()


def _print_json(value: Any) -> None:
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=1))

"""`drumlin tagger`: the deep option. Spectrograms are packed here, a network is trained anywhere, and used here."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from .library_text import printable
from .output import JsonOption, ProgressOption, ProgressStyle, print_event, print_json, progress_report, say

app = typer.Typer(help="Train a network of your own on spectrograms; no audio leaves.", no_args_is_help=True)

PackArgument = Annotated[list[Path], typer.Argument(metavar="PACK...", help="Files that `tagger pack` wrote.")]

OutOption = Annotated[Path, typer.Option("--out", "-o", metavar="TAGGER", help="The tagger to write.")]
ToOption = Annotated[str, typer.Option("--to", metavar="URL", help="Address of the service.")]
TokenOption = Annotated[str, typer.Option(envvar="DRUMLIN_TOKEN", help="Your token; better by DRUMLIN_TOKEN.")]


def pack(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Its subfolders are the classes.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="PACK", help="The pack to write.")],
    channels: Annotated[int, typer.Option(min=1, max=16, help="Channels that are looked at.")] = 1,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Pack mel spectrograms of a folder of sounds: all that a training elsewhere needs, and no audio."""
    from ..hearing.packing import pack_folder

    with progress_report(progress, "Packing") as report:
        summary = pack_folder(folder, out, channels=channels, report=report)
    share = summary.pack_bytes / max(summary.audio_bytes, 1)
    result = {
        "pack": str(out),
        "counts": summary.counts,
        "pack_bytes": summary.pack_bytes,
        "audio_bytes": summary.audio_bytes,
        "refused": [{"path": path, "reason": reason} for path, reason in summary.refused],
    }
    if progress is ProgressStyle.json:
        print_event("done", result=result)
    elif as_json:
        print_json(result)
    else:
        for path, reason in summary.refused:
            say(f"left out {path}: {reason}")
        print(f"{out}: {', '.join(f'{name} {count}' for name, count in summary.counts.items())}")
        print(f"{summary.pack_bytes / 1e6:.1f} MB, {share:.1%} of the audio; look before sending: drumlin tagger show")


def show(
    pack: Annotated[Path, typer.Argument(metavar="PACK", help="A file that `tagger pack` wrote.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FOLDER", help="Folder of the pictures.")],
) -> None:
    """Draw everything that is in a pack: one picture for each class."""
    from ..hearing.packing import read_pack
    from ..hearing.showing import show_pack

    content = read_pack(pack)
    for path, (name, count) in zip(show_pack(content, out), content.counts().items(), strict=True):
        print(f"{path}: {name}, {count} sounds")


def train_(
    packs: PackArgument,
    out: OutOption,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the sounds.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Of weights, order and what is held out.")] = 1,
    threads: Annotated[int, typer.Option(min=0, help="Threads of the processor; 0: all.")] = 0,
    as_json: JsonOption = False,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Train a tagger on one pack or several; needs torch, and no audio. Broken off and called again, it goes on."""
    from ..hearing.packing import join_packs, read_pack
    from .train import require_learning

    require_learning()
    import torch

    from ..training.tagger import TaggerTraining
    from ..training.tagger_files import train_pack

    if threads:
        torch.set_num_threads(threads)
    content = join_packs([read_pack(path) for path in packs])
    with progress_report(progress, "Training") as report:
        trained = train_pack(content, out, TaggerTraining(epochs=epochs, seed=seed), report)
    result = {"tagger": str(out), "sounds": len(content.labels), "epoch": trained.epoch, "right": trained.right}
    if progress is ProgressStyle.json:
        print_event("done", result=result)
    elif as_json:
        print_json(result)
    else:
        print(f"{out}: {len(content.classes)} classes, {trained.right:.0%} right of the quarter that was held out")


def use(
    tagger: Annotated[Path, typer.Argument(metavar="TAGGER", help="A file that `tagger train` wrote.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Sounds.")],
    as_json: JsonOption = False,
) -> None:
    """Say by a trained tagger what sounds are; those that cannot be read are named, and the rest go on."""
    from ..audio.files import read_audio
    from ..errors import AudioError, AudioReadError
    from ..hearing.tagger import Tagger

    opened, found, refused = Tagger(tagger), [], []
    for path in files:
        try:
            sound = read_audio(path, max_duration_s=600.0)
        except AudioError as error:
            refused.append(f"{printable(path)}: {error}")
            continue
        found.append({"path": str(path), "shares": opened.shares(sound.waveform, sound.sample_rate)})
    if as_json:
        print_json(found)
    else:
        for one in found:
            best = list(one["shares"].items())[:3]  # type: ignore[attr-defined]
            said = ", ".join(f"{name} {share:.0%}" for name, share in best) or "silence"
            print(f"{printable(Path(str(one['path'])))}: {said}")
    if refused:
        raise AudioReadError("\n".join(refused))


def serve(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Keeps tokens, packs and trainings.")],
    person: Annotated[
        list[str] | None, typer.Option("--person", metavar="NAME", help="Make a token for somebody; printed once.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen at; put HTTPS before any other than this machine.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen at.")] = 8723,
    largest_mb: Annotated[int, typer.Option(min=1, help="Largest pack.")] = 200,
) -> None:
    """Train taggers for several people: packs are uploaded with a token, trained in turn, and fetched."""
    from .train import require_learning

    require_learning()
    import uvicorn

    from ..studio.training_service import ServiceLimits, add_person, create_training_service

    for name in person or []:
        print(f"{name}: {add_person(folder, name)}")
    service = create_training_service(folder, ServiceLimits(pack_bytes=largest_mb << 20))
    say(f"listening at http://{host}:{port}; Ctrl-C stops it, trainings go on")
    uvicorn.run(service, host=host, port=port, log_level="warning", access_log=False, server_header=False)


def send(
    packs: PackArgument,
    to: ToOption,
    out: OutOption,
    token: TokenOption,
    join: Annotated[list[str] | None, typer.Option("--join", metavar="ID", help="A pack of somebody else's.")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the sounds.")] = 20,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Send packs to a service, train there, fetch the tagger. These files alone leave this machine."""
    from ..hearing.sending import Service, fetch_tagger, order_training, send_packs

    service = Service(to, token)
    numbers = send_packs(service, packs)
    for path, number in zip(packs, numbers, strict=True):
        say(f"sent {path}, {path.stat().st_size / 1e6:.1f} MB; its id is {number}")
    training = order_training(service, [*numbers, *(join or [])], epochs=epochs)
    say(f"ordered the training {training}; if this command is ended: drumlin tagger fetch {training}")
    with progress_report(progress, "Training there") as report:
        fetch_tagger(service, training, out, report=report)
    print(out)


def fetch(
    training: Annotated[str, typer.Argument(metavar="ID", help="The training, as `tagger send` told.")],
    to: ToOption,
    out: OutOption,
    token: TokenOption,
    progress: ProgressOption = ProgressStyle.auto,
) -> None:
    """Wait for a training that was ordered before, let it go on if it was interrupted, and fetch the tagger."""
    from ..hearing.sending import Service, fetch_tagger

    with progress_report(progress, "Training there") as report:
        fetch_tagger(Service(to, token), training, out, report=report)
    print(out)


COMMANDS: dict[str, Callable[..., None]] = {
    **{"pack": pack, "show": show, "train": train_, "use": use},
    **{"serve": serve, "send": send, "fetch": fetch},
}
"""The commands below `drumlin tagger`, by name; `app` wraps and registers them."""

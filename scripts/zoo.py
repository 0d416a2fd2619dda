"""Rebuild the zoo: train every recipe on the real snares and write `docs/models/zoo.md`. Long, and resumable.

    python scripts/zoo.py [--recipes ae-small-relu,...] [--minutes M] [--report-test]

The drums are `../shared/data/drums`, or the folder named by `--drums` or `DRUMLIN_DRUMS`. What is trained is cached
outside of the checkout.
"""

import argparse
import os
import sys
from pathlib import Path

from platformdirs import user_cache_path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Prepare the drums, build the rows that are asked for, and write the page."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch is imported
    arguments = _parse()
    from drumlin.datasets import prepare
    from drumlin.training.zoo import ORDER, ZooSettings, build_rows
    from drumlin.training.zoo_page import write_page

    names = tuple(arguments.recipes.split(",")) if arguments.recipes else ORDER
    if unknown := sorted(set(names) - set(ORDER)):
        sys.exit(f"no recipe named {', '.join(unknown)}: there are {', '.join(ORDER)}")
    if not arguments.page_only:
        if not arguments.drums.is_dir():
            sys.exit(f"{arguments.drums} is no folder: name the drums with --drums or DRUMLIN_DRUMS")
        prepare([arguments.drums], arguments.cache / "drums")
        settings = ZooSettings(
            dataset=arguments.cache / "drums",
            cache=arguments.cache,
            pages=arguments.pages,
            recipes=names,
            epochs=arguments.epochs,
            minutes=arguments.minutes,
            accelerator=arguments.accelerator,
            precision=arguments.precision,
            report_test=arguments.report_test,
        )
        for name in names:
            build_rows(_only(settings, name), lambda text: print(text, flush=True))
            write_page(arguments.pages)
    write_page(arguments.pages)
    print(arguments.pages / "zoo.md")


def _only(settings, name):
    from dataclasses import replace

    return replace(settings, recipes=(name,))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    drums = Path(os.environ.get("DRUMLIN_DRUMS", ROOT.parent / "shared/data/drums"))
    parser.add_argument("--drums", type=Path, default=drums, help="folder of one-shots with a manifest.csv")
    cache = Path(os.environ.get("DRUMLIN_CACHE") or user_cache_path("drumlin")) / "zoo"
    parser.add_argument("--cache", type=Path, default=cache, help="what is trained")
    parser.add_argument("--pages", type=Path, default=ROOT / "docs/models", help="where zoo.md goes")
    parser.add_argument("--recipes", default="", help="names, separated by commas; all if not given")
    parser.add_argument("--epochs", type=int, help="instead of the recipes' own")
    parser.add_argument("--minutes", type=float, help="stop each training after so many")
    parser.add_argument("--accelerator", choices=("auto", "cpu", "gpu"), default="auto")
    parser.add_argument("--precision", choices=("auto", "32", "bf16"), default="auto")
    parser.add_argument("--report-test", action="store_true", help="measure on the test kits as well: once, at the end")
    parser.add_argument("--page-only", action="store_true", help="only write the page from the results that are there")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped: what was learned is saved, and the same command goes on from there")

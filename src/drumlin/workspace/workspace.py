"""The home of a user's instruments, jobs, crate and settings."""

from collections.abc import Sequence
from pathlib import Path

from ..errors import ServerError
from ..journal import Journal
from .crate import Crate
from .dropped import DroppedSounds
from .names import file_name
from .pieces import Pieces
from .places import default_home
from .settings import Settings, read_settings, write_settings
from .shelf import SUFFIX, Shelf


class Workspace:
    """A folder with everything that Drumlin keeps for a user.

    Args:
        root: the folder; `default_home()` if None. It is made if missing.
        sample_folders: folders that may be learned from besides the user's own and those of the settings.
    Raises:
        ServerError: the folder cannot be made or written.
    """

    def __init__(self, root: Path | None = None, sample_folders: Sequence[Path] = ()) -> None:
        self.root = (root or default_home()).absolute()
        self._sample_folders = tuple(sample_folders)
        try:
            for folder in (self.root, self.instruments, self.jobs):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ServerError(
                f"{self.root} cannot be used ({error.strerror}): choose a folder of yours with --home"
            ) from error
        self._settings_path = self.root / "settings.json"
        self.settings = read_settings(self._settings_path)
        self.shelf = Shelf(self.instruments)
        journal = Journal(self.root / "journal")
        self.crate = Crate(self.crate_folder, journal)
        self.pieces = Pieces(self.root / "pieces", journal)
        self.dropped = DroppedSounds(self.root / "dropped")

    @property
    def instruments(self) -> Path:
        """Folder of the learned instruments."""
        return self.root / "instruments"

    @property
    def jobs(self) -> Path:
        """Folder of the jobs."""
        return self.root / "jobs"

    @property
    def piece_jobs(self) -> Path:
        """Folder of the jobs of pieces: short ones, that wait for no learning."""
        return self.root / "piece-jobs"

    @property
    def library(self) -> Path:
        """Folder of the library's catalogue; the sounds lie where their owner has them."""
        return self.root / "library"

    @property
    def library_jobs(self) -> Path:
        """Folder of the jobs that scan and sort: they wait for no learning."""
        return self.root / "library-jobs"

    def crate_folder(self) -> Path:
        """Return where kept sounds go."""
        return Path(self.settings.crate).expanduser() if self.settings.crate else self.root / "crate"

    def roots(self) -> list[Path]:
        """Return the folders below which the user may choose one to learn from; missing ones are left out."""
        candidates = [*self._sample_folders, Path.home(), *map(Path, self.settings.sample_folders)]
        return [path.expanduser().resolve() for path in candidates if path.expanduser().is_dir()]

    def set(self, settings: Settings) -> None:
        """Replace and store the settings."""
        write_settings(self._settings_path, settings)
        self.settings = settings

    def instrument_path(self, name: str) -> Path:
        """Return the path of a new instrument of that name: free on disk."""
        stem, number = file_name(name, "instrument"), 2
        path = self.instruments / f"{stem}{SUFFIX}"
        while path.exists():
            path, number = self.instruments / f"{stem} {number}{SUFFIX}", number + 1
        return path

"""Where things are on disk: what ships with the project, and the user's own settings."""

from pathlib import Path

import platformdirs


def shipped_folder(folder: str) -> Path:
    """A folder of the project's own things: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / folder
    return installed if installed.is_dir() else package.parent / folder


def config_path(name: str) -> Path:
    """A file or folder of the user's own settings, be it there or not."""
    return Path(platformdirs.user_config_dir("metta-synth")) / name


def data_path(name: str) -> Path:
    """A file or folder of what the user had fetched, be it there or not."""
    return Path(platformdirs.user_data_dir("metta-synth")) / name

"""The pictures in the documents are those that the command takes."""

from pathlib import Path

from tests.browser.pictures import FOLDER, PICTURES

README = (Path(__file__).parents[2] / "gateway" / "README.md").read_text(encoding="utf-8")
LARGEST = 100_000


def test_every_picture_is_kept_small_and_shown() -> None:
    kept = {path.stem: path.stat().st_size for path in FOLDER.iterdir()}
    names = {picture.name for picture in PICTURES}

    assert names == kept.keys()
    assert [] == [name for name, size in kept.items() if size > LARGEST]
    assert [] == [name for name in names if f"docs/pages/{name}.png" not in README]

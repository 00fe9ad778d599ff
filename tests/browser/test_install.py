"""A machine without a browser gets one, or a sentence that says what to do; nothing is skipped in silence."""

import subprocess
from pathlib import Path

import pytest

from tests.browser import chromium

SCRIPT = Path(__file__).parent / "install.sh"


def played(folder: Path, **programs: str) -> subprocess.CompletedProcess[str]:
    """The script on a machine that has these programs, each a line of shell, and a shell's own."""
    for name, line in programs.items():
        file = folder / name.replace("_", "-")
        file.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        file.chmod(0o755)
    return subprocess.run(
        ["/bin/sh", SCRIPT, folder / "log"], env={"PATH": str(folder)}, text=True, capture_output=True, check=False
    )


def test_nothing_is_installed_where_browser_and_fonts_are(tmp_path: Path) -> None:
    done = played(tmp_path, chromium="exit 0", fc_list="echo a font", apt_get="exit 9")

    assert (0, "") == (done.returncode, done.stdout)


@pytest.mark.parametrize(("user", "asked"), [("0", "root"), ("1000", "sudo")])
def test_what_is_missing_is_installed_from_debian_as_root_or_by_sudo(tmp_path: Path, user: str, asked: str) -> None:
    (tmp_path / "chmod").symlink_to("/bin/chmod")
    done = played(
        tmp_path,
        id=f"echo {user}",
        fc_list="echo a font",
        sudo=f'echo sudo >"{tmp_path}/asked"; shift; exec "$@"',
        apt_get=f'echo "$@" >>"{tmp_path}/apt"; printf "#!/bin/sh\\n" >"{tmp_path}/chromium"; chmod +x "{tmp_path}/chromium"',
    )
    update, install = (tmp_path / "apt").read_text(encoding="utf-8").splitlines()

    assert (0, asked == "sudo") == (done.returncode, (tmp_path / "asked").exists())
    assert "installing Debian's chromium fonts-ipaexfont-gothic fonts-noto-cjk" in done.stdout
    assert update.endswith("update")
    assert install.endswith("chromium fonts-ipaexfont-gothic fonts-noto-cjk")


@pytest.mark.parametrize("programs", [{}, {"apt_get": "exit 1"}, {"chromium": "exit 0", "fc_list": "true"}])
def test_where_that_is_not_possible_a_sentence_says_what_to_do(tmp_path: Path, programs: dict[str, str]) -> None:
    done = played(tmp_path, id="echo 0", **programs)

    assert 1 == done.returncode
    assert "apt-get install chromium" in done.stdout.splitlines()[-1]


def test_tests_without_a_browser_fail_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAIRAN_BROWSER", "a-browser-that-nobody-has")

    with pytest.raises(chromium.NoBrowserError, match="tests/browser/install.sh"):
        chromium.path()

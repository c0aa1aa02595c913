"""CineCut's own errors: a headline, then indented `Cause:`, `Check:` and `Tip:` lines.

    CineCutError (a cinecore.errors.CineError, so exit statuses work)
    ├── ProxyCreationError       70  the pass over the film failed
    ├── ProxyValidationError     70  the pass gave something that cannot be right
    ├── KeyframeExtractionError  70  a still is missing or cannot be read
    ├── SubtitleParseError       65  the subtitles cannot be used
    ├── ManifestError            65  the manifest cannot be used
    ├── ConformError             70  the trailer could not be rendered as promised
    ├── InferenceError           75  the describing engine failed; trying again may help
    └── VramError                69  not enough memory on the GPU, or it cannot be asked

Each keeps its arguments as attributes and survives pickling. Deliberately not here: printing, and any
decision whether to go on.
"""

from __future__ import annotations

import os

from cinecore.errors import CineError


class CineCutError(CineError):
    """A failure of CineCut that a person can read and act on.

    Args:
        headline: What failed, one sentence.
        cause: What is known of the reason.
        check: What to look at.
        tip: What to do next.
    """

    def __init__(self, headline: str, cause: str = "", check: str = "", tip: str = "") -> None:
        super().__init__(headline, None, tip)
        self.args = (headline, cause, check, tip)
        self.headline = headline
        self.cause = cause
        self.check = check
        self.tip = tip

    def __str__(self) -> str:
        """The headline with its indented lines; empty ones are left out."""
        lines = [self.headline]
        for label, text in (("Cause", self.cause), ("Check", self.check), ("Tip", self.tip)):
            if text:
                lines.append(f"  {label}: {_under(text)}")
        return "\n".join(lines)


def _under(text: str) -> str:
    """Further lines of a text moved under its first, so that the message stays one block."""
    return "\n    ".join(line.rstrip() for line in text.strip().splitlines())


def _quoted(path: str | os.PathLike[str]) -> str:
    """A path in quotes with control characters escaped, so that spaces and newlines are seen."""
    return repr(os.fspath(path))


class ProxyCreationError(CineCutError):
    """The pass over the film failed; `source` is the film, `detail` what was said."""

    def __init__(self, source: str | os.PathLike[str], detail: str) -> None:
        super().__init__(
            "The film could not be analysed.",
            detail,
            f"Does the film {_quoted(source)} play to its end, and is there room on the disk?",
            "Run `cinecut doctor`; if the film is damaged, copy or export it again.",
        )
        self.args = (source, detail)
        self.source = source
        self.detail = detail


class ProxyValidationError(CineCutError):
    """The pass over the film gave something that cannot be right."""

    def __init__(self, proxy_path: str | os.PathLike[str], detail: str) -> None:
        super().__init__(
            "The analysis of the film does not fit the film.",
            detail,
            f"Is {_quoted(proxy_path)} whole, and was the film replaced during the run?",
            "Run again; `cinecut clean` starts from nothing.",
        )
        self.args = (proxy_path, detail)
        self.proxy_path = proxy_path
        self.detail = detail


class KeyframeExtractionError(CineCutError):
    """A still could not be handed over; `timestamp_s` is its time in the film."""

    def __init__(self, timestamp_s: float, detail: str) -> None:
        super().__init__(
            f"The still at {timestamp_s:.3f} s could not be taken.",
            detail,
            "Is the work folder whole, and is there room on the disk?",
            "Run again; `cinecut clean` starts from nothing.",
        )
        self.args = (timestamp_s, detail)
        self.timestamp_s = timestamp_s
        self.detail = detail


class SubtitleParseError(CineCutError):
    """The subtitles cannot be used; `path` is the file, or the film that holds the track."""

    exit_status = 65

    def __init__(self, path: str | os.PathLike[str], detail: str, advice: str = "") -> None:
        super().__init__(
            "The subtitles cannot be read.",
            detail,
            f"Is {_quoted(path)} the file that was meant, and does a player show it?",
            advice or "Give an SRT, ASS/SSA or VTT file with --subtitle.",
        )
        self.args = (path, detail, advice)
        self.path = path
        self.detail = detail


class ManifestError(CineCutError):
    """The manifest cannot be used; `detail` names the clip and the field."""

    exit_status = 65

    def __init__(self, detail: str, path: str | os.PathLike[str] | None = None) -> None:
        super().__init__(
            "The manifest cannot be used.",
            detail,
            f"Look at {_quoted(path)}."
            if path is not None
            else "Look at the clip and the field named above.",
            "Correct it by hand, or remove it and run again to have a new one made.",
        )
        self.args = (detail, path)
        self.detail = detail
        self.path = path


class ConformError(CineCutError):
    """The trailer could not be rendered as promised; `which` is the clip or file it failed at."""

    def __init__(self, detail: str, which: str | os.PathLike[str] | None = None) -> None:
        super().__init__(
            "The trailer could not be rendered.",
            detail,
            f"Look at {_quoted(which)}."
            if which is not None
            else "Is the film still where it was, and is there room on the disk?",
            "Run again: finished segments are kept. `cinecut doctor` says what ffmpeg lacks.",
        )
        self.args = (detail, which)
        self.detail = detail
        self.which = which


class InferenceError(CineCutError):
    """The describing engine failed; `detail` is what is known."""

    exit_status = 75

    def __init__(self, detail: str) -> None:
        super().__init__(
            "LLaVA inference engine error.",
            detail,
            "Are the model files whole, and is the engine's server running?",
            "Run again: described frames are kept. `--vision none` goes on without a model.",
        )
        self.args = (detail,)
        self.detail = detail


class VramError(CineCutError):
    """Not enough free memory on the GPU, or it cannot be asked."""

    exit_status = 69

    def __init__(self, detail: str) -> None:
        super().__init__(
            "Insufficient VRAM for LLaVA inference.",
            detail,
            "Run nvidia-smi: which programs hold the GPU's memory?",
            "Close them, or use --cpu or `--vision none`.",
        )
        self.args = (detail,)
        self.detail = detail

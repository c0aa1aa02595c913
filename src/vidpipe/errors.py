"""What can go wrong with a project, by kind; each says what happened, which thing, what to do next.

CineError
├── InputError
│   ├── ScriptError        65  a prompt, screenplay, shot list or storyboard text that cannot be used
│   └── ProjectError       65  no such project, an ambiguous id, a step that its state does not allow
├── OutputError
│   └── DatabaseError      73  the database is locked, read-only, newer than this program, or its disk is full
├── RemoteError
│   └── ProviderError      75  a provider failed in a way that may pass
│       └── Refused        75  a provider's policy refused what was asked; the same words will be refused again
└── ToolError
    └── GenerationError    70  a step could not be finished; what was made before it is kept

Deliberately not here: what a person sees of them.
"""

from __future__ import annotations

from cinecore.errors import InputError, OutputError, RemoteError, ToolError


class ScriptError(InputError):
    """What should be told cannot be read as a story."""


class ProjectError(InputError):
    """The project named is not there, is not one alone, or cannot do that now."""


class DatabaseError(OutputError):
    """The database cannot be used; nothing in it was changed."""


class ProviderError(RemoteError):
    """A provider did not do what was asked; trying again may help."""


class Refused(ProviderError):  # noqa: N818 - a refusal is an answer
    """A provider's policy refused the request; only other words will help."""


class GenerationError(ToolError):
    """A step of a project could not be finished."""

"""pydantic's plugins: none is used, so none is searched for."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from types import ModuleType


def use_none() -> None:
    """Nobody's plugin sees values. To be called before pydantic is imported.

    pydantic has a variable for that, but loads `importlib.metadata` nevertheless, and half of the e-mail package with
    it: a tenth of a short run (benchmarks/whole_process.py). The module that does is never loaded.
    """
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    sys.modules.setdefault(_Unneeded.place, _Unneeded(_Unneeded.place))


class _Unneeded(ModuleType):
    """In the place of pydantic's module that searches; whatever else is asked of it, the real one answers."""

    place = "pydantic.plugin._loader"

    @staticmethod
    def get_plugins() -> tuple[()]:
        return ()

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        del sys.modules[self.place]
        return getattr(import_module(self.place), name)

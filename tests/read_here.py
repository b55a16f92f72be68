"""Reading without processes, for tests that ask what is read and not where."""

import index.extraction.children
from index.errors import InputError
from index.extraction.digest import digest_of_file
from index.extraction.frames import End, Part
from index.readers import Input, ReadingOptions, read


def read_here(monkeypatch) -> list[str]:
    """Let files be read in this process; the names of those that are, as it goes."""
    names: list[str] = []

    class ReadHere:
        """Reads files as the children do."""

        def __init__(self, jobs=1, options=None, limits=None):
            self.options = options or ReadingOptions()

        def read(self, files):
            for file in files:
                names.append(file.name)
                yield from ((file, answer) for answer in _answers(file, self.options))

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(index.extraction.children, "Extraction", ReadHere)
    return names


def _answers(file, options):
    error = ""
    try:
        with open(file.origin, "rb") as stream:
            for found in read(stream, Input(file.name, file.article_id, options=options)):
                yield Part((found,), stream.tell())
    except InputError as told:
        error = str(told)
    except OSError as told:
        yield End(error=told.strerror.lower(), passing=True)
        return
    yield End("", digest_of_file(file.origin), error)

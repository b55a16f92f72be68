"""What wrk is told: which paths to ask for, one after the other, and what to print at the end."""

from __future__ import annotations

_SCRIPT = """
local paths = {{{paths}}}
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
done = function(summary, latency)
  local e = summary.errors
  print(string.format("RESULT %f %f %f %d", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def script(paths: str) -> str:
    """The program of a run.

    Args:
        paths: quoted, with commas between them.

    It prints ``RESULT``, the requests a second, p50 and p99 in milliseconds, and the errors.
    """
    return _SCRIPT.format(paths=paths)

"""How large a thing may be, and why (添付の大きさ)."""

from __future__ import annotations

from collections.abc import Mapping

MB = 1024 * 1024
FETCH_MOST: Mapping[str, int] = {
    "image": 15 * MB,  # LINE's phones send at most 10 MB a picture; a scan from a PC may be a little more
    "audio": 25 * MB,  # about half an hour of voice as LINE records it
    "video": 50 * MB,  # LINE allows 200; a film is opened as a whole in memory, and one must not fill a small server
    "file": 15 * MB,  # a scanned letter of twenty pages
}
KEEP_MOST: Mapping[str, int] = {kind: most + 10 * MB for kind, most in FETCH_MOST.items()}
"""Bytes of the cleaned copy: a little picture in a wasteful format must not become a huge one."""
MEMORY_MOST: Mapping[str, int] = {"image": 1024 * MB, "audio": 1024 * MB, "video": 1536 * MB}
"""Address space of the child: libraries take about 0.4 GB of it, 40 megapixels 0.16 GB and their small copy less."""
CPU_SECONDS: Mapping[str, int] = {"image": 20, "audio": 90, "video": 120}
WALL_SECONDS: Mapping[str, int] = {"image": 60, "audio": 180, "video": 240}
"""Longer than the processor time, for a server that also does other things."""
UPLOAD_MOST = 15 * MB
"""One file sent by our own page: as a picture on LINE."""
UPLOAD_WALL_SECONDS = 5.0
"""How long the person waits for the cleaning; what takes longer is sealed as it is and cleaned afterwards."""

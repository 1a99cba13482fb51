"""Voices and films (音声・動画): only sound and picture are taken over, into a fresh file that browsers play.

What a phone writes beside them (place, time, device, further tracks) stays behind. Sound is decoded and encoded anew.
Film as LINE sends it (H.264) is copied packet by packet without its free-text units; anything else is encoded anew.
"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bots.media.refusal import Clean, Unsafe

_PLAIN = {"fflags": "+bitexact"}
_BIT_RATE = 64_000
"""Plenty for speech."""
_RATE = 44_100
_PIXELS_MOST = 1920 * 1920
_EDGE = 1280
_X264 = {"preset": "veryfast", "crf": "26", "x264-params": "sei=0"}
_DISPOSABLE = "filter_units=remove_types=6"
"""Units of type 6 (SEI) hold free text and captions; no picture needs them."""


def prepare() -> None:
    """Load every codec and every late part of the library, while files may still be opened."""
    av.logging.set_level(av.logging.PANIC)
    for codec in ("libx264", "mpeg4"):
        clean_video(io.BytesIO(_sample(codec)), io.BytesIO())
    clean_audio(io.BytesIO(_sample("libx264")), io.BytesIO())


def _sample(codec: str) -> bytes:
    """A film of two grey pictures with a moment of silence."""
    held = io.BytesIO()
    with av.open(held, "w", format="mp4") as made:
        shown = made.add_stream(codec, rate=10)
        assert isinstance(shown, VideoStream)
        shown.width, shown.height, shown.pix_fmt = 32, 32, "yuv420p"
        voice = _Voice(made)
        for _ in range(2):
            made.mux(shown.encode(VideoFrame(32, 32, "yuv420p")))
        quiet = AudioFrame.from_ndarray(np.zeros((1, 2048), np.float32), "fltp", "mono")
        quiet.rate = _RATE
        voice.take(quiet)
        made.mux(shown.encode(None))
        voice.end()
    return held.getvalue()


def container_of(head: bytes) -> str | None:
    """The one demuxer for a file that begins so. Never guessed by FFmpeg: a play list would name other addresses."""
    if head[4:8] == b"ftyp":
        return "mp4"
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "mp3"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "aac"
    return None


def clean_audio(source: BinaryIO, target: BinaryIO) -> Clean:
    """Write the sound of `source` as AAC in M4A. Raises `Unsafe`: `format`, `broken` or `nothing`."""
    try:
        with _opened(source) as given, av.open(target, "w", format="ipod", options=_PLAIN) as made:
            milliseconds = _sound(given, made)
    except (av.FFmpegError, ValueError):
        raise Unsafe("broken") from None
    return Clean("audio/mp4", milliseconds)


def clean_video(source: BinaryIO, target: BinaryIO) -> Clean:
    """Write film and sound of `source` as MP4. Raises `Unsafe`: `format`, `pixels`, `broken` or `nothing`."""
    try:
        with _opened(source) as given, av.open(target, "w", format="mp4", options=_PLAIN) as made:
            milliseconds = _film(given, made)
    except (av.FFmpegError, ValueError):
        raise Unsafe("broken") from None
    return Clean("video/mp4", milliseconds)


def _opened(source: BinaryIO) -> InputContainer:
    head = source.read(12)
    source.seek(0)
    container = container_of(head)
    if container is None:
        raise Unsafe("format")
    return av.open(source, "r", format=container, metadata_errors="replace")


def _sound(given: InputContainer, made: OutputContainer) -> int:
    if not given.streams.audio:
        raise Unsafe("nothing")
    track = given.streams.audio[0]
    voice = _Voice(made)
    for frame in given.decode(track):
        voice.take(frame)
    voice.end()
    if not voice.samples:
        raise Unsafe("nothing")
    return voice.samples * 1000 // _RATE


class _Voice:
    """A track of mono speech that is being written."""

    def __init__(self, made: OutputContainer) -> None:
        self._made = made
        self._track: AudioStream = made.add_stream("aac", rate=_RATE, layout="mono")
        self._track.bit_rate = _BIT_RATE
        self._even = AudioResampler(format="fltp", layout="mono", rate=_RATE, frame_size=1024)
        self._began = False
        self.samples = 0

    def take(self, frame: AudioFrame | None) -> None:
        """The next piece of sound, None at the end."""
        if frame is not None:
            frame.pts = None  # counted anew: a phone's clock may jump
            self._began = True
        for piece in self._even.resample(frame):
            piece.pts = self.samples
            self.samples += piece.samples
            self._made.mux(self._track.encode(piece))

    def end(self) -> None:
        """Write what is left."""
        if self._began:
            self.take(None)
        self._made.mux(self._track.encode(None))


def _film(given: InputContainer, made: OutputContainer) -> int:
    if not given.streams.video:
        raise Unsafe("nothing")
    track = given.streams.video[0]
    if track.codec_context.width * track.codec_context.height > _PIXELS_MOST:
        raise Unsafe("pixels")
    sound = given.streams.audio[0] if given.streams.audio else None
    if track.codec_context.name == "h264":
        return _copied(given, made, track, sound)
    return _anew(given, made, track, sound)


def _copied(given: InputContainer, made: OutputContainer, track: VideoStream, sound: AudioStream | None) -> int:
    """The pictures as they are; the sound anew."""
    shown = made.add_stream_from_template(track)
    voice = _Voice(made) if sound else None
    bare = BitStreamFilterContext(_DISPOSABLE, track, shown)
    last = 0.0
    for packet in given.demux([each for each in (track, sound) if each is not None]):
        if packet.stream is sound and voice:
            for frame in packet.decode():
                if isinstance(frame, AudioFrame):
                    voice.take(frame)
        elif packet.dts is not None:
            last = max(last, float(((packet.pts or 0) + (packet.duration or 0)) * _tick(track)))
            _mux(made, shown, bare.filter(packet))
    _mux(made, shown, bare.filter(None))
    if voice:
        voice.end()
    return _some(last)


def _mux(made: OutputContainer, shown: VideoStream, packets: list[Packet[VideoStream]]) -> None:
    for packet in packets:
        packet.stream = shown
        made.mux(packet)


def _anew(given: InputContainer, made: OutputContainer, track: VideoStream, sound: AudioStream | None) -> int:
    """Every picture drawn again, upright and at most `_EDGE` long."""
    shown: VideoStream | None = None
    voice = _Voice(made) if sound else None
    last = 0.0
    for frame in given.decode([each for each in (track, sound) if each is not None]):
        if voice and isinstance(frame, AudioFrame):
            voice.take(frame)
        if not isinstance(frame, VideoFrame):
            continue
        picture = _upright(frame)
        shown = shown or _h264(made, picture, track)
        last = max(last, frame.time or 0.0)
        made.mux(shown.encode(picture))
    if shown is None:
        raise Unsafe("nothing")
    made.mux(shown.encode(None))
    if voice:
        voice.end()
    return _some(last)


def _upright(frame: VideoFrame) -> VideoFrame:
    """The picture turned as the phone meant it, in even measures."""
    scale = min(1.0, _EDGE / max(frame.width, frame.height))
    width, height = (max(2, int(side * scale) // 2 * 2) for side in (frame.width, frame.height))
    plain = frame.reformat(width, height, "rgb24").to_ndarray()
    turned = np.ascontiguousarray(np.rot90(plain, frame.rotation // 90), np.uint8)
    drawn = VideoFrame.from_ndarray(turned, "rgb24")
    drawn.pts, drawn.time_base = frame.pts, frame.time_base
    return drawn


def _h264(made: OutputContainer, first: VideoFrame, track: VideoStream) -> VideoStream:
    shown: VideoStream = made.add_stream("libx264", rate=track.average_rate or 30, options=_X264)
    shown.width, shown.height, shown.pix_fmt = first.width, first.height, "yuv420p"
    shown.codec_context.time_base = _tick(track)
    shown.codec_context.thread_count = 1
    return shown


def _tick(track: VideoStream) -> Fraction:
    return track.time_base or Fraction(1, 1000)


def _some(seconds: float) -> int:
    if seconds <= 0:
        raise Unsafe("nothing")
    return int(seconds * 1000)

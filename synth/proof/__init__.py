"""A finished track held against what it was asked to be: decoded, measured, told.

::

    measure   loudness by ffmpeg, and the file decoded once into what judging it needs
    match     where a known sound is heard, and whether it is that sound
    bursts    clicks: bursts that nothing explains
    tags      what a track says of itself
    hear      every sentence and every bell of a timeline, looked for one after the other
    checks    all of these held against what was asked: a ``Proof``
    sheet     what a proof says
    page      a proof as a page of HTML
"""

from synth.proof.checks import prove
from synth.proof.measure import measure
from synth.proof.page import write_html
from synth.proof.sheet import Check, Fault, Proof, format_place

__all__ = ["Check", "Fault", "Proof", "format_place", "measure", "prove", "write_html"]

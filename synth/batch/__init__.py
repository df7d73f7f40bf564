"""A track for every person of a roster and every meditation: read, planned, made.

``roster`` reads the table, ``jobs`` looks through every row before any sound is made, ``run`` makes what is missing,
``library`` tells what was made, ``shelf`` is where it stands, ``names`` are those of folders, ``cluster`` has workers
on other machines, ``reel`` says everybody's name in one short track.
"""

from synth.batch.cluster import dask_workers
from synth.batch.jobs import House, Job, Jobs, plan_batch
from synth.batch.library import Entry, Failure, Library
from synth.batch.reel import name_reel
from synth.batch.roster import Roster, Row, read_people, read_roster
from synth.batch.run import make_batch, make_track
from synth.batch.shelf import LocalShelf, RemoteShelf, Shelf, open_shelf

__all__ = [
    "Entry",
    "Failure",
    "House",
    "Job",
    "Jobs",
    "Library",
    "LocalShelf",
    "RemoteShelf",
    "Roster",
    "Row",
    "Shelf",
    "dask_workers",
    "make_batch",
    "make_track",
    "name_reel",
    "open_shelf",
    "plan_batch",
    "read_people",
    "read_roster",
]

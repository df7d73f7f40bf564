"""A session played in the room: it can be held, stayed with, repeated and left while it runs.

``moves`` names what a key may ask for. ``program`` is what will be played, and bends: pure, and laid out by the same
hand as a track. ``prompter`` has sentences spoken ahead of their time. ``desk`` is what sounds of it from moment to
moment, led over from one mix into another; ``player`` sends that to a sink and answers keys. ``view`` is what there is
to see of a moment, ``sitting`` what remains of it.
"""

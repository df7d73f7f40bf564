"""A Timeline and its mix as files: the track, encoded by all cores; captions, SSML, a page to read from."""

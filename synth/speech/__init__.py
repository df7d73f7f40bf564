"""Third stage: every utterance of a Session as a Clip on disk, spoken once and kept by its content."""

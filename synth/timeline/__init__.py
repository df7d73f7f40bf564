"""Fourth stage: a Session laid out in time, in whole milliseconds. Pure, integers only."""

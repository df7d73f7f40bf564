"""Fifth stage: a Timeline, its clips and sounds become blocks of audio at planned levels."""

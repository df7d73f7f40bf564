"""What all stages that touch samples use: the project format, ffmpeg, and loudness by BS.1770."""

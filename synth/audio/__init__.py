"""The project format, ffmpeg, and loudness by BS.1770: what all stages that touch samples stand on."""

"""Where blocks sound: a loudspeaker, nothing but time, or memory."""

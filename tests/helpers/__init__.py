"""What tests share: scripts, made sound and what an ear with a ruler finds in it, terminals, a staged player."""

"""From descriptors to a timeline, to notes, to sound."""

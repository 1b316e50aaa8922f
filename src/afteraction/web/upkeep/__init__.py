"""What the people who run an installation need: backup and restore, the doctor, figures for a monitor."""

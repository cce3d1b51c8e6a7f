"""Live delivery: one reader of the live stream a process, many subscribers, each bounded, each resumable."""

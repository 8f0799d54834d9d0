"""Letters: who needs which, how they read, how they go out. What is to be sent is decided by `tracker.actions`."""

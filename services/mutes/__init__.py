"""Mutes of users, words, hashtags and threads. They shape timelines, but never change what may be seen."""

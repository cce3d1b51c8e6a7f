"""What people do not want to read: people, words, hashtags and threads. It shapes timelines and never what may be seen."""

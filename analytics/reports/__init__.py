"""Answers as people take them away: tables, files, plots and pages."""

"""Tests of the HTTP and WebSocket surface, over real sockets and a toy schema."""

"""The gateway: lets queries of analysts into their graph, one by one, and keeps what they may take."""

"""How often people may write: posts, follows and likes, counted for a person and their programs together."""

// How fresh the copy is
MATCH (c:Copy)
RETURN c.epoch AS epoch, c.mark.epochMillis AS mark, c.madeAt.epochMillis AS madeAt

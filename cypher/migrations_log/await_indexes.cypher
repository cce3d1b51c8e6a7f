// Wait until new indexes are filled
// params: {"seconds": 300}
// returns: done, true
CALL db.awaitIndexes($seconds)
RETURN true AS done

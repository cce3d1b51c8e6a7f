// Nothing but the transaction of the event that somebody forgot a password: the worker finds out whose it is
// params: {"at": 1700000000000}
// returns: at
RETURN $at AS at

// Hold the lock of migrations until the transaction ends
// params: {}
// returns: held, true
MERGE (lock:MigrationLock {id: 1})
SET lock.held = true
RETURN lock.held AS held

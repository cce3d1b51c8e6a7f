// Transactions that were ended and are still there
SHOW TRANSACTIONS YIELD transactionId AS id, status
WHERE status STARTS WITH 'Terminated'
RETURN collect(id) AS ids

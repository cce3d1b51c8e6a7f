// End the transactions that carry a mark
SHOW TRANSACTIONS YIELD transactionId AS id, metaData
WHERE metaData.query = $mark
TERMINATE TRANSACTIONS id YIELD message
RETURN count(message) AS ended

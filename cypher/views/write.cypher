// Add a batch of views to the counts of their posts, unless it was added before: batches are numbered, and written one after the other
// params: {"batch": 1, "rows": [["01890a5d-ac96-774b-bcce-b302099a8057", 3, 2, "sketch"]]}
// returns: rows [id, views before, views now, people before, people now]; none where the batch was added before
// slow: as many posts as a batch has
MERGE (w:Sequence {name: 'viewsWritten'})
// This write changes nothing but takes the lock, so that of two workers with the same batch the second one finds it added.
SET w.name = w.name
WITH w
WHERE coalesce(w.value, 0) < $batch
SET w.value = $batch
WITH w
UNWIND $rows AS row
MATCH (p:Post {id: row[0]})
WITH p, row, coalesce(p.views, 0) AS views, coalesce(p.viewers, 0) AS people
SET p.views = views + row[1],
    // An estimate may come out a little lower than before; what was shown once does not sink.
    p.viewers = CASE WHEN row[2] > people THEN row[2] ELSE people END,
    p.viewSketch = row[3]
RETURN collect([p.id, views, p.views, people, p.viewers]) AS rows

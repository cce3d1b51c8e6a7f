// The number of the batch of views that was written last
// params: {}
// returns: batch; no record where none was
MATCH (w:Sequence {name: 'viewsWritten'})
RETURN w.value AS batch

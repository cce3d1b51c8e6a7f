// What the edge between a post and a hashtag repeats of both, for the indexes that pages are sought by
// fragment: written, hashtag
{tag: hashtag.name, post: written.id, lang: @language_of(written)}

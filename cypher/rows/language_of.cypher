// The language of a post without its region, in lower case: what pages in one language are sought by; empty where it has none
// fragment: post
toLower(split(coalesce(post.lang, ''), '-')[0])

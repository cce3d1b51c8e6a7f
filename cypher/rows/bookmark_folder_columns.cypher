// The columns of a folder of bookmarks, in the order of BookmarkFolder: the last is how many it holds, a degree
// fragment: folder
[folder.id, folder.name, folder.createdAt, COUNT { (folder)-[:HOLDS]->() }]

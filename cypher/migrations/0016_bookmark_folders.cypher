// Folders of bookmarks, and those that were deleted and are still to be taken apart.
CREATE CONSTRAINT bookmark_folder_id IF NOT EXISTS FOR (f:BookmarkFolder) REQUIRE f.id IS UNIQUE;
CREATE CONSTRAINT deleted_bookmark_folder_id IF NOT EXISTS FOR (f:DeletedBookmarkFolder) REQUIRE f.id IS UNIQUE;

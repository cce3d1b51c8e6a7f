// The person is the viewer
// fragment: viewer, user
coalesce(viewer.id = user.id, false)

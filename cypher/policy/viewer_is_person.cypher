// The person is the viewer
// fragment: viewer, person
coalesce(viewer.id = person.id, false)

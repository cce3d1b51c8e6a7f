// What a write shows of a viewer and a person: their relationship, the counts of the person and those of the viewer
// fragment: viewer, target
[@relationship_columns(viewer, target), @user_counts(target), @user_counts(viewer)]

// A viewer may see who follows a person
// printed by `rookery policy --write` from services/policy/rules.py
// fragment: viewer, person
((@person_active(person) AND (@viewer_is_person(viewer, person) OR NOT @blocked_either_way(viewer, person))) AND (@viewer_is_person(viewer, person) OR (@shows_followers(person) AND (@person_public(person) OR @viewer_follows_person(viewer, person)))))

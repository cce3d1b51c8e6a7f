// A viewer may see how many posts a person has
// printed by `rookery policy --write` from services/policy/rules.py
// fragment: viewer, person
((@person_active(person) AND (@viewer_is_person(viewer, person) OR NOT @blocked_either_way(viewer, person))) AND (@viewer_is_person(viewer, person) OR (@person_public(person) OR @viewer_follows_person(viewer, person))))

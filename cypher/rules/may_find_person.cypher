// A person may be suggested to a viewer, and found by search
// printed by `rookery policy --write` from services/policy/rules.py
// fragment: viewer, person
((@person_active(person) AND (@viewer_is_person(viewer, person) OR NOT @blocked_either_way(viewer, person))) AND @person_discoverable(person))

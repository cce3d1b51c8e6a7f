// A person who does not hide who follows them
// fragment: person
NOT coalesce(person.hideFollowers, false)

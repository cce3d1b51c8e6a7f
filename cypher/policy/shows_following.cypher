// A person who does not hide whom they follow
// fragment: person
NOT coalesce(person.hideFollowing, false)

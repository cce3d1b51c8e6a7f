// A person whose posts and lists are not for followers alone
// fragment: person
NOT person.private

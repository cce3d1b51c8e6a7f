// A person whose account is in use
// fragment: person
person.state = 'ACTIVE'

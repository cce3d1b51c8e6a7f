// A person who may be suggested and found
// fragment: person
person.discoverable

// A person who may be suggested and found
// fragment: user
user.discoverable

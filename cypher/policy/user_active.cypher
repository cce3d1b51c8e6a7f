// A person whose account is in use
// fragment: user
user.state = 'ACTIVE'

// A person whose posts and lists are not for followers alone
// fragment: user
NOT user.private

// A person who does not hide who follows them
// fragment: user
NOT coalesce(user.hideFollowers, false)

// A person who does not hide whom they follow
// fragment: user
NOT coalesce(user.hideFollowing, false)

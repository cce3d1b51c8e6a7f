// A person who does not hide the counts of the lists that they hide
// fragment: user
NOT coalesce(user.hideCounts, false)

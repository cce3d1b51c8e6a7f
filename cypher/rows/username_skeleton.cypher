// What somebody's username looks like, as `services/accounts/lookalikes.py` says
// fragment: user
replace(replace(toLower(replace(replace(replace(user.username, 'I', 'l'), '1', 'l'), '0', 'O')), 'm', 'rn'), 'w', 'vv')

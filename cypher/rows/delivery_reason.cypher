// Why a post or repost is delivered as the last of three choices says: see `delivery_choices`
// fragment: choices
CASE
  WHEN choices[2] <> choices[1] THEN 'OPERATOR'
  WHEN choices[1] <> choices[0] THEN 'LOAD'
  WHEN choices[2] = 'PUSH' THEN 'FEW_FOLLOWERS'
  ELSE 'MANY_FOLLOWERS'
END

// How a new post or repost of an author is delivered: by the settings alone, with what load has made of them, and with what an operator has pinned.
// Who was above the threshold stays above until 80 %, so that nobody flaps
// fragment: author, followers, control
[rule IN [
  [$pushBelow, 'MIXED'],
  [coalesce(control.threshold, $pushBelow), CASE WHEN control.shedding THEN 'PULL' ELSE 'MIXED' END],
  [coalesce(control.pinnedThreshold, control.threshold, $pushBelow),
   coalesce(control.pinnedMode, CASE WHEN control.shedding THEN 'PULL' ELSE 'MIXED' END)]
] | CASE WHEN followers < rule[0] * CASE WHEN author.lastDelivery IS NULL THEN 1.0 ELSE 0.8 END THEN 'PUSH' ELSE rule[1] END]

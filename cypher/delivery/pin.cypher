// Pin the threshold and the mode above it, null for what load decides; both null end the pin
// params: {"threshold": 5000, "mode": "PULL", "at": 1700000000000}
// returns: row in the order of DeliveryControl
MERGE (control:DeliveryControl {name: 'home'})
SET control.pinnedThreshold = $threshold, control.pinnedMode = $mode, control.changedAt = $at
RETURN [control.threshold, coalesce(control.shedding, false), control.pinnedThreshold, control.pinnedMode, control.changedAt] AS row

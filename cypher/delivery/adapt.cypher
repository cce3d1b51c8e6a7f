// Set the threshold that load asks for, null for that of the settings, and whether posts above it are pulled by all; a pin stays
// params: {"threshold": 5000, "shedding": false, "at": 1700000000000}
// returns: row in the order of DeliveryControl
MERGE (control:DeliveryControl {name: 'home'})
SET control.threshold = $threshold, control.shedding = $shedding, control.changedAt = $at
RETURN [control.threshold, coalesce(control.shedding, false), control.pinnedThreshold, control.pinnedMode, control.changedAt] AS row

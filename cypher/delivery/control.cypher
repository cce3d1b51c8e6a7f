// What decides how new posts are delivered, as load and operators have set it
// params: {}
// returns: row in the order of DeliveryControl; no record where nobody has set anything
MATCH (control:DeliveryControl {name: 'home'})
RETURN [control.threshold, coalesce(control.shedding, false), control.pinnedThreshold, control.pinnedMode, control.changedAt] AS row

// A person who does not hide the counts of the lists that they hide
// fragment: person
NOT coalesce(person.hideCounts, false)
